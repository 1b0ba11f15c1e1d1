// Connections to one origin: making, keeping, checking and sweeping them.
#include <algorithm>

#include "proxy/proxy.hpp"

namespace turnpike::proxy {
namespace {

constexpr std::chrono::seconds sweep_every{5};

}  // namespace

Origin::Origin(net::Loop& loop, OriginAddress address, Limits limits, net::HostName::LookUp look_up)
    : loop_(loop),
      address_(std::move(address)),
      limits_(limits),
      host_name_(loop, address_.host, std::move(look_up)) {
    idle_.reserve(limits_.idle_connections);
}

Task<Result<Origin::Connection>> Origin::connect(bool fresh_only) {
    while (!fresh_only && !idle_.empty()) {
        Connection connection{std::move(idle_.back().stream), true};
        idle_.pop_back();
        // A byte that came while idle answers no request of ours: such a connection is poisoned.
        if (connection.stream.is_quiet()) co_return connection;
        connection.stream.close();
    }
    Result<net::Stream> stream = co_await connect_fresh();
    if (!stream) co_return stream.error();
    Connection connection{std::move(*stream), false};
    co_return connection;
}

Task<Result<net::Stream>> Origin::connect_fresh() {
    if (!address_.unix_path.empty()) {
        const net::Endpoint endpoint{.address = {}, .port = 0, .path = address_.unix_path};
        co_return co_await net::connect(loop_, endpoint, limits_.connect);
    }
    auto addresses = co_await host_name_.addresses(limits_.connect);
    if (!addresses) co_return addresses.error();
    // One that lets connects time out must not cost every connection its limit.
    const auto good = std::find(addresses->begin(), addresses->end(), answered_last_);
    if (good != addresses->end()) std::rotate(addresses->begin(), good, good + 1);
    Error error{Fault::refused, Side::origin, 502, "the origin has no address"};
    for (const Address& address : *addresses) {
        const net::Endpoint endpoint{.address = address, .port = address_.port, .path = {}};
        Result<net::Stream> stream = co_await net::connect(loop_, endpoint, limits_.connect);
        if (stream) {
            answered_last_ = address;
            co_return stream;
        }
        error = stream.error();
    }
    co_return error;
}

void Origin::keep(net::Stream stream) {
    if (idle_.size() == limits_.idle_connections) {
        stream.close();
        return;
    }
    stream.no_limit();
    idle_.push_back({std::move(stream), loop_.clock().now()});
    if (!is_set()) loop_.deadlines().set(*this, loop_.clock().now() + sweep_every);
}

void Origin::expired() {
    const auto now = loop_.clock().now();
    std::erase_if(idle_, [&](Idle& idle) {
        const bool stale = now - idle.since > limits_.idle || !idle.stream.is_quiet();
        if (stale) idle.stream.close();
        return stale;
    });
    if (!idle_.empty()) loop_.deadlines().set(*this, now + sweep_every);
}

}  // namespace turnpike::proxy
