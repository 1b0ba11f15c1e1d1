// Between our endpoints and the kernel's socket addresses.
#include "net/sockaddr.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstring>

namespace turnpike::net {

std::string Endpoint::to_string() const {
    if (!path.empty()) return "unix:" + path;
    const std::string text = address.to_string();
    return (address.is_v4() ? text : "[" + text + "]") + ":" + std::to_string(port);
}

SocketAddress to_socket_address(const Endpoint& endpoint) {
    SocketAddress result;
    if (!endpoint.path.empty()) {
        sockaddr_un name{};
        if (endpoint.path.size() >= sizeof name.sun_path) return result;
        name.sun_family = AF_UNIX;
        std::memcpy(name.sun_path, endpoint.path.data(), endpoint.path.size());
        std::memcpy(&result.storage, &name, sizeof name);
        result.size = sizeof name;
    } else if (endpoint.address.is_v4()) {
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_port = htons(endpoint.port);
        std::memcpy(&name.sin_addr, endpoint.address.bytes().data() + 12, 4);
        std::memcpy(&result.storage, &name, sizeof name);
        result.size = sizeof name;
    } else {
        sockaddr_in6 name{};
        name.sin6_family = AF_INET6;
        name.sin6_port = htons(endpoint.port);
        std::memcpy(&name.sin6_addr, endpoint.address.bytes().data(), 16);
        std::memcpy(&result.storage, &name, sizeof name);
        result.size = sizeof name;
    }
    return result;
}

Endpoint to_endpoint(const sockaddr_storage& name) {
    Endpoint endpoint;
    if (name.ss_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, &name, sizeof v4);
        endpoint.address = Address::v4(ntohl(v4.sin_addr.s_addr));
        endpoint.port = ntohs(v4.sin_port);
    } else if (name.ss_family == AF_INET6) {
        sockaddr_in6 v6;
        std::memcpy(&v6, &name, sizeof v6);
        std::array<std::uint8_t, 16> bytes;
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        endpoint.address = Address(bytes);
        endpoint.port = ntohs(v6.sin6_port);
    }
    return endpoint;
}

}  // namespace turnpike::net
