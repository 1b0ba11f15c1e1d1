// Strict readings of lists, lengths, authorities and transfer codings.
#include "http/values.hpp"

#include <algorithm>

#include "http/characters.hpp"
#include "http/http.hpp"
#include "turnpike/address.hpp"

namespace turnpike::http {
namespace {

bool is_all(std::string_view text, Octets set) {
    const char* end = text.data() + text.size();
    return skip(text.data(), end, set) == end;
}

bool is_port(std::string_view text) {
    constexpr unsigned highest = 65535;
    if (text.size() > 5) return false;
    unsigned port = 0;
    for (const char c : text) {
        const auto digit = static_cast<unsigned char>(c - '0');
        if (digit > 9) return false;
        port = port * 10 + digit;
    }
    return port <= highest;
}

/// How long the host at the start is; 0 if there is none.
std::size_t host_size(std::string_view text) {
    if (!text.starts_with('[')) {
        const char* end = text.data() + text.size();
        return static_cast<std::size_t>(skip_host(text.data(), end) - text.data());
    }
    const std::size_t closing = text.find(']');
    if (closing == std::string_view::npos) return 0;
    const std::string_view address = text.substr(1, closing - 1);
    // The parser takes IPv4 too, which has no place in brackets.
    const bool valid = address.find(':') != std::string_view::npos && Address::parse(address);
    return valid ? closing + 1 : 0;
}

}  // namespace

std::string_view take_element(std::string_view& list) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view element = trimmed(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    return element;
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
    if (text.empty() || text.size() > 18 || !is_all(text, Octets::digit)) return std::nullopt;
    std::uint64_t length = 0;
    for (const char c : text) length = length * 10 + static_cast<unsigned>(c - '0');
    return length;
}

bool is_authority(std::string_view text) {
    const std::size_t host = host_size(text);
    if (host == 0) return false;
    if (host == text.size()) return true;
    return text[host] == ':' && is_port(text.substr(host + 1));
}

std::optional<Flaw> flaw_in_coding(std::string_view value) {
    if (equals_ignoring_case(value, "chunked")) return std::nullopt;
    constexpr Flaw malformed{400, "invalid Transfer-Encoding"};
    if (value.empty() || value.back() == ',') return malformed;
    bool chunked = false;
    while (!value.empty()) {
        const std::string_view coding = take_element(value);
        if (coding.empty()) return malformed;
        const std::string_view name = trimmed(coding.substr(0, coding.find(';')));
        // `identity` was withdrawn by RFC 7230; whoever writes it frames by another rule book.
        if (name.empty() || !is_all(name, Octets::token) || equals_ignoring_case(name, "identity"))
            return malformed;
        if (chunked) return Flaw{400, "chunked is not the last transfer coding"};
        chunked = equals_ignoring_case(name, "chunked");
        if (chunked && name.size() != coding.size()) return malformed;
    }
    return Flaw{501, "a transfer coding other than chunked", Fault::unsupported};
}

}  // namespace turnpike::http
