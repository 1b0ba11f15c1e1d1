// From folders to one catalogue.
#include "cli/catalogue.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/configuration.hpp"

namespace turnpike::cli {
namespace {

namespace fs = std::filesystem;

identity::CatalogueFile read_file(const fs::path& path) {
    std::ifstream input(path, std::ios::binary);
    std::ostringstream text;
    text << input.rdbuf();
    return {.name = path.string(), .text = std::move(text).str()};
}

std::vector<fs::path> yaml_files(const fs::path& directory) {
    std::vector<fs::path> paths;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error)) {
        if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

}  // namespace

std::vector<identity::CatalogueFile> catalogue_files(const std::string& directory) {
    std::error_code error;
    const fs::path folder = fs::absolute(directory, error).lexically_normal();
    const fs::path within = folder / "crawlers";
    std::vector<fs::path> paths = yaml_files(fs::is_directory(within, error) ? within : folder);
    const fs::path unknown =
        (paths.empty() ? folder : paths.front().parent_path().parent_path()) / "unknown-bots.yaml";
    if (!paths.empty() && fs::exists(unknown, error)) paths.push_back(unknown);
    std::vector<identity::CatalogueFile> files;
    std::transform(paths.begin(), paths.end(), std::back_inserter(files), read_file);
    return files;
}

std::unique_ptr<const identity::Catalogue> load_catalogue(const config::Settings& settings,
                                                          Files& from, Diagnostics& out) {
    std::vector<identity::CatalogueFile> files;
    for (const std::string& name : settings.catalogue) {
        if (name == "installed") {
            for (auto& file : identity::Catalogue::installed_files()) {
                files.push_back(std::move(file));
            }
            continue;
        }
        std::error_code error;
        if (!fs::is_directory(name, error)) {
            Diagnostic diagnostic;
            diagnostic.file = name;
            diagnostic.message = "is not a folder, and 'catalogue' names it";
            out.add(std::move(diagnostic));
        }
        for (const std::string& path : from.list(name, ".yaml")) {
            files.push_back({.name = path, .text = from.read(path).value_or("")});
        }
    }
    auto catalogue = identity::Catalogue::load(files, out);
    return out.has_errors() ? nullptr : std::move(catalogue);
}

std::unique_ptr<const identity::Catalogue> load_catalogue(const std::string& config) {
    Diagnostics out;
    ServeOptions options;
    options.config = config;
    const auto settings = load_settings(options, out);
    Files files;
    auto catalogue = settings ? load_catalogue(*settings, files, out) : nullptr;
    std::fprintf(stderr, "%s", out.to_string().c_str());
    return catalogue;
}

}  // namespace turnpike::cli
