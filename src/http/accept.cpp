// Accept, one media range after another. RFC 9110 §12.5.1.
#include <algorithm>

#include "http/characters.hpp"
#include "http/http.hpp"

namespace turnpike::http {
namespace {

/// Up to the next `separator` that stands in no quoted string; the rest stays in `text`.
std::string_view take_until(std::string_view& text, char separator) {
    bool quoted = false;
    std::size_t end = 0;
    for (; end < text.size(); ++end) {
        const char c = text[end];
        if (c == '\\' && quoted) {
            ++end;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == separator && !quoted) {
            break;
        }
    }
    end = std::min(end, text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return trimmed(taken);
}

bool is_token(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return is(c, Octets::token); });
}

/// `0.5` in thousandths. `.5`, which old Java sends with every request, is understood too.
std::optional<std::uint16_t> read_weight(std::string_view text) {
    if (text.empty() || text == ".") return std::nullopt;
    unsigned weight = 0;
    std::size_t at = 0;
    if (text.starts_with('0') || text.starts_with('1')) weight = text[at++] == '1' ? 1000 : 0;
    if (at == text.size()) return static_cast<std::uint16_t>(weight);
    if (text[at++] != '.' || text.size() > at + 3) return std::nullopt;
    for (unsigned unit = 100; at < text.size(); unit /= 10, ++at) {
        if (!is(text[at], Octets::digit)) return std::nullopt;
        weight += unit * static_cast<unsigned>(text[at] - '0');
    }
    if (weight > 1000) return std::nullopt;
    return static_cast<std::uint16_t>(weight);
}

std::optional<MediaRange> read_range(std::string_view element) {
    MediaRange range;
    std::string_view name = take_until(element, ';');
    if (name == "*") name = "*/*";  // old Java again
    range.type = name.substr(0, name.find('/'));
    range.subtype = name.substr(std::min(range.type.size() + 1, name.size()));
    if (!is_token(range.type) || !is_token(range.subtype)) return std::nullopt;
    if (range.type == "*" && range.subtype != "*") return std::nullopt;
    while (!element.empty()) {
        std::string_view value = take_until(element, ';');
        const std::string_view parameter = take_until(value, '=');
        if (!equals_ignoring_case(parameter, "q")) continue;
        const auto weight = read_weight(value);
        if (!weight) return std::nullopt;
        range.weight = *weight;
    }
    return range;
}

}  // namespace

std::optional<MediaRange> take_media_range(std::string_view& accept) {
    while (!accept.empty()) {
        const auto range = read_range(take_until(accept, ','));
        if (range) return range;
    }
    return std::nullopt;
}

}  // namespace turnpike::http
