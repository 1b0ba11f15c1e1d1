// Sockets: one event loop a thread, byte streams that coroutines read and write, listeners,
// connecting. The only module that knows Asio; nothing here knows what the bytes mean.
#pragma once

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/deadline.hpp"
#include "core/task.hpp"
#include "turnpike/address.hpp"
#include "turnpike/error.hpp"

namespace turnpike::net {

/// One thread's event loop with its clock and deadlines. All streams of a loop live and die on the
/// thread that runs it; only post() and stop() may be called from others.
class Loop {
public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;

    void run();      ///< Until stop().
    void restart();  ///< Before run() is called once more.
    void stop();
    void post(std::function<void()> work);

    Clock& clock() { return clock_; }
    DeadlineWheel& deadlines() { return deadlines_; }

    struct Impl;
    Impl& impl() { return *impl_; }

private:
    void start_tick();
    Clock clock_;
    DeadlineWheel deadlines_;
    std::uint32_t ticks_ = 0;
    std::unique_ptr<Impl> impl_;
};

/// Where to connect or listen: an address and port, or a unix socket's path.
struct Endpoint {
    Address address;
    std::uint16_t port = 0;
    std::string path;  ///< Not empty: a unix socket.
    std::string to_string() const;
};

/// Told when an operation has ended. `count` is bytes read; errors have no side yet.
class Completion {
public:
    virtual void completed(Result<std::size_t> count) = 0;

protected:
    ~Completion() = default;
};

/// A connected byte stream. At most one read and one write wait at a time. Every wait is bounded
/// by the stream's limit; a passed limit ends the operation with Fault::timed_out.
class Stream {
public:
    Stream();
    Stream(Stream&&) noexcept;
    Stream& operator=(Stream&&) noexcept;
    ~Stream();  ///< No operation may be waiting; a stream is closed and drained first.

    explicit operator bool() const { return impl_ != nullptr; }

    /// At least one byte into `room`; Fault::closed at the end of the stream.
    class Read;
    Read read(std::span<char> room);
    /// Waits until there is something to read (or the end), without holding memory for it.
    Read readable();
    /// The same two, told to `completion` instead of a coroutine. It must outlive the operation.
    void start_read(std::span<char> room, Completion& completion);
    void start_readable(Completion& completion);

    /// All pieces but for their first `written` bytes, in one system call where the peer keeps up.
    /// `pieces` must last as long as the operation.
    class Write;
    Write write(std::span<const std::string_view> pieces, std::size_t written = 0);
    /// What the socket takes of them at once, without waiting; how many bytes that was.
    Result<std::size_t> write_now(std::span<const std::string_view> pieces,
                                  std::size_t written = 0);
    static constexpr std::size_t max_pieces = 16;  ///< In one write.

    /// The limit for reading, now or later; earlier ones are forgotten.
    void limit(std::chrono::milliseconds from_now);
    void no_limit();
    /// How long a write may wait for a peer that does not read.
    void stall_limit(std::chrono::milliseconds limit);
    /// Ends waiting operations with Fault::cancelled.
    void cancel();
    /// No more will be written; the peer sees the end.
    void shutdown_write();
    /// Aborts: the peer sees a reset, so that nothing truncated looks complete.
    void close_hard();
    void close();
    /// Nothing unread and not ended by the peer. One system call, does not wait.
    bool is_quiet() const;
    /// Address of the other end; unspecified for a unix socket.
    const Address& peer() const;

    struct Impl;
    explicit Stream(std::unique_ptr<Impl> impl);

private:
    std::unique_ptr<Impl> impl_;
};

class Stream::Read final : private Completion {
public:
    Read(Stream& stream, std::span<char> room) : stream_(stream), room_(room) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter);
    Result<std::size_t> await_resume() const { return result_; }

private:
    void completed(Result<std::size_t> count) override;
    Stream& stream_;
    std::span<char> room_;  // empty: only wait until readable
    std::coroutine_handle<> waiter_;
    Result<std::size_t> result_ = std::size_t{0};
};

class Stream::Write final : private Completion {
public:
    Write(Stream& stream, std::span<const std::string_view> pieces, std::size_t written);
    /// Writes at once what the socket takes; true where that was all (or failed).
    bool await_ready();
    void await_suspend(std::coroutine_handle<> waiter);
    Result<void> await_resume() const { return result_; }

private:
    void completed(Result<std::size_t> writable) override;
    Stream& stream_;
    std::span<const std::string_view> pieces_;
    std::size_t size_ = 0;  // of all of them
    std::size_t written_;
    /// Ends a write that the peer lets wait for too long. Apart from the stream's limit, which is
    /// for reading: the two wait beside each other, and neither may put off the other's end.
    class Stall final : public Deadline {
    public:
        void start(Impl& stream);

    private:
        void expired() override;
        Impl* stream_ = nullptr;
    };
    Stall stall_;
    std::coroutine_handle<> waiter_;
    Result<void> result_;
};

/// Accepts connections on one address. Several loops may listen on the same address and port; the
/// kernel spreads connections between them (SO_REUSEPORT).
class Listener {
public:
    enum class Sharing : std::uint8_t {
        alone,    ///< An error where anybody else listens there.
        first,    ///< The same, but others may join: the threads of this process.
        joining,  ///< Beside who came first.
    };
    /// `what` of the Error says in static text what failed; errno has the rest.
    static Result<Listener> open(Loop& loop, const Endpoint& endpoint,
                                 Sharing sharing = Sharing::alone);
    Listener(Listener&&) noexcept;
    ~Listener();

    /// The next connection; Fault::cancelled after close(). Running out of descriptors or memory
    /// is waited out, not reported.
    Task<Result<Stream>> accept();
    void close();
    /// With the port the kernel chose where 0 was asked for.
    Endpoint local() const;

    struct Impl;

private:
    explicit Listener(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Connects within `limit`. Errors: refused or timed_out, side origin.
Task<Result<Stream>> connect(Loop& loop, const Endpoint& endpoint, std::chrono::milliseconds limit);

/// Addresses of `host` as the system's resolver knows them; empty where it knows none. Blocks.
std::vector<Address> ask_system(const std::string& host);

/// A host's name and the addresses it stands for. They are asked for on a thread of its own, once
/// at a time however many wait, and again where the answer is older than half a minute.
class HostName {
public:
    /// What is asked. May block, and may still be at it when the HostName is gone.
    using LookUp = std::function<std::vector<Address>(const std::string& host)>;
    /// A literal address stands for itself, and nobody is asked.
    HostName(Loop& loop, std::string name, LookUp look_up = ask_system);
    HostName(const HostName&) = delete;
    ~HostName();  ///< Nobody may wait.

    /// Waits for an answer no longer than `limit`; while none comes, that of before counts. Errors:
    /// refused or timed_out, side origin.
    Task<Result<std::vector<Address>>> addresses(std::chrono::milliseconds limit);

private:
    struct Question;
    class Wait;
    void ask();
    void take(std::vector<Address> addresses);

    Loop& loop_;
    const std::string name_;
    const LookUp look_up_;
    bool is_literal_ = false;
    std::vector<Address> addresses_;
    std::chrono::steady_clock::time_point answered_{};
    std::chrono::steady_clock::time_point asked_{};
    std::shared_ptr<Question> question_;  // not answered yet
    std::vector<Wait*> waits_;
};

/// Calls `handler` on the loop for each of these signals, until the loop ends.
void on_signals(Loop& loop, std::span<const int> signals, std::function<void(int)> handler);

/// Tells when something in a folder has changed: a file was written and closed, or a name came,
/// went, or now means another file. Told once for many changes; what has changed is not said.
class FolderWatch {
public:
    /// `changed` is called on the loop.
    FolderWatch(Loop& loop, std::function<void()> changed);
    ~FolderWatch();
    /// These folders from now on, and no others. False where one of them cannot be watched.
    bool use(const std::set<std::string>& folders);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;  // null: the system has no watch to give
};

}  // namespace turnpike::net
