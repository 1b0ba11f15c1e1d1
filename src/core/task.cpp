// Recycled memory for coroutine frames, and the children of a Nursery.
#include "core/task.hpp"

#include <array>
#include <cassert>
#include <new>

#include "core/arena.hpp"

namespace turnpike {
namespace {

/// Free frames by size, in steps of 32 bytes up to 2 KiB.
class FrameCache {
public:
    FrameCache() = default;
    FrameCache(FrameCache&&) = delete;
    ~FrameCache() {
        for (Frame*& list : free_) {
            while (list != nullptr) ::operator delete(std::exchange(list, list->next));
        }
    }

    void* take(std::size_t size) {
        const std::size_t index = class_of(size);
        if (index >= free_.size()) return ::operator new(size);
        if (free_[index] == nullptr) return ::operator new((index + 1) * step);
        return std::exchange(free_[index], free_[index]->next);
    }

    void give(void* frame, std::size_t size) {
        const std::size_t index = class_of(size);
        if (index >= free_.size() || !recycles_memory) {
            ::operator delete(frame);
            return;
        }
        free_[index] = new (frame) Frame{free_[index]};
    }

private:
    struct Frame {
        Frame* next;
    };
    static constexpr std::size_t step = 32;
    static std::size_t class_of(std::size_t size) { return (size - 1) / step; }
    std::array<Frame*, 64> free_{};
};

thread_local FrameCache frames;

}  // namespace

void* take_frame(std::size_t size) {
    return frames.take(size);
}

void give_frame(void* frame, std::size_t size) noexcept {
    frames.give(frame, size);
}

/// Runs at once and frees itself: the only coroutine nobody holds. Its Nursery counts it.
struct Nursery::Runner {
    struct promise_type : detail::FrameMemory {
        Runner get_return_object() const noexcept { return {}; }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        void unhandled_exception() const noexcept { std::terminate(); }
    };
};

Nursery::~Nursery() {
    assert(running_ == 0 && "a child outlives its nursery");
}

void Nursery::start(Task<void> task) {
    ++running_;
    run(std::move(task));
}

Nursery::Runner Nursery::run(Task<void> task) {
    {
        // The child's frame and all it holds must be gone before anybody hears of its end.
        Task<void> child = std::move(task);
        try {
            co_await child;
        } catch (...) {
            on_exception(std::current_exception());
        }
    }
    ended();
}

void Nursery::ended() {
    if (--running_ == 0 && waiter_) std::exchange(waiter_, nullptr).resume();
}

}  // namespace turnpike
