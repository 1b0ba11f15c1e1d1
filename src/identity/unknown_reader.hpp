// Reading rules/unknown-bots.yaml: the words by which bots that no entry names are told from
// people.
#pragma once

#include "config/config.hpp"
#include "identity/catalogue.hpp"

namespace turnpike::identity {

/// Reads files one after the other; later ones add words.
class UnknownReader {
public:
    explicit UnknownReader(Diagnostics& out) : out_(out) {}

    void read(config::Mapping& root);
    /// The rules, moved out. Once, after the last file.
    UnknownRules take_rules();

private:
    void read_endings(const config::Node& node);
    void read_ai(const config::Node& node);
    void read_people(const config::Node& node);
    /// The texts of a list in lower case, each at least `shortest` bytes long.
    std::vector<std::string> take_words(config::Mapping& mapping, std::string_view key,
                                        std::size_t shortest);

    Diagnostics& out_;
    std::vector<Ending> endings_;
    AiWords ai_;
    std::vector<MarkedWord> marked_;
};

}  // namespace turnpike::identity
