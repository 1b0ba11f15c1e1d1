// The time as one loop thread sees it: each clock is read at most once per event-loop turn, and the
// texts made of it once a second. Below this class, time is a parameter.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace turnpike {

inline constexpr std::size_t http_date_size = 29;
inline constexpr std::size_t iso_second_size = 19;

/// IMF-fixdate (RFC 9110 §5.6.7), `Tue, 24 Nov 2026 12:00:00 GMT`, to `room` of http_date_size
/// bytes. Not terminated.
void write_http_date(char* room, std::chrono::system_clock::time_point time);

/// ISO 8601 to the second, `2026-11-24T12:00:00`, to `room` of iso_second_size bytes. Not
/// terminated; what follows (fraction, `Z`) is the caller's.
void write_iso_second(char* room, std::chrono::system_clock::time_point time);

/// One per loop thread, used by that thread alone.
class Clock {
public:
    using Steady = std::chrono::steady_clock::time_point;
    using Wall = std::chrono::system_clock::time_point;

    /// A new turn of the event loop begins: whoever asks next makes the clocks be read again.
    void invalidate() {
        steady_known_ = by_hand_;
        wall_known_ = by_hand_;
    }

    Steady now() {
        if (!steady_known_) read_steady();
        return steady_;
    }
    Wall wall() {
        if (!wall_known_) read_wall();
        return wall_;
    }

    /// For a Date field. The view holds until the clock is asked in a later second.
    std::string_view http_date();
    /// For log lines and pages: `2026-11-24T12:00:00`. Lifetime as above.
    std::string_view iso_second();

    /// Sets the time by hand; the system's clocks are not read any more. For tests and replay.
    void set(Steady steady, Wall wall);
    /// Moves a clock that is set by hand.
    void advance(std::chrono::nanoseconds by) {
        set(steady_ + by, wall_ + std::chrono::duration_cast<Wall::duration>(by));
    }

private:
    void read_steady();
    void read_wall();
    std::int64_t second() { return wall().time_since_epoch() / std::chrono::seconds(1); }

    Steady steady_{};
    Wall wall_{};
    bool steady_known_ = false;
    bool wall_known_ = false;
    bool by_hand_ = false;
    std::int64_t http_date_second_ = -1;
    std::int64_t iso_second_second_ = -1;
    std::array<char, http_date_size> http_date_{};
    std::array<char, iso_second_size> iso_second_{};
};

}  // namespace turnpike
