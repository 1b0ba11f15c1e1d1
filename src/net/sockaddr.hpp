// Between our endpoints and the kernel's socket addresses.
#pragma once

#include <sys/socket.h>

#include "net/net.hpp"

namespace turnpike::net {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;  ///< 0: the path does not fit.
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress to_socket_address(const Endpoint& endpoint);
/// A unix peer has no name of interest: unspecified, port 0.
Endpoint to_endpoint(const sockaddr_storage& name);

}  // namespace turnpike::net
