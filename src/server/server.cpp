// Accepting, counting and draining connections of one listener on one thread.
#include "server/server.hpp"

#include "server/session.hpp"

namespace turnpike::server {

Server::Server(net::Loop& loop, net::Listener listener, Handler& handler, Options options)
    : loop_(loop), listener_(std::move(listener)), handler_(handler), options_(options) {}

Server::~Server() = default;

void Server::start() {
    sessions_.start(accept_all());
}

Task<void> Server::accept_all() {
    for (;;) {
        Result<net::Stream> stream = co_await listener_.accept();
        if (!stream) co_return;
        if (sessions_.running() > options_.limits.connections) {
            auto& over = counters_.over_connections;
            over.store(over.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
            stream->close_hard();
            continue;
        }
        sessions_.start(Session::serve(*this, std::move(*stream)));
    }
}

void Server::drain(std::function<void()> done) {
    draining_ = true;
    listener_.close();
    for (Session* session = first_; session != nullptr; session = session->next()) {
        session->close_if_idle();
    }
    joiner_.start(join(std::move(done)));
}

Task<void> Server::join(std::function<void()> done) {
    co_await sessions_.join();
    done();
}

}  // namespace turnpike::server
