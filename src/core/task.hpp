// The only coroutine type: Task<T> is a function that may wait. Nursery runs tasks beside the one
// that owns it. Single-threaded by design: a task is resumed only on the thread that started it.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace turnpike {

/// Memory for coroutine frames, recycled per thread, so that a request in steady state costs no
/// heap allocation (docs/decisions/0001-coroutines.md).
void* take_frame(std::size_t size);
void give_frame(void* frame, std::size_t size) noexcept;

template <class T>
class Task;

namespace detail {

struct FrameMemory {
    static void* operator new(std::size_t size) { return take_frame(size); }
    static void operator delete(void* frame, std::size_t size) noexcept { give_frame(frame, size); }
};

/// Goes back to whoever awaits. A plain call and not symmetric transfer: g++ turns that into a tail
/// call only when optimising and never under sanitizers, and a loop over tasks that complete at
/// once would then eat the stack. The awaiting side does not suspend in that case
/// (Task::await_suspend).
struct Return {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> done) const noexcept {
        if (const auto parent = done.promise().continuation) parent.resume();
    }
    void await_resume() const noexcept {}
};

struct PromiseBase : FrameMemory {
    std::coroutine_handle<> continuation;  // set only once the task has really suspended
    std::exception_ptr failure;

    std::suspend_always initial_suspend() const noexcept { return {}; }
    Return final_suspend() const noexcept { return {}; }
    void unhandled_exception() noexcept { failure = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
    std::optional<T> value;
    Task<T> get_return_object();
    template <class U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
    T take() { return std::move(*value); }
};

template <>
struct Promise<void> : PromiseBase {
    Task<void> get_return_object();
    void return_void() const noexcept {}
    void take() const noexcept {}
};

}  // namespace detail

/// Lazy: runs when awaited, on the awaiting thread; the result moves out once. Expected failures
/// are values (Result); an exception is a bug and travels to the nearest Nursery.
template <class T>
class [[nodiscard]] Task {
    static constexpr bool has_value = !std::is_void_v<T>;
    using Value = std::conditional_t<has_value, T, std::monostate>;

public:
    using promise_type = detail::Promise<T>;

    /// A task that is done: what needed no waiting needs no frame either.
    static Task done(Value value = {}) { return Task(std::move(value)); }

    Task(Task&& other) noexcept
        : frame_(std::exchange(other.frame_, nullptr)), value_(std::move(other.value_)) {}
    Task& operator=(Task&&) = delete;
    ~Task() {
        if (frame_) frame_.destroy();
    }

    bool await_ready() const noexcept { return frame_ == nullptr; }
    /// Runs the task; does not suspend the parent where the task came to its end without waiting.
    bool await_suspend(std::coroutine_handle<> parent) {
        frame_.resume();
        if (frame_.done()) return false;
        frame_.promise().continuation = parent;
        return true;
    }
    T await_resume() {
        if constexpr (has_value) {
            if (frame_ == nullptr) return std::move(*value_);
        } else if (frame_ == nullptr) {
            return;
        }
        if (frame_.promise().failure) std::rethrow_exception(frame_.promise().failure);
        return frame_.promise().take();
    }

private:
    friend promise_type;
    explicit Task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
    explicit Task(Value value) : value_(std::move(value)) {}
    std::coroutine_handle<promise_type> frame_;
    [[no_unique_address]] std::conditional_t<has_value, std::optional<Value>, std::monostate>
        value_;  // of a task that never had a frame
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() {
    return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() {
    return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}

}  // namespace detail

/// Children that run beside their owner. None outlives it: the owner joins before it ends.
class Nursery {
public:
    Nursery() = default;
    Nursery(Nursery&&) = delete;
    ~Nursery();  ///< Asserts that every child has ended.

    /// Runs the task until it first waits. An exception that leaves it is handed to `on_exception`.
    void start(Task<void> task);
    std::size_t running() const { return running_; }

    /// Awaitable: resumes when no child runs any more. One waiter at a time.
    auto join() {
        struct Join {
            Nursery& nursery;
            bool await_ready() const noexcept { return nursery.running_ == 0; }
            void await_suspend(std::coroutine_handle<> waiter) { nursery.waiter_ = waiter; }
            void await_resume() const noexcept {}
        };
        return Join{*this};
    }

    /// Called with what a child threw. A bug, by definition; the default ends the program.
    void (*on_exception)(std::exception_ptr) = [](std::exception_ptr) { std::terminate(); };

private:
    struct Runner;
    Runner run(Task<void> task);
    void ended();
    std::size_t running_ = 0;
    std::coroutine_handle<> waiter_;
};

/// Parks one coroutine until another part of the same thread calls set(). Reusable.
class Event {
public:
    void set() {
        set_ = true;
        if (waiter_) std::exchange(waiter_, nullptr).resume();
    }
    void clear() { set_ = false; }
    bool is_set() const { return set_; }

    bool await_ready() const noexcept { return set_; }
    void await_suspend(std::coroutine_handle<> waiter) { waiter_ = waiter; }
    void await_resume() const noexcept {}

private:
    bool set_ = false;
    std::coroutine_handle<> waiter_;
};

}  // namespace turnpike
