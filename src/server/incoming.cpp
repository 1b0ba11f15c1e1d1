// The armed read, and where its bytes go.
#include "server/incoming.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace turnpike::server {
namespace {

// Less room than this at the end of a buffer is not worth a read.
constexpr std::size_t least_room = 2048;

/// A passed limit or a cancelled wait is over once told; the end of the stream stays.
bool ends_stream(Fault fault) {
    return fault != Fault::timed_out && fault != Fault::cancelled;
}

}  // namespace

Incoming::More Incoming::more(std::size_t room) {
    return {*this, room};
}

void Incoming::More::await_suspend(std::coroutine_handle<> waiter) {
    incoming_.waiter_ = waiter;
    if (!incoming_.armed_) incoming_.arm(room_);
}

Result<void> Incoming::More::await_resume() const {
    if (!incoming_.failed_) return {};
    incoming_.failed_ = ends_stream(incoming_.failure_.fault);
    return incoming_.failure_;
}

void Incoming::unpin() {
    pinned_.release();
    pinned_begin_ = false;
}

void Incoming::watch(Hangup* watcher) {
    watcher_ = watcher;
    if (watcher == nullptr || armed_ || failed_) return;
    // A client that sends more and more requests ahead is read no further than one buffer.
    if (end_ - begin_ < Buffer::small_size / 2) arm(Buffer::small_size);
}

void Incoming::release() {
    assert(!armed_ && begin_ == end_);
    buffer_.release();
    begin_ = end_ = 0;
}

void Incoming::arm(std::size_t room) {
    armed_ = true;
    if (room == 0) return stream_.start_readable(*this);
    make_room(room);
    stream_.start_read({buffer_.data() + end_, buffer_.size() - end_}, *this);
}

void Incoming::make_room(std::size_t room) {
    const bool full = buffer_.size() - end_ < least_room;
    const bool small = buffer_.size() < room;
    if (buffer_ && !full && !small) return;
    const std::string_view rest = unread();
    if (rest.empty() && buffer_ && !small && !pinned_begin_) {
        begin_ = end_ = 0;
        return;
    }
    if (buffer_ && !small && !pinned_begin_ && rest.size() + least_room <= buffer_.size()) {
        std::memmove(buffer_.data(), rest.data(), rest.size());
    } else {
        Buffer next = Buffer::of_size(std::max(room, rest.size() + least_room));
        if (!rest.empty()) std::memcpy(next.data(), rest.data(), rest.size());
        std::swap(buffer_, next);
        if (pinned_begin_ && !pinned_) pinned_ = std::move(next);
    }
    begin_ = 0;
    end_ = rest.size();
}

void Incoming::completed(Result<std::size_t> count) {
    armed_ = false;
    if (count) {
        end_ += *count;
    } else {
        failed_ = waiter_ || ends_stream(count.error().fault);
        failure_ = count.error();
        failure_.side = Side::client;
    }
    if (waiter_) {
        std::exchange(waiter_, nullptr).resume();
    } else if (failed_ && watcher_ != nullptr) {
        std::exchange(watcher_, nullptr)->hung_up(failure_.fault);
    }
}

}  // namespace turnpike::server
