// Requests that wait before they are forwarded: so that who asks too fast is slowed down before he
// is refused. One object a thread.
#pragma once

#include <chrono>
#include <cstddef>

#include "core/exchange.hpp"
#include "net/net.hpp"

namespace turnpike::gate {

class Delays {
public:
    /// Nobody waits longer.
    static constexpr std::chrono::milliseconds longest{2000};
    /// No more wait at a time: each holds a connection, and the head of its request.
    static constexpr std::size_t most = 256;

    explicit Delays(net::Loop& loop) : loop_(loop) {}

    /// How long a request that comes now may be made to wait.
    std::chrono::nanoseconds patience() const {
        return under_way_ < most ? longest : std::chrono::milliseconds(0);
    }
    /// False where the client sends no more, or has gone, before the time is over.
    Task<bool> wait(Body& body, std::chrono::nanoseconds time);

private:
    net::Loop& loop_;
    std::size_t under_way_ = 0;
};

}  // namespace turnpike::gate
