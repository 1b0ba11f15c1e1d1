// Comparing names without regard to the case of ASCII letters. Private to policy.
#pragma once

#include <algorithm>
#include <string_view>

namespace turnpike::policy {

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

constexpr bool same_letters(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

/// A Host field's name without port and trailing dot. The brackets of an IPv6 address stay.
constexpr std::string_view name_of_host(std::string_view host) {
    const std::size_t bracket = host.find(']');
    host = host.substr(0, host.find(':', bracket == host.npos ? 0 : bracket));
    if (host.ends_with('.')) host.remove_suffix(1);
    return host;
}

}  // namespace turnpike::policy
