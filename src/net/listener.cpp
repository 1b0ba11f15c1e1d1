// Listening sockets and accepting, TCP with SO_REUSEPORT and unix.
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>

#include "net/impl.hpp"
#include "net/sockaddr.hpp"

namespace turnpike::net {
namespace {

using Descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;

Error failed(std::string_view what) {
    return {Fault::refused, Side::turnpike, 0, what};
}

void set_option(int socket, int level, int name) {
    const int on = 1;
    ::setsockopt(socket, level, name, &on, sizeof on);
}

/// Out of descriptors or memory: the connection stays in the backlog until there is room.
bool is_shortage(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

/// The kernel would let another instance have its part of a port that threads share. So whoever is
/// first takes the port for itself, and shares it only then.
bool occupy(int socket, const SocketAddress& where, Listener::Sharing sharing) {
    if (::bind(socket, where.get(), where.size) != 0) return false;
    if (sharing == Listener::Sharing::first) set_option(socket, SOL_SOCKET, SO_REUSEPORT);
    return ::listen(socket, 4096) == 0;
}

/// A stale socket file of a dead process is in the way; a live one's refuses us by answering.
void remove_stale(const SocketAddress& where, const std::string& path) {
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) return;
    if (::connect(probe, where.get(), where.size) != 0 && errno == ECONNREFUSED) {
        ::unlink(path.c_str());
    }
    ::close(probe);
}

}  // namespace

struct Listener::Impl {
    Impl(Loop& on_loop, int socket, int socket_family)
        : loop(on_loop), descriptor(on_loop.impl().context, socket), family(socket_family) {}

    /// An accepted connection, or nothing where the kernel has none.
    Result<Stream> take();

    Loop& loop;
    Descriptor descriptor;
    int family;
    bool passed = false;
    std::string path;  // of a unix socket, to be removed
};

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Listener::Listener(Listener&&) noexcept = default;
Listener::~Listener() {
    if (impl_) close();
}

Result<Listener> Listener::open(Loop& loop, const Endpoint& endpoint, Sharing sharing) {
    const SocketAddress where = to_socket_address(endpoint);
    if (where.size == 0) return failed("the socket's path is too long");
    const int family = where.get()->sa_family;
    const int socket = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) return failed("no socket could be made");
    if (family == AF_UNIX) {
        remove_stale(where, endpoint.path);
        ::fchmod(socket, 0660);  // of the file that bind() makes: never for everybody
    } else {
        set_option(socket, SOL_SOCKET, SO_REUSEADDR);
        if (sharing == Sharing::joining) set_option(socket, SOL_SOCKET, SO_REUSEPORT);
        set_option(socket, IPPROTO_TCP, TCP_NODELAY);  // accepted sockets inherit it on Linux
        const int off = 0;  // [::] is every address of both families, whatever the system's default
        if (family == AF_INET6) {
            ::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
        }
    }
    if (!occupy(socket, where, sharing)) {
        const int error = errno;
        ::close(socket);
        errno = error;
        return failed("cannot listen on this address");
    }
    auto impl = std::make_unique<Impl>(loop, socket, family);
    impl->path = endpoint.path;
    return Listener(std::move(impl));
}

Result<Stream> Listener::Impl::take() {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const int socket = ::accept4(descriptor.native_handle(), reinterpret_cast<sockaddr*>(&from),
                                 &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return failed("nothing to accept");
    Socket stream = Socket::adopt(loop.impl().context,
                                  Protocol(family, family == AF_UNIX ? 0 : IPPROTO_TCP), socket);
    return Stream(
        std::make_unique<Stream::Impl>(loop, std::move(stream), to_endpoint(from).address));
}

namespace {

/// Waits until the listening socket is readable.
class Readable final : private Completion {
public:
    Readable(Loop& loop, Descriptor& descriptor, const bool& passed)
        : loop_(loop), descriptor_(descriptor), passed_(passed) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
        waiter_ = waiter;
        descriptor_.async_wait(Descriptor::wait_read, Resume{&loop_, &passed_, this});
    }
    Result<std::size_t> await_resume() const { return result_; }

private:
    void completed(Result<std::size_t> count) override {
        result_ = count;
        waiter_.resume();
    }
    Loop& loop_;
    Descriptor& descriptor_;
    const bool& passed_;
    std::coroutine_handle<> waiter_;
    Result<std::size_t> result_ = std::size_t{0};
};

/// Sleeps until a deadline passes.
class Pause final : private Deadline {
public:
    Pause(Loop& loop, std::chrono::milliseconds length) : loop_(loop), length_(length) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
        waiter_ = waiter;
        loop_.deadlines().set(*this, loop_.clock().now() + length_);
    }
    void await_resume() const noexcept {}

private:
    void expired() override { waiter_.resume(); }
    Loop& loop_;
    std::chrono::milliseconds length_;
    std::coroutine_handle<> waiter_;
};

}  // namespace

Task<Result<Stream>> Listener::accept() {
    for (;;) {
        if (!impl_->descriptor.is_open()) {
            co_return Error{Fault::cancelled, Side::turnpike, 0, "the listener was closed"};
        }
        Result<Stream> stream = impl_->take();
        if (stream) co_return stream;
        if (is_shortage(errno)) {
            co_await Pause(impl_->loop, std::chrono::milliseconds(100));
            continue;
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK) continue;  // that one connection had broken
        co_await Readable(impl_->loop, impl_->descriptor, impl_->passed);
    }
}

void Listener::close() {
    error_code ignored;
    impl_->descriptor.close(ignored);
    if (!impl_->path.empty()) ::unlink(impl_->path.c_str());
    impl_->path.clear();
}

Endpoint Listener::local() const {
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    ::getsockname(const_cast<Impl&>(*impl_).descriptor.native_handle(),
                  reinterpret_cast<sockaddr*>(&name), &size);
    Endpoint endpoint = to_endpoint(name);
    endpoint.path = impl_->path;
    return endpoint;
}

}  // namespace turnpike::net
