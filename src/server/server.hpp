// Accepts connections, speaks HTTP/1.1 on them, and hands each request to a Handler. Knows neither
// what is served nor why.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/exchange.hpp"
#include "http/http.hpp"
#include "net/net.hpp"

namespace turnpike::server {

/// Limits on clients; `limits` of turnpike.yaml.
struct Limits {
    http::HeadLimits head;
    std::chrono::milliseconds head_timeout{10'000};  ///< Whole head, from its first byte: 408.
    std::chrono::milliseconds idle_timeout{60'000};  ///< Between requests, and for a stalled body.
    std::uint32_t connections = 50'000;              ///< On this thread.
};

/// What a server counts. Written by its thread, read by any.
struct Counters {
    std::atomic<std::uint32_t> active{0};            ///< Connections with a request under way.
    std::atomic<std::uint32_t> idle{0};              ///< Connections between requests.
    std::atomic<std::uint64_t> over_connections{0};  ///< Turned away: `limits.connections`.
};

class Session;

/// One thread's end of one listener.
class Server {
public:
    struct Options {
        std::uint32_t listener = 0;  ///< Handed on in Exchange::listener.
        Limits limits;
    };
    Server(net::Loop& loop, net::Listener listener, Handler& handler, Options options);
    ~Server();  ///< After drain() has ended.

    void start();
    /// For what begins from now on. On the loop's thread.
    void use(const Limits& limits) { options_.limits = limits; }
    /// Stops accepting, closes idle connections, lets requests under way end. `done` is called on
    /// the loop when the last connection has gone.
    void drain(std::function<void()> done);
    const Counters& counters() const { return counters_; }
    net::Endpoint local() const { return listener_.local(); }

private:
    friend class Session;
    Task<void> accept_all();
    Task<void> join(std::function<void()> done);

    net::Loop& loop_;
    net::Listener listener_;
    Handler& handler_;
    Options options_;
    Counters counters_;
    Nursery sessions_;
    Nursery joiner_;
    Session* first_ = nullptr;  // of all open sessions
    bool draining_ = false;
};

}  // namespace turnpike::server
