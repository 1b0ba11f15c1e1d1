// The hashed wheel behind Deadline: a ring of deadlines a slot, visited once a turn.
#include "core/deadline.hpp"

#include <algorithm>
#include <cassert>

namespace turnpike {

void Deadline::clear() {
    if (next_ == nullptr) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = nullptr;
}

DeadlineWheel::DeadlineWheel() {
    for (Anchor& anchor : slots_) {
        Deadline& head = anchor;
        head.next_ = head.previous_ = &head;
    }
}

DeadlineWheel::~DeadlineWheel() {
    for (Anchor& anchor : slots_) {
        Deadline& head = anchor;
        while (head.next_ != &head) head.next_->clear();
        head.next_ = head.previous_ = nullptr;
    }
}

std::size_t DeadlineWheel::ticks(Time time) {
    return static_cast<std::size_t>(time.time_since_epoch() / tick);
}

void DeadlineWheel::set(Deadline& deadline, Time when) {
    deadline.clear();
    deadline.when_ = when;
    // The slot after the one that `when` falls into: when that is turned, the limit has passed. A
    // limit in the past goes to the next slot to be turned.
    const std::size_t slot = std::max(ticks(when) + 1, turned_ + 1);
    Deadline& head = slots_[slot % slot_count];
    deadline.previous_ = head.previous_;
    deadline.next_ = &head;
    head.previous_->next_ = &deadline;
    head.previous_ = &deadline;
}

void DeadlineWheel::turn(Time now) {
    const std::size_t current = ticks(now);
    if (turned_ + slot_count < current) turned_ = current - slot_count;
    while (turned_ < current) {
        ++turned_;
        turn_slot(slots_[turned_ % slot_count], now);
    }
}

void DeadlineWheel::turn_slot(Anchor& anchor, Time now) {
    // Move the ring aside first: what expires may set deadlines in this very slot.
    Anchor due;
    Deadline& from = anchor;
    Deadline& to = due;
    if (from.next_ == &from) return;
    to.next_ = from.next_;
    to.previous_ = from.previous_;
    to.next_->previous_ = &to;
    to.previous_->next_ = &to;
    from.next_ = from.previous_ = &from;
    while (to.next_ != &to) {
        Deadline& deadline = *to.next_;
        if (deadline.when_ <= now) {
            deadline.clear();
            deadline.expired();
        } else {
            set(deadline, deadline.when_);  // a later round
        }
    }
    to.next_ = to.previous_ = nullptr;
}

}  // namespace turnpike
