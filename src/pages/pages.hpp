// Pages with places for values: Mustache templates, checked when they are loaded. What the values
// are is said by who shows the page.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "turnpike/diagnostic.hpp"

namespace turnpike::pages {

/// What a template may name.
struct Vocabulary {
    std::vector<std::string_view> names;
    /// What to say to who wrote another name; may be empty.
    std::function<std::string(const std::string& wrong)> hint;
};

/// Texts, values and sections. `{{name}}` is replaced by the value, always escaped for HTML;
/// `{{#name}}…{{/name}}` stands only where the value is not empty, `{{^name}}…{{/name}}` only where
/// it is. Comments and other delimiters are Mustache's too; partials and unescaped values are
/// mistakes.
class Template {
public:
    /// Nothing where there is a mistake: `out` says which, and where. At most 32 KiB.
    static std::optional<Template> parse(const TextFile& source, const Vocabulary& vocabulary,
                                         Diagnostics& out);
    /// `values` in the order of the vocabulary's names. Safe from any thread.
    std::string render(std::span<const std::string_view> values) const;

private:
    friend class Flattener;
    struct Piece {
        enum class Kind : std::uint8_t { text, value, section, inverted };
        Kind kind = Kind::text;
        std::string text;
        std::size_t value = 0;  // its index in the vocabulary
        std::size_t end = 0;    // of a section: the piece behind it
    };
    std::vector<Piece> pieces_;
};

/// What a page with lists is made of: under each name a text, or a list of further values.
class Values {
public:
    Values& set(std::string name, std::string text);
    /// One more item of a list.
    Values& add(std::string list);

private:
    friend std::string fill(std::string_view, const Values&);
    std::map<std::string, std::string> texts_;
    std::map<std::string, std::deque<Values>> lists_;
};

/// A page of our own, whose template need not be checked: `{{#list}}…{{/list}}` stands once for
/// each item, and within it names mean the item's values first.
std::string fill(std::string_view source, const Values& values);

}  // namespace turnpike::pages
