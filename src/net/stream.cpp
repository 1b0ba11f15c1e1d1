// Streams: reads that wait in the reactor, writes that first try the socket directly.
#include <sys/socket.h>
#include <sys/uio.h>

#include <boost/asio/buffer.hpp>
#include <cassert>
#include <cerrno>

#include "net/impl.hpp"

namespace turnpike::net {

Stream::Stream() = default;
Stream::Stream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

Stream::Read Stream::read(std::span<char> room) {
    assert(!room.empty());
    return {*this, room};
}

Stream::Read Stream::readable() {
    return {*this, {}};
}

void Stream::start_read(std::span<char> room, Completion& completion) {
    impl_->socket.async_read_some(asio::mutable_buffer(room.data(), room.size()),
                                  Resume{&impl_->loop, &impl_->passed, &completion});
    if (impl_->passed) cancel();  // the limit passed before anybody waited
}

void Stream::start_readable(Completion& completion) {
    impl_->socket.async_wait(Socket::wait_read, Resume{&impl_->loop, &impl_->passed, &completion});
    if (impl_->passed) cancel();
}

void Stream::Read::await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    if (room_.empty()) {
        stream_.start_readable(*this);
    } else {
        stream_.start_read(room_, *this);
    }
}

void Stream::Read::completed(Result<std::size_t> count) {
    result_ = count;
    waiter_.resume();
}

Result<std::size_t> Stream::write_now(std::span<const std::string_view> pieces,
                                      std::size_t written) {
    assert(pieces.size() <= max_pieces);
    iovec vectors[max_pieces];
    std::size_t count = 0;
    for (std::string_view piece : pieces) {
        const std::size_t skipped = std::min(written, piece.size());
        written -= skipped;
        piece.remove_prefix(skipped);
        if (!piece.empty()) vectors[count++] = {const_cast<char*>(piece.data()), piece.size()};
    }
    if (count == 0) return std::size_t{0};
    msghdr message{};
    message.msg_iov = vectors;
    message.msg_iovlen = count;
    for (;;) {
        const ssize_t sent =
            ::sendmsg(impl_->socket.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) return static_cast<std::size_t>(sent);
        if (errno == EINTR) continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) return std::size_t{0};
        return Error{Fault::reset, Side::turnpike, 0, "the connection broke"};
    }
}

Stream::Write Stream::write(std::span<const std::string_view> pieces, std::size_t written) {
    return {*this, pieces, written};
}

Stream::Write::Write(Stream& stream, std::span<const std::string_view> pieces, std::size_t written)
    : stream_(stream), pieces_(pieces), written_(written) {
    for (const std::string_view piece : pieces) size_ += piece.size();
}

bool Stream::Write::await_ready() {
    while (written_ < size_) {
        const Result<std::size_t> more = stream_.write_now(pieces_, written_);
        if (!more) {
            result_ = more.error();
            return true;
        }
        if (*more == 0) return false;
        written_ += *more;
    }
    return true;
}

void Stream::Write::await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    Impl& stream = *stream_.impl_;
    stall_.start(stream);
    stream.socket.async_wait(Socket::wait_write, Resume{&stream.loop, &stream.passed, this});
}

void Stream::Write::completed(Result<std::size_t> writable) {
    stall_.clear();
    if (!writable) {
        result_ = writable.error();
    } else if (!await_ready()) {
        await_suspend(waiter_);
        return;
    }
    waiter_.resume();
}

void Stream::Write::Stall::start(Impl& stream) {
    stream_ = &stream;
    stream.loop.deadlines().set(*this, stream.loop.clock().now() + stream.stall);
}

void Stream::Write::Stall::expired() {
    stream_->expired();
}

void Stream::limit(std::chrono::milliseconds from_now) {
    impl_->limit(from_now);
}

void Stream::no_limit() {
    impl_->no_limit();
}

void Stream::stall_limit(std::chrono::milliseconds limit) {
    impl_->stall = limit;
}

void Stream::cancel() {
    error_code ignored;
    impl_->socket.cancel(ignored);
}

void Stream::shutdown_write() {
    ::shutdown(impl_->socket.native_handle(), SHUT_WR);
}

void Stream::close_hard() {
    if (!impl_ || !impl_->socket.is_open()) return;
    const linger abort{1, 0};
    ::setsockopt(impl_->socket.native_handle(), SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
    close();
}

void Stream::close() {
    if (!impl_) return;
    impl_->no_limit();
    error_code ignored;
    impl_->socket.close(ignored);
}

bool Stream::is_quiet() const {
    char byte;
    const ssize_t count = ::recv(impl_->socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

const Address& Stream::peer() const {
    return impl_->peer;
}

}  // namespace turnpike::net
