// The forms an expected failure takes: what happened, whose fault it is, whether trying again can
// help. Configuration mistakes are Diagnostics (diagnostic.hpp), not Errors.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string_view>

namespace turnpike {

/// Whose fault a failure is. Decides status code, log level and metric without further thought.
enum class Side : std::uint8_t { client, origin, turnpike };

enum class Fault : std::uint8_t {
    closed,       ///< The peer ended the connection in good order, too early for us.
    reset,        ///< The connection broke.
    timed_out,    ///< A named limit of `limits` ran out.
    refused,      ///< No connection could be made.
    malformed,    ///< The peer broke the protocol.
    too_large,    ///< A named limit on size was passed.
    unsupported,  ///< Well-formed, but not something we do.
    misdirected,  ///< No site has this host.
    overloaded,   ///< We or the origin have no room for it now.
    cancelled,    ///< We gave up on purpose (shutdown, the other side went away).
};

/// An expected failure. `what` is static text, fit for a log line and for a client.
struct Error {
    Fault fault = Fault::malformed;
    Side side = Side::turnpike;
    /// HTTP status that says this to a client, RFC 9110 §15; 0 = none fits, close the connection.
    std::uint16_t status = 0;
    std::string_view what;
};

template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace turnpike
