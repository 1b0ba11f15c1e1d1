// From files and options to what a service runs on: reading, checking, compiling.
#include "cli/configuration.hpp"

#include <glob.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include "policy/policy.hpp"

namespace turnpike::cli {
namespace {

Diagnostic plain(std::string file, std::string message, std::string hint = {}) {
    Diagnostic diagnostic;
    diagnostic.file = std::move(file);
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    return diagnostic;
}

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream input(path, std::ios::binary);
    if (!input) return std::nullopt;
    std::ostringstream text;
    text << input.rdbuf();
    return std::move(text).str();
}

const char* environment(const std::string& name) {
    return std::getenv(name.c_str());
}

/// Files that a glob names, in order of name; relative to the folder of `file`.
std::vector<std::string> find_files(const std::string& pattern, const std::string& file) {
    const std::size_t slash = file.rfind('/');
    const bool relative = !pattern.starts_with('/') && slash != std::string::npos;
    const std::string whole = relative ? file.substr(0, slash + 1) + pattern : pattern;
    std::vector<std::string> found;
    glob_t matches{};
    if (::glob(whole.c_str(), 0, nullptr, &matches) == 0) {
        found.assign(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
    }
    ::globfree(&matches);
    return found;
}

policy::Vocabulary vocabulary_of(const identity::Catalogue& catalogue) {
    policy::Vocabulary vocabulary;
    vocabulary.find_crawler = [&catalogue](std::string_view name) { return catalogue.find(name); };
    std::set<std::string> operators;
    for (const Crawler* crawler : catalogue.crawlers()) {
        vocabulary.crawlers.push_back(crawler->name);
        operators.insert(crawler->operator_name);
    }
    vocabulary.operators.assign(operators.begin(), operators.end());
    return vocabulary;
}

/// Ours in Via: tells this instance from any other, and nobody can guess it.
std::string make_pseudonym() {
    gate::IdGenerator ids;
    std::array<char, gate::IdGenerator::size> room;
    return "1.1 turnpike-" + std::string(ids.write(room.data()).substr(0, 8));
}

std::optional<Sites> load_site_files(const ServeOptions& options, const config::Settings& settings,
                                     const policy::Context& context) {
    if (!options.origin.empty()) return policy::default_sites(options.origin, context);
    if (settings.sites.empty()) {
        context.out.add(
            plain(options.config.empty() ? "turnpike" : options.config,
                  "no site: say where the website runs",
                  "turnpike serve --origin http://127.0.0.1:3000, or 'sites: sites.d/*.yaml' "
                  "in the configuration"));
        return std::nullopt;
    }
    std::vector<policy::SiteFile> files;
    for (const std::string& path : find_files(settings.sites, options.config)) {
        if (auto text = read_file(path)) {
            files.push_back({path, std::move(*text)});
        } else {
            context.out.add(plain(path, "cannot be read"));
        }
    }
    if (files.empty() && !context.out.has_errors()) {
        context.out.add(plain(options.config, "no file matches 'sites: " + settings.sites + "'"));
    }
    return policy::load_sites(files, context);
}

bool override_address(const std::optional<std::string>& text, const char* option,
                      config::ListenAddress& into, Diagnostics& out) {
    if (!text) return true;
    const auto parsed = config::parse_listen_address(*text);
    if (!parsed) {
        out.add(plain(option, "'" + *text + "' is not an address with a port",
                      "write 127.0.0.1:8080 or [::1]:8080"));
        return false;
    }
    into = *parsed;
    return true;
}

void apply_options(const ServeOptions& options, config::Settings& settings, Diagnostics& out) {
    if (options.listen) {
        config::ListenAddress listen;
        if (override_address(options.listen, "--listen", listen, out)) settings.listen = {listen};
    }
    if (options.admin == "off") {
        settings.admin.reset();
    } else if (options.admin) {
        settings.admin.emplace();
        override_address(options.admin, "--admin", *settings.admin, out);
        settings.admin_written = true;
    }
}

}  // namespace

std::optional<Configuration> load_configuration(const ServeOptions& options, Diagnostics& out) {
    Configuration configuration;
    if (!options.config.empty()) {
        const auto text = read_file(options.config);
        if (!text) {
            out.add(plain(options.config, "cannot be read"));
            return std::nullopt;
        }
        const auto document = config::Document::parse(options.config, *text, out, environment);
        const auto settings = document ? config::Settings::read(*document, out) : std::nullopt;
        if (!settings) return std::nullopt;
        configuration.settings = *settings;
    }
    apply_options(options, configuration.settings, out);

    auto snapshot = std::make_shared<gate::Snapshot>();
    snapshot->knowledge.catalogue = identity::Catalogue::installed();
    const policy::Vocabulary vocabulary = vocabulary_of(*snapshot->knowledge.catalogue);
    const policy::Context context{
        .vocabulary = vocabulary, .read_file = read_file, .environment = environment, .out = out};
    auto sites = load_site_files(options, configuration.settings, context);
    if (!sites || out.has_errors()) return std::nullopt;
    snapshot->knowledge.sites = std::move(*sites);
    snapshot->knowledge.observe = options.observe;
    snapshot->trusted_proxies = configuration.settings.trusted_proxies;
    snapshot->pseudonym = make_pseudonym();
    configuration.snapshot = std::move(snapshot);
    return configuration;
}

}  // namespace turnpike::cli
