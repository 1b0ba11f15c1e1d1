// Loading a catalogue: files in, one immutable Catalogue out, or all that is wrong with them.
#include "core/embedded.hpp"
#include "identity/crawlers_reader.hpp"
#include "identity/unknown_reader.hpp"

namespace turnpike {
extern const EmbeddedFile embedded_catalogue[];
}

namespace turnpike::identity {

std::unique_ptr<const Catalogue> Catalogue::load(std::span<const CatalogueFile> files,
                                                 Diagnostics& out) {
    std::vector<config::Document> documents;  // the readers keep nodes of them
    CrawlersReader crawlers(out);
    UnknownReader unknown(out);
    for (const CatalogueFile& file : files) {
        auto document = config::Document::parse(file.name, file.text, out);
        if (!document) continue;
        documents.push_back(std::move(*document));
        config::Mapping root(documents.back().root(), out);
        root.take_version();
        if (const auto list = root.take("crawlers")) {
            crawlers.read(root, *list);
        } else {
            unknown.read(root);
        }
        root.finish();
    }
    if (out.has_errors()) return nullptr;
    std::unique_ptr<const Catalogue> catalogue(
        new Catalogue(std::make_unique<Compiled>(crawlers.take_entries(), unknown.take_rules())));
    crawlers.check_examples(*catalogue);
    return catalogue;
}

std::vector<CatalogueFile> Catalogue::installed_files() {
    std::vector<CatalogueFile> files;
    for (const EmbeddedFile* file = embedded_catalogue; file->name != nullptr; ++file) {
        files.push_back({.name = file->name, .text = std::string(file->text())});
    }
    return files;
}

std::unique_ptr<const Catalogue> Catalogue::installed() {
    Diagnostics diagnostics;
    return load(installed_files(), diagnostics);
}

}  // namespace turnpike::identity
