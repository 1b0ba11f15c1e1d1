// The writer's loop: empty the rings, wait for a tick or a call, begin again.
#include "telemetry/log_writer.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <system_error>

#include "telemetry/telemetry.hpp"

namespace turnpike::telemetry {
namespace {

using namespace std::chrono_literals;

constexpr auto busy_tick = 20ms;
constexpr auto idle_tick = 200ms;
constexpr auto warning_interval = 1min;
constexpr auto last_patience = 1s;

/// Starts a thread to which no signal is ever delivered: SIGPIPE becomes EPIPE, and the others go
/// to whoever handles them.
template <class Function>
std::thread start_without_signals(Function function) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(function);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

}  // namespace

AccessLog::Writer::Writer(std::string to, LogTarget target, Rings rings, int wake)
    : to_(std::move(to)), target_(std::move(target)), rings_(std::move(rings)), wake_(wake) {
    thread_ = start_without_signals([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "turnpike-log");
}

AccessLog::Writer::~Writer() {
    stopping_.store(true, std::memory_order_release);
    wake();
    thread_.join();
    close(wake_);
}

void AccessLog::Writer::wake() const {
    eventfd_write(wake_, 1);
}

void AccessLog::Writer::reopen() {
    reopening_.store(true, std::memory_order_release);
    wake();
}

std::uint64_t AccessLog::Writer::dropped() const {
    std::uint64_t sum = lost_.load(std::memory_order_relaxed);
    for (const auto& ring : rings_) sum += ring->dropped();
    return sum;
}

void AccessLog::Writer::run() {
    for (;;) {
        clock_.invalidate();
        const bool stopping = stopping_.load(std::memory_order_acquire);
        if (reopening_.exchange(false, std::memory_order_acquire)) open_anew();
        const Progress progress = drain();
        warn(progress);
        if (stopping && may_end(progress)) return;
        wait(progress);
    }
}

/// Begins where the last drain stopped: a line that was broken off there must be ended first.
AccessLog::Writer::Progress AccessLog::Writer::drain() {
    Progress progress = Progress::idle;
    for (std::size_t i = 0; i < rings_.size(); ++i) {
        const std::size_t index = (first_ring_ + i) % rings_.size();
        const Progress here = drain(*rings_[index]);
        progress = std::max(progress, here);
        if (here >= Progress::blocked) {
            first_ring_ = index;
            break;
        }
    }
    return progress;
}

AccessLog::Writer::Progress AccessLog::Writer::drain(LineRing& ring) {
    const std::string_view lines = ring.readable();
    if (lines.empty()) return Progress::idle;
    const LogTarget::Written written = target_.write(lines);
    if (written.size > 0) {
        line_broken_ = lines[written.size - 1] != '\n';
        ring.release(written.size);
    }
    error_ = written.error;
    if (written.size == lines.size()) {
        ring.awake();
        return Progress::busy;
    }
    return error_ == 0 ? Progress::blocked : Progress::failed;
}

void AccessLog::Writer::wait(Progress progress) const {
    pollfd events[] = {{wake_, POLLIN, 0}, {target_.descriptor(), POLLOUT, 0}};
    const nfds_t count = progress == Progress::blocked ? 2 : 1;
    const auto limit = progress == Progress::busy ? busy_tick : idle_tick;
    if (poll(events, count, static_cast<int>(limit.count())) <= 0) return;
    eventfd_t calls;
    if (events[0].revents != 0) eventfd_read(wake_, &calls);
}

void AccessLog::Writer::open_anew() {
    std::string error;
    std::optional<LogTarget> target = LogTarget::open(to_, error);
    if (!target) {
        log_warning("access log: " + error + "; still writing to the file that was open");
        return;
    }
    target_ = std::move(*target);
    if (line_broken_) skip_broken_line();
}

/// The beginning of a line stands in the old target, so its end has no place in the new one.
void AccessLog::Writer::skip_broken_line() {
    LineRing& ring = *rings_[first_ring_];
    ring.release(ring.readable().find('\n') + 1);
    line_broken_ = false;
    lost_.fetch_add(1, std::memory_order_relaxed);
}

bool AccessLog::Writer::may_end(Progress progress) {
    if (progress != Progress::blocked) return progress != Progress::busy;
    if (give_up_ == std::chrono::steady_clock::time_point{}) {
        give_up_ = clock_.now() + last_patience;
    }
    return clock_.now() >= give_up_;
}

/// At most once a minute, about lines dropped or an error. A reader that is slow but loses nothing
/// is no news.
void AccessLog::Writer::warn(Progress progress) {
    const std::uint64_t lines = dropped();
    if (progress != Progress::failed && lines == dropped_reported_) return;
    if (clock_.now() < next_warning_) return;
    next_warning_ = clock_.now() + warning_interval;
    dropped_reported_ = lines;
    const std::string count = std::to_string(lines) + " lines dropped so far";
    if (progress == Progress::failed) {
        const std::string reason = std::generic_category().message(error_);
        log_warning("access log: cannot write to " + to_ + ": " + reason + "; " + count);
    } else {
        log_warning("access log: " + to_ + " takes lines more slowly than they come; " + count);
    }
}

}  // namespace turnpike::telemetry
