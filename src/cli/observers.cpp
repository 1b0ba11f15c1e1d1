// The operator's listeners: opening, starting, draining.
#include "cli/observers.hpp"

#include <cerrno>
#include <cstring>

namespace turnpike::cli {

net::Endpoint to_endpoint(const config::ListenAddress& address) {
    return {.address = address.address, .port = address.port, .path = address.path};
}

std::string cannot_listen(const std::string& where, const Error& error) {
    return std::string(error.what) + " (" + where + "): " + std::strerror(errno);
}

bool Observers::open(const config::ListenAddress& address, admin::Admin& handler,
                     std::string& error) {
    auto listener = net::Listener::open(loop_, to_endpoint(address));
    if (!listener) {
        error = cannot_listen(address.text, listener.error());
        return false;
    }
    servers_.push_back(std::make_unique<server::Server>(loop_, std::move(*listener), handler,
                                                        server::Server::Options{}));
    return true;
}

void Observers::start() {
    for (const auto& server : servers_) server->start();
}

void Observers::drain(std::function<void()> done) {
    remaining_ = servers_.size();
    if (servers_.empty()) return done();
    for (const auto& server : servers_) {
        server->drain([this, done] {
            if (--remaining_ == 0) done();
        });
    }
}

std::optional<net::Endpoint> Observers::address() const {
    if (servers_.empty()) return std::nullopt;
    return servers_.front()->local();
}

}  // namespace turnpike::cli
