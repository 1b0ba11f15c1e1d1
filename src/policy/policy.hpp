// Site files and presets become compiled sites here. What may be said in them is
// docs/configuration.md; what follows from them is turnpike/policy.hpp.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "turnpike/diagnostic.hpp"
#include "turnpike/policy.hpp"

namespace turnpike::policy {

/// The keys of site files, of presets, and of what both hold.
extern const config::Fields site_fields;
extern const config::Fields preset_fields;
extern const config::Fields open_paths_fields;
extern const config::Fields rule_fields;
extern const config::Fields when_fields;

/// A file as text. `name` is how the operator knows it; presets beside it are found by it.
struct SiteFile {
    std::string name;
    std::string text;
};

/// What rules may name. Handed in, since the catalogue is not policy's business.
struct Vocabulary {
    std::function<const Crawler*(std::string_view name)> find_crawler;
    std::vector<std::string> crawlers;  ///< All names, for suggestions.
    std::vector<std::string> operators;
    std::vector<std::string> signals;  ///< Of behaviour, by their bits.
};

/// What loading works with. The sites point into the crawlers of `vocabulary`, nothing else here
/// need outlive the call.
struct Context {
    const Vocabulary& vocabulary;
    /// The text of a preset file, or nothing where it cannot be read.
    std::function<std::optional<std::string>(const std::string& path)> read_file;
    config::Environment environment;
    Diagnostics& out;
    /// The trap of a site that names none. Without the function, such sites have none.
    std::function<std::string(const std::string& site)> default_trap = {};
};

/// Nothing where any file has an error; `context.out` says which and why. It may hold warnings
/// either way.
std::optional<Sites> load_sites(std::span<const SiteFile> files, const Context& context);

/// The configuration of `serve --origin URL`: every host, block-ai.
std::optional<Sites> default_sites(std::string_view origin, const Context& context);

/// `http://host[:port][/]` or `unix:/path`. `error` says what is wrong with anything else.
std::optional<OriginAddress> parse_origin(std::string_view text, std::string& error);

/// A name as `hosts` takes it, in the form in which it is looked up: lower case, no trailing dot.
/// `*.x` and `*` are names too. `hint` says what is wrong with anything else.
std::optional<std::string> parse_host(std::string_view text, std::string& hint);

/// An item of `rules` that lets in whom `key: value` in its `when` matches.
std::string let_in_rule(std::string_view key, std::string_view value);

/// The presets in this binary.
std::vector<std::string> preset_names();

}  // namespace turnpike::policy
