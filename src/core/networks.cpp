// Loopback and private networks.
#include "core/networks.hpp"

namespace turnpike {

std::span<const std::string_view> named_networks(std::string_view name) {
    static constexpr std::string_view loopback[] = {"127.0.0.0/8", "::1"};
    // RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291 §2.5.6
    static constexpr std::string_view inside[] = {
        "10.0.0.0/8",     "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
        "169.254.0.0/16", "fc00::/7",      "fe80::/10"};
    if (name == "loopback") return loopback;
    if (name == "private") return inside;
    return {};
}

}  // namespace turnpike
