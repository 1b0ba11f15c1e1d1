// Reading the catalogue's files: each crawler with its ways to be named and the examples that prove
// them. The rules for unknown bots are read by UnknownReader.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "identity/catalogue.hpp"

namespace turnpike::identity {

/// Reads files one after the other; later ones add, or override by token.
class CrawlersReader {
public:
    explicit CrawlersReader(Diagnostics& out) : out_(out) {}

    /// `root` is a mapping that has `crawlers`; its other keys are what its entries share.
    void read(config::Mapping& root, const config::Node& crawlers);

    /// The entries, moved out. Once, after the last file.
    std::vector<Entry> take_entries();
    /// Warns of each example that `catalogue`, made of these entries, takes for something else.
    void check_examples(const Catalogue& catalogue) const;

private:
    /// An entry, and what its file says it must and must not match.
    struct Draft {
        Entry entry;
        std::vector<config::Node> examples;
        std::vector<config::Node> lookalikes;
        std::string file;
    };
    struct Defaults {
        std::string operator_name;
        std::string source;
        std::string date;
    };

    Draft read_entry(const config::Node& node, const Defaults& defaults);
    void read_proof(config::Mapping& mapping, ProofSources& proof);
    void read_patterns(config::Mapping& mapping, Entry& entry);
    void read_category(config::Mapping& mapping, Crawler& crawler);
    std::vector<Category> read_categories(config::Mapping& mapping, std::string_view key);
    void check(const config::Node& node, const Crawler& crawler);
    void keep(Draft draft, const config::Node& node);

    Diagnostics& out_;
    std::vector<Draft> drafts_;
    std::map<std::string, std::size_t> places_;  // in drafts_, by token in lower case
};

/// Midnight of `YYYY-MM-DD` in seconds since the epoch; nothing for anything else.
std::optional<std::int64_t> seconds_of(std::string_view date);

}  // namespace turnpike::identity
