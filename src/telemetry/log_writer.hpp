// The thread that empties the rings into the log's target. It is the only one that waits for disks
// and readers; what it cannot write stays in the rings, and the producers drop what finds no room.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.hpp"
#include "telemetry/access_log.hpp"
#include "telemetry/line_ring.hpp"
#include "telemetry/log_target.hpp"

namespace turnpike::telemetry {

class AccessLog::Writer {
public:
    using Rings = std::vector<std::unique_ptr<LineRing>>;

    /// `wake` is an eventfd, owned from here on.
    Writer(std::string to, LogTarget target, Rings rings, int wake);
    ~Writer();  ///< Writes what is left.

    LineRing& ring(std::size_t thread) { return *rings_[thread]; }
    void wake() const;
    void reopen();
    std::uint64_t dropped() const;

private:
    enum class Progress : std::uint8_t { idle, busy, blocked, failed };
    void run();
    Progress drain();
    Progress drain(LineRing& ring);
    void wait(Progress progress) const;
    void open_anew();
    void skip_broken_line();
    bool may_end(Progress progress);
    void warn(Progress progress);

    const std::string to_;
    LogTarget target_;
    const Rings rings_;
    const int wake_;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> reopening_{false};
    std::atomic<std::uint64_t> lost_{0};  // lines that were broken off

    // The thread's own.
    Clock clock_;
    std::size_t first_ring_ = 0;  // where the last drain stopped
    bool line_broken_ =
        false;  // the target has the beginning of a line that first_ring_ goes on with
    int error_ = 0;
    std::uint64_t dropped_reported_ = 0;
    std::chrono::steady_clock::time_point next_warning_{};
    std::chrono::steady_clock::time_point give_up_{};  // set once stopping

    std::thread thread_;
};

}  // namespace turnpike::telemetry
