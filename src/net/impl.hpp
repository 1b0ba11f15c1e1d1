// What the files of this module share: the Asio types behind Loop and Stream.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/net.hpp"

namespace turnpike::net {

namespace asio = boost::asio;
using boost::system::error_code;
using Protocol = asio::generic::stream_protocol;

/// With the concrete executor, not any_io_executor: no type-erased call for each operation.
class Socket final : public asio::basic_stream_socket<Protocol, asio::io_context::executor_type> {
public:
    using basic_stream_socket::basic_stream_socket;

    /// Of a descriptor that does not block and that nobody else holds. Asio is not told such things
    /// in public, and would make two system calls for want of them: one to set the first, and one
    /// before closing because of the second.
    static Socket adopt(asio::io_context& context, const Protocol& protocol, int descriptor) {
        Socket socket(context, protocol, descriptor);
        auto& state = socket.impl_.get_implementation().state_;
        using asio::detail::socket_ops::state_type;
        state = static_cast<state_type>(state | asio::detail::socket_ops::internal_non_blocking);
        state = static_cast<state_type>(state & ~asio::detail::socket_ops::possible_dup);
        return socket;
    }
};

struct Loop::Impl {
    // One thread runs the context and all its sockets, others only post to it.
    asio::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>,
                               asio::io_context::executor_type>
        tick{context};
    std::vector<std::unique_ptr<asio::signal_set>> signals;
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
};

struct Stream::Impl final : Deadline {
    Impl(Loop& on_loop, Socket connected, const Address& other)
        : loop(on_loop), socket(std::move(connected)), peer(other) {}

    void limit(std::chrono::milliseconds from_now) {
        passed = false;
        loop.deadlines().set(*this, loop.clock().now() + from_now);
    }
    void no_limit() {
        passed = false;
        clear();
    }
    /// Ends what waits, as timed out.
    void expired() override {
        passed = true;
        error_code ignored;
        socket.cancel(ignored);
    }

    Loop& loop;
    Socket socket;
    Address peer;
    bool passed = false;  // a limit, while an operation waited
    std::chrono::milliseconds stall{60'000};
};

/// What ended an operation, as this stream sees it.
inline Error to_error(const error_code& error, bool limit_passed) {
    if (error == asio::error::operation_aborted) {
        if (limit_passed) return {Fault::timed_out, Side::turnpike, 0, "a time limit passed"};
        return {Fault::cancelled, Side::turnpike, 0, "cancelled"};
    }
    if (error == asio::error::eof) {
        return {Fault::closed, Side::turnpike, 0, "the connection was closed"};
    }
    if (error == asio::error::connection_refused || error == asio::error::host_unreachable ||
        error == asio::error::network_unreachable ||
        error == boost::system::errc::no_such_file_or_directory) {
        return {Fault::refused, Side::turnpike, 0, "the connection was refused"};
    }
    return {Fault::reset, Side::turnpike, 0, "the connection broke"};
}

/// Every way back from Asio goes through here: a new turn of the loop has begun, so the clock is
/// read anew when somebody asks for the time.
struct Resume {
    Loop* loop;
    const bool* limit_passed;
    Completion* completion;
    void operator()(const error_code& error, std::size_t count) const {
        loop->clock().invalidate();
        if (error) {
            completion->completed(to_error(error, *limit_passed));
        } else {
            completion->completed(count);
        }
    }
    void operator()(const error_code& error) const { (*this)(error, 0); }
};

}  // namespace turnpike::net
