// What a server hands to whoever answers: one request with its body to pull and an outlet to push
// the answer into. Nothing here knows of connections, so HTTP/2 streams fit unchanged.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/arena.hpp"
#include "core/task.hpp"
#include "turnpike/address.hpp"
#include "turnpike/error.hpp"
#include "turnpike/request.hpp"

namespace turnpike {

/// Some of a body: runs of bytes that stay where they are until the next part is asked for.
struct BodyPart {
    std::span<const std::string_view> pieces;
    bool last = false;            ///< Nothing follows; `pieces` may be empty.
    std::string_view trailers{};  ///< With `last`: serialised field lines, each ended by CRLF.

    std::uint64_t size() const {
        std::uint64_t sum = 0;
        for (const std::string_view piece : pieces) sum += piece.size();
        return sum;
    }
};

/// Told when the client ends its side of the connection while nobody was reading from it.
class Hangup {
public:
    /// Fault::closed: it will send no more, but may still read (RFC 9112 §9.6). Else it is gone.
    virtual void hung_up(Fault fault) = 0;

protected:
    ~Hangup() = default;
};

/// A request's body, pulled at the pace of whoever consumes it.
class Body {
public:
    /// The next part; waits for the client. After `last` it must not be called again.
    virtual Task<Result<BodyPart>> pull() = 0;
    /// The part that has arrived already, without waiting; nothing where more bytes are needed.
    /// So that what came with the head is checked, and sent, with the head.
    virtual Result<std::optional<BodyPart>> pull_arrived() = 0;
    /// Everything has been pulled (or there never was anything).
    virtual bool finished() const = 0;
    /// A pull that waits, and each later one, ends with Fault::cancelled.
    virtual void stop() = 0;
    /// `watcher` is told once if the client goes away; null forgets it.
    virtual void watch(Hangup* watcher) = 0;
    virtual std::uint64_t received() const = 0;  ///< Bytes pulled so far, framing not counted.

protected:
    ~Body() = default;
};

/// Where the answer goes. Errors mean that the client cannot be reached any more.
class Outlet {
public:
    /// A 1xx head; dropped where the client's version has none.
    virtual Task<Result<void>> interim(const ResponseHead& head) = 0;
    /// The final head and the first part of the body, in one write. Hop-by-hop fields are left
    /// out, framing is chosen for the client, `Date` is added where it is missing.
    virtual Task<Result<void>> start(const ResponseHead& head, const BodyPart& first) = 0;
    virtual Task<Result<void>> push(const BodyPart& part) = 0;
    /// What was sent must not look complete: the connection (or stream) is reset.
    virtual void abort() = 0;
    virtual bool started() const = 0;
    virtual std::uint64_t sent() const = 0;  ///< Body bytes, framing not counted.

protected:
    ~Outlet() = default;
};

/// One request on its way through the product.
struct Exchange {
    const RequestHead& head;
    Body& body;
    Outlet& outlet;
    Arena& arena;            ///< Lives as long as the exchange.
    const Address& peer;     ///< Who is connected to us; unspecified for a unix socket.
    std::uint32_t listener;  ///< Index of the listener it came in on.
    std::chrono::steady_clock::time_point started;
};

/// Answers requests. One object a thread.
class Handler {
public:
    virtual Task<void> serve(Exchange& exchange) = 0;
    /// The request never became one (bad syntax, too large, too slow): says so where `error.status`
    /// allows it. `exchange.head` holds what was read, possibly nothing.
    virtual Task<void> fail(Exchange& exchange, Error error) = 0;

protected:
    ~Handler() = default;
};

}  // namespace turnpike
