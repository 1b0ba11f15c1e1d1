// Host names and origins as a site's file writes them.
#include <algorithm>
#include <charconv>

#include "policy/origin.hpp"
#include "turnpike/address.hpp"

namespace turnpike::policy {
namespace {

constexpr std::string_view name_characters = "abcdefghijklmnopqrstuvwxyz0123456789-_";

/// Labels of at most 63 bytes, 253 in all (RFC 1035 §2.3.4); `_` is there because people use it.
bool is_name(std::string_view text) {
    if (text.empty() || text.size() > 253) return false;
    while (true) {
        const std::size_t dot = std::min(text.find('.'), text.size());
        const std::string_view label = text.substr(0, dot);
        if (label.empty() || label.size() > 63) return false;
        if (label.find_first_not_of(name_characters) != label.npos) return false;
        if (dot == text.size()) return true;
        text.remove_prefix(dot + 1);
    }
}

std::string to_lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return result;
}

/// `[::1]` → the address in it.
std::optional<Address> bracketed(std::string_view text) {
    if (!text.starts_with('[') || !text.ends_with(']')) return std::nullopt;
    const std::string_view inside = text.substr(1, text.size() - 2);
    if (inside.find(':') == inside.npos) return std::nullopt;
    return Address::parse(inside);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, port);
    if (failure != std::errc{} || stop != end || text.starts_with('0')) return std::nullopt;
    return port;
}

/// What stands behind `http://`.
std::optional<OriginAddress> parse_authority(std::string_view text, std::string& error) {
    OriginAddress origin{.host = {}, .port = 80, .unix_path = {}};
    const std::size_t bracket = text.find(']');
    const std::size_t colon = text.find(':', bracket == text.npos ? 0 : bracket);
    if (colon != text.npos) {
        const auto port = parse_port(text.substr(colon + 1));
        if (!port) {
            error = "'" + std::string(text.substr(colon + 1)) + "' is not a port";
            return std::nullopt;
        }
        origin.port = *port;
    }
    const std::string host = to_lower(text.substr(0, colon));
    if (const auto address = bracketed(host)) {
        origin.host = address->to_string();
    } else if (is_name(host)) {
        origin.host = host;
    } else {
        error = host.empty() ? "an origin needs a host" : "'" + host + "' is not a host";
        return std::nullopt;
    }
    return origin;
}

std::optional<OriginAddress> read_url(const config::Node& node, Diagnostics& out) {
    std::string error;
    auto address = parse_origin(node.text(), error);
    if (!address) report(out, node, error);
    return address;
}

/// What the origin gets as Host: empty where it is what the client asked for.
std::string read_host(config::Mapping& mapping, const OriginAddress& address, Diagnostics& out) {
    const auto node = mapping.take_scalar("host");
    if (!node || node->text() == "client") return {};
    if (node->text() == "origin") return address.authority();
    std::string error;
    if (!parse_authority(node->text(), error)) {
        report(out, *node, "'" + node->text() + "' is not a host",
               "write client, origin, or a name such as www.example.com");
    }
    return node->text();
}

}  // namespace

std::optional<SiteOrigin> read_origin(config::Mapping& site, Diagnostics& out) {
    const auto node = site.take("origin");
    if (!node) return std::nullopt;
    SiteOrigin origin;
    if (!node->is_mapping()) {
        const auto text = site.take_scalar("origin");
        auto address = text ? read_url(*text, out) : std::nullopt;
        if (!address) return std::nullopt;
        origin.address = std::move(*address);
        return origin;
    }
    config::Mapping mapping = *site.take_mapping("origin");
    if (const auto url = mapping.take_scalar("url")) {
        origin.address = read_url(*url, out).value_or(OriginAddress());
    }
    origin.host = read_host(mapping, origin.address, out);
    origin.connect_timeout =
        mapping.take_duration("connect_timeout").value_or(origin.connect_timeout);
    origin.response_timeout =
        mapping.take_duration("response_timeout").value_or(origin.response_timeout);
    mapping.finish();
    return origin;
}

std::optional<OriginAddress> parse_origin(std::string_view text, std::string& error) {
    constexpr std::string_view plain = "http://";
    constexpr std::string_view socket = "unix:";
    if (text.starts_with(socket)) {
        const std::string_view path = text.substr(socket.size());
        if (path.starts_with('/') && path.size() > 1) {
            return OriginAddress{.host = {}, .port = 0, .unix_path = std::string(path)};
        }
        error = "a unix socket needs its whole path: unix:/run/app.sock";
        return std::nullopt;
    }
    if (text.starts_with("https://")) {
        error = "TLS to origins is not supported yet: write http://";
        return std::nullopt;
    }
    if (!text.starts_with(plain)) {
        error =
            "'" + std::string(text) + "' is not an origin: write http://host:port or unix:/path";
        return std::nullopt;
    }
    std::string_view rest = text.substr(plain.size());
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (rest.find_first_of("/?#") != rest.npos) {
        error = "an origin has no path: requests keep their own";
        return std::nullopt;
    }
    if (rest.find('@') != rest.npos) {
        error = "an origin has no user name: requests keep their own credentials";
        return std::nullopt;
    }
    return parse_authority(rest, error);
}

std::optional<std::string> parse_host(std::string_view text, std::string& hint) {
    std::string host = to_lower(text);
    if (host == "*") return host;
    if (const auto address = bracketed(host)) return "[" + address->to_string() + "]";
    if (host.ends_with('.')) host.pop_back();
    const std::string_view name = host;
    if (is_name(name.starts_with("*.") ? name.substr(2) : name)) return host;

    const bool beyond_ascii = std::any_of(
        host.begin(), host.end(), [](char c) { return static_cast<unsigned char>(c) > 127; });
    if (name.find("//") != name.npos) {
        hint = "a host without scheme and path";
    } else if (beyond_ascii) {
        hint = "write it as browsers send it, beginning with xn--";
    } else if (name.find(':') != name.npos) {
        hint = "a host without port; IPv6 in brackets";
    } else if (name.find('*') != name.npos) {
        hint = "a star stands alone or before a dot: \"*\", \"*.example.com\"";
    } else {
        hint = "letters, digits, '-' and '.'";
    }
    return std::nullopt;
}

}  // namespace turnpike::policy
