// The generic cell rate algorithm (ITU-T I.371): one time stamp a bucket instead of a count that
// has to be refilled.
#include <algorithm>

#include "store/store.hpp"

namespace turnpike::store {
namespace {

using std::chrono::nanoseconds;

// Far beyond any rate that means something, and far from what 64 bits of nanoseconds overflow.
constexpr std::chrono::seconds longest_period = std::chrono::hours(24 * 366);
constexpr nanoseconds longest_refill = 64 * longest_period;
// Threads read their clocks once a turn of their loops, so one thread's present may be another's
// past. More than this is no such thing.
constexpr nanoseconds largest_skew = std::chrono::seconds(1);

/// A rate as GCRA wants it.
struct Pace {
    nanoseconds interval;  // between requests that come evenly
    std::int64_t burst;
    nanoseconds refill() const { return interval * burst; }
};

Pace pace_of(const Rate& rate) {
    const nanoseconds period = std::min(rate.period, longest_period);
    const auto requests = std::max<std::int64_t>(rate.requests, 1);
    Pace pace{};
    // Rounded up, so that never more than the rate passes.
    pace.interval =
        std::max(nanoseconds((period.count() + requests - 1) / requests), nanoseconds(1));
    pace.burst = std::clamp<std::int64_t>(rate.burst, 1, longest_refill / pace.interval);
    return pace;
}

}  // namespace

Taken take(Bucket& bucket, const Rate& rate, Time now, nanoseconds patience) {
    const Pace pace = pace_of(rate);
    // No bucket is emptier than empty, but for what was granted ahead.
    if (bucket.full_at - now > pace.refill() + patience + largest_skew) {
        bucket.full_at = now + pace.refill();
    }
    const nanoseconds missing = std::max(bucket.full_at - now, nanoseconds(0));
    const nanoseconds room = pace.refill() - missing;
    const nanoseconds early = std::max(pace.interval - room, nanoseconds(0));
    if (early > patience) return {.granted = false, .left = 0, .wait = early, .delay = {}};
    bucket.full_at = now + missing + pace.interval;
    const nanoseconds rest = room + early - pace.interval;
    return {.granted = true,
            .left = static_cast<std::uint32_t>(rest / pace.interval),
            .wait = pace.interval - rest % pace.interval,
            .delay = early};
}

}  // namespace turnpike::store
