// The Forwarded field, RFC 7239 §4, read from its end: what stands last was written by the proxy
// nearest to us, and nothing that others wrote before it may change how it is read.
#include <algorithm>
#include <iterator>
#include <utility>

#include "http/characters.hpp"
#include "http/http.hpp"

namespace turnpike::http {
namespace {

struct Pair {
    std::string_view name;
    std::string_view value;  // without its quotes; what is escaped in it stays so
};

/// How long the quoted string at the start is, with its quotes; 0 where it is none.
std::size_t quoted_size(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') return i + 1;
        if (text[i] == '\\') ++i;
        if (i == text.size() || !is(text[i], Octets::value)) return 0;
    }
    return 0;
}

/// Takes `name=value`, without any white space, and the `;` behind it.
std::optional<Pair> take_pair(std::string_view& element) {
    const char* end = element.data() + element.size();
    const auto token_size = [end](std::string_view text) {
        return static_cast<std::size_t>(skip(text.data(), end, Octets::token) - text.data());
    };
    Pair pair{.name = element.substr(0, token_size(element)), .value = {}};
    element.remove_prefix(pair.name.size());
    if (pair.name.empty() || !element.starts_with('=')) return std::nullopt;
    element.remove_prefix(1);
    const bool quoted = element.starts_with('"');
    const std::size_t size = quoted ? quoted_size(element) : token_size(element);
    if (size == 0) return std::nullopt;
    pair.value = quoted ? element.substr(1, size - 2) : element.substr(0, size);
    element.remove_prefix(size);
    if (!element.empty() && !element.starts_with(';')) return std::nullopt;
    element.remove_prefix(std::min<std::size_t>(1, element.size()));
    return pair;
}

/// `:80`, or hidden, `:_name`. RFC 7239 §6.
bool is_node_port(std::string_view text) {
    if (text.size() < 2 || text.front() != ':') return false;
    text.remove_prefix(1);
    const bool hidden = text.front() == '_' && text.size() > 1;
    const Octets allowed = hidden ? Octets::token : Octets::digit;
    const char* end = text.data() + text.size();
    return (hidden || text.size() <= 5) && skip(text.data(), end, allowed) == end;
}

/// `192.0.2.1` or `[2001:db8::1]`, each perhaps with a port; nothing for names that hide.
std::optional<Address> parse_node(std::string_view node) {
    const bool bracketed = node.starts_with('[');
    const std::size_t end = bracketed ? node.find(']') : std::min(node.find(':'), node.size());
    if (end == node.npos) return std::nullopt;
    const std::string_view host = bracketed ? node.substr(1, end - 1) : node.substr(0, end);
    const std::string_view port = node.substr(bracketed ? end + 1 : end);
    // The parser takes IPv4 too, which has no place in brackets.
    const bool is_v6 = host.find(':') != host.npos;
    if (is_v6 != bracketed || (!port.empty() && !is_node_port(port))) return std::nullopt;
    return Address::parse(host);
}

}  // namespace

std::string_view take_last_quotable(std::string_view& list) {
    std::size_t begin = 0;
    bool quoted = false;
    for (std::size_t i = list.size(); i-- > 0 && begin == 0;) {
        if (list[i] == ',' && !quoted) begin = i + 1;
        if (list[i] != '"') continue;
        std::size_t escapes = 0;
        while (escapes < i && list[i - 1 - escapes] == '\\') ++escapes;
        if (!quoted || escapes % 2 == 0) quoted = !quoted;
        i -= escapes;
    }
    const std::string_view element = trimmed(list.substr(begin));
    list = list.substr(0, begin == 0 ? 0 : begin - 1);
    return element;
}

std::optional<ForwardedElement> parse_forwarded(std::string_view element) {
    constexpr std::string_view names[] = {"for", "by", "host", "proto"};
    std::string_view values[std::size(names)];
    bool seen[std::size(names)] = {};
    while (!element.empty()) {
        if (element.starts_with(';')) {  // an empty pair
            element.remove_prefix(1);
            continue;
        }
        const auto pair = take_pair(element);
        if (!pair) return std::nullopt;
        for (std::size_t i = 0; i < std::size(names); ++i) {
            if (!equals_ignoring_case(pair->name, names[i])) continue;
            if (std::exchange(seen[i], true)) return std::nullopt;
            values[i] = pair->value;
        }
    }
    return ForwardedElement{.client = parse_node(values[0]),
                            .proto = values[3],
                            .host = is_authority(values[2]) ? values[2] : std::string_view{}};
}

}  // namespace turnpike::http
