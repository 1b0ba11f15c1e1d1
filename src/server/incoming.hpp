// A client's bytes as they arrive: one buffer, borrowed only while there is something to read, and
// one read that stays armed while an exchange runs, so that a client who goes away is noticed
// without a system call for it.
#pragma once

#include <coroutine>
#include <cstddef>
#include <string_view>

#include "core/arena.hpp"
#include "core/exchange.hpp"
#include "net/net.hpp"

namespace turnpike::server {

class Incoming final : private net::Completion {
public:
    explicit Incoming(net::Stream& stream) : stream_(stream) {}

    std::string_view unread() const { return {buffer_.data() + begin_, end_ - begin_}; }
    void consume(std::size_t count) { begin_ += count; }

    /// Awaitable: until at least one more byte is unread, or the Error that prevents it.
    /// unread() may move if it was not pinned. Without `room` it takes no buffer, reads nothing,
    /// and ends when there is something to read.
    class More;
    More more(std::size_t room = Buffer::small_size);

    /// The bytes before unread() are in use as a head: they must not move until unpin().
    void pin() { pinned_begin_ = true; }
    void unpin();

    /// Keeps a read waiting, so that `watcher` hears of the client's going.
    void watch(Hangup* watcher);
    /// Gives the buffer back; nothing may be unread and no read armed.
    void release();
    bool armed() const { return armed_; }

private:
    void completed(Result<std::size_t> count) override;
    void arm(std::size_t room);
    void make_room(std::size_t room);

    net::Stream& stream_;
    Buffer buffer_;
    Buffer pinned_;  // an older buffer that still holds the head in use
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool pinned_begin_ = false;
    bool armed_ = false;
    bool failed_ = false;
    Error failure_;
    Hangup* watcher_ = nullptr;
    std::coroutine_handle<> waiter_;
};

class Incoming::More {
public:
    More(Incoming& incoming, std::size_t room) : incoming_(incoming), room_(room) {}
    bool await_ready() const noexcept { return incoming_.failed_; }
    void await_suspend(std::coroutine_handle<> waiter);
    Result<void> await_resume() const;

private:
    Incoming& incoming_;
    std::size_t room_;
};

}  // namespace turnpike::server
