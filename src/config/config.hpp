// Reading YAML strictly: known keys, types, units, line numbers, all mistakes at once. What the
// keys mean is said by who reads them with a Mapping: `policy`, `identity`, and settings.hpp here.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/fields.hpp"
#include "config/settings.hpp"
#include "turnpike/decision.hpp"
#include "turnpike/diagnostic.hpp"

namespace turnpike::config {

struct Value;
struct Source;

/// A value in a document. Cheap to copy; lives as long as its Document.
class Node {
public:
    Node(const Source& source, const Value& value) : source_(&source), value_(&value) {}
    bool is_scalar() const;
    bool is_list() const;
    bool is_mapping() const;
    bool is_null() const;
    /// The scalar's text after `${VAR}` expansion; empty for anything else.
    const std::string& text() const;
    bool is_quoted() const;
    std::vector<Node> items() const;  ///< A list's items; a scalar counts as a list of one.
    std::vector<Node> keys() const;   ///< Of a mapping, as they are written.
    std::optional<Node> child(std::string_view key) const;  ///< Of a mapping.
    Where where() const;
    std::uint32_t column() const;

private:
    friend class Mapping;
    friend void report(Diagnostics&, const Node&, std::string, std::string, Severity);
    const Source* source_;
    const Value* value_;
};

/// Finds a variable for `${VAR}`; null where it is not set.
using Environment = std::function<const char*(const std::string& name)>;

/// One parsed file. Each value stands on lines of its own (block scalars aside); anchors, aliases,
/// tags and a second document are refused, and so are duplicate keys, tabs in the indentation and
/// quotes that are not closed.
class Document {
public:
    /// Nothing where any of this is wrong: `out` says what. Without an environment, `${VAR}` stays.
    static std::optional<Document> parse(std::string file, std::string_view text, Diagnostics& out,
                                         const Environment& environment = {});
    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;
    ~Document();
    Node root() const;

private:
    explicit Document(std::unique_ptr<Source> source);
    std::unique_ptr<Source> source_;
};

/// Reads one mapping by the table of its keys. Each key is taken once, by name and as its row's
/// type; `finish` reports what nobody took, with "did you mean", and what is missing. Whatever is
/// wrong is reported and read as absent. To take a key without a row is a mistake of ours.
class Mapping {
public:
    Mapping(Node node, const Fields& fields, Diagnostics& out);
    bool ok() const { return node_.is_mapping(); }  ///< Else it has been reported.
    const Node& node() const { return node_; }
    const Fields& fields() const { return *fields_; }

    /// Whatever stands there.
    std::optional<Node> take(std::string_view key);
    std::optional<Node> take_scalar(std::string_view key);
    std::optional<std::string> take_string(std::string_view key);
    /// As the program opens it; one of the row's words as it stands.
    std::optional<std::string> take_path(std::string_view key);
    std::optional<bool> take_bool(std::string_view key);
    /// Nothing, too, where one of the row's words stands.
    std::optional<std::uint32_t> take_integer(std::string_view key);
    std::optional<std::chrono::milliseconds> take_duration(std::string_view key);
    std::optional<std::uint64_t> take_size(std::string_view key);
    std::optional<Money> take_money(std::string_view key);
    std::optional<Rate> take_rate(std::string_view key);
    /// The index of the choice among the row's words.
    std::optional<std::size_t> take_choice(std::string_view key);
    /// One scalar is a list of one. Items are checked no further.
    std::vector<Node> take_list(std::string_view key);
    std::vector<Node> take_scalars(std::string_view key);  ///< A list of scalars.
    std::vector<std::string> take_strings(std::string_view key);
    /// One mapping, or a list of them, each by the table that the row names.
    std::optional<Mapping> take_mapping(std::string_view key);
    std::vector<Mapping> take_mappings(std::string_view key);
    /// `version: 1`, which may be left out: that means 1 for ever.
    void take_version();
    void finish();

    /// Without a table, for readers that do not have one yet.
    Mapping(Node node, Diagnostics& out);
    std::optional<std::int64_t> take_integer(std::string_view key, std::int64_t low,
                                             std::int64_t high);
    std::optional<std::size_t> take_choice(std::string_view key,
                                           const std::vector<std::string>& names);
    std::optional<Node> take_scalar(std::string_view key, std::string_view expected);

private:
    const Field* row(std::string_view key) const;
    std::string wanted(std::string_view key) const;
    std::vector<std::string> known() const;
    std::string hint_for(const std::string& key) const;
    void report_missing(const std::vector<std::string>& meant);
    Node node_;
    const Fields* fields_ = nullptr;
    Diagnostics* out_;
    std::vector<std::string> taken_;
};

/// A path that stands in `file`, as the program opens it: from the file's own folder.
std::string beside(const std::string& file, const std::string& path);

/// Adds an error or a warning that points at `node`.
void report(Diagnostics& out, const Node& node, std::string message, std::string hint = {},
            Severity severity = Severity::error);

/// A CIDR, or a named list, added to `into`; anything else is reported.
void read_prefixes(const Node& node, std::vector<Prefix>& into, Diagnostics& out);

/// The candidate that `word` was meant for: misspelt, said in another product's words, or only a
/// part of it; else empty. Case is ignored.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);
/// `did you mean 'x'?`, or empty where nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);
/// The same among the row's words, or else what may stand there.
std::string suggestion(const Field& field, std::string_view word);

/// `250ms` `10s` `5m` `1h` `2d`: one whole number and its unit.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
/// `512B` `32KiB` `1MiB` `1GiB`.
std::optional<std::uint64_t> parse_size(std::string_view text);
/// `USD 0.01`: a currency and an amount with at most six decimals.
std::optional<Money> parse_money(std::string_view text);
/// `5/s` `600/min` `1000/h` `10000/d`. The burst is what ten seconds bring, at least one request.
std::optional<Rate> parse_rate(std::string_view text);

}  // namespace turnpike::config
