// Outgoing connections.
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <boost/asio/ip/tcp.hpp>

#include "net/impl.hpp"
#include "net/sockaddr.hpp"

namespace turnpike::net {
namespace {

using tcp = asio::ip::tcp;

/// Waits for a started connect.
class Connect final : private Completion {
public:
    Connect(Stream::Impl& stream, const SocketAddress& where) : stream_(stream), where_(where) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
        waiter_ = waiter;
        const Protocol::endpoint endpoint(where_.get(), where_.size);
        stream_.socket.async_connect(endpoint, Resume{&stream_.loop, &stream_.passed, this});
    }
    Result<std::size_t> await_resume() const { return result_; }

private:
    void completed(Result<std::size_t> count) override {
        result_ = count;
        waiter_.resume();
    }
    Stream::Impl& stream_;
    const SocketAddress& where_;
    std::coroutine_handle<> waiter_;
    Result<std::size_t> result_ = std::size_t{0};
};

}  // namespace

Task<Result<Stream>> connect(Loop& loop, const Endpoint& endpoint,
                             std::chrono::milliseconds limit) {
    const SocketAddress where = to_socket_address(endpoint);
    if (where.size == 0) {
        co_return Error{Fault::refused, Side::origin, 502, "the socket's path is too long"};
    }
    const int family = where.get()->sa_family;
    const Protocol protocol(family, family == AF_UNIX ? 0 : IPPROTO_TCP);
    Socket socket(loop.impl().context);
    error_code error;
    socket.open(protocol, error);
    if (error) co_return Error{Fault::overloaded, Side::turnpike, 503, "no socket could be made"};
    if (family != AF_UNIX) socket.set_option(tcp::no_delay(true), error);
    auto impl = std::make_unique<Stream::Impl>(loop, std::move(socket), endpoint.address);
    impl->limit(limit);
    const Result<std::size_t> connected = co_await Connect(*impl, where);
    impl->no_limit();
    if (!connected) {
        const bool late = connected.error().fault == Fault::timed_out;
        co_return Error{late ? Fault::timed_out : Fault::refused, Side::origin,
                        static_cast<std::uint16_t>(late ? 504 : 502),
                        late ? "the origin did not answer our connect in time"
                             : "the origin refused the connection"};
    }
    // Connecting has registered the socket for writability, and each write that the peer takes
    // would wake the loop for nothing: register it anew, for reading.
    const int descriptor = impl->socket.release(error);
    if (!error) impl->socket = Socket::adopt(loop.impl().context, protocol, descriptor);
    co_return Stream(std::move(impl));
}

}  // namespace turnpike::net
