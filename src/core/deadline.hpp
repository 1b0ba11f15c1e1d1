// Time limits without a timer each: every thread has one wheel that a coarse tick turns. Setting or
// moving a limit is a few pointer writes; limits end up to one tick late, never early.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>

namespace turnpike {

class DeadlineWheel;

/// A limit that can be set, moved and cleared. Derive to say what happens when it passes.
class Deadline {
public:
    using Time = std::chrono::steady_clock::time_point;

    Deadline() = default;
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    virtual ~Deadline() { clear(); }

    bool is_set() const { return next_ != nullptr; }
    void clear();

protected:
    virtual void expired() = 0;

private:
    friend class DeadlineWheel;
    Deadline* next_ = nullptr;
    Deadline* previous_ = nullptr;
    Time when_{};
};

class DeadlineWheel {
public:
    using Time = Deadline::Time;
    static constexpr std::chrono::milliseconds tick{100};

    DeadlineWheel();
    DeadlineWheel(const DeadlineWheel&) = delete;
    ~DeadlineWheel();

    /// Sets or moves `deadline` to end at `when`.
    void set(Deadline& deadline, Time when);
    /// Expires everything that is due. Call once a tick; late calls catch up.
    void turn(Time now);

private:
    /// Stands at the head of each slot's ring, so that unlinking needs no special case.
    struct Anchor : Deadline {
        void expired() override {}
    };
    static constexpr std::size_t slot_count = 1024;  // 102 s; longer limits go round again
    static std::size_t ticks(Time time);
    void turn_slot(Anchor& anchor, Time now);
    std::array<Anchor, slot_count> slots_;
    std::size_t turned_ = 0;  // ticks handled so far
};

}  // namespace turnpike
