// State that all threads share and that outlives a reload: tables in bounded memory, and on them
// the buckets of rates. Local and synchronous; nothing here waits but for a lock held for one
// look-up. Knows no requests: whoever asks makes the key.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "store/key.hpp"
#include "store/table.hpp"
#include "turnpike/decision.hpp"

namespace turnpike::store {

/// A bucket of GCRA: when it will be full again. A full bucket is as good as none.
struct Bucket {
    Time full_at;
    Time expires() const { return full_at; }
};

/// What a bucket answered.
struct Taken {
    bool granted = true;
    std::uint32_t left = 0;            ///< Requests that may follow at once.
    std::chrono::nanoseconds wait{0};  ///< Until one more may come; above zero.
    /// For how long whoever was granted it has to wait first.
    std::chrono::nanoseconds delay{0};
};

/// Takes one request out of `bucket`, if there is one. Exact in whole nanoseconds. A clock that
/// goes back, and a rate that has become faster, make nobody wait for more than an interval and a
/// second. A request that may wait for as long as `patience` is granted ahead of its time.
Taken take(Bucket& bucket, const Rate& rate, Time now, std::chrono::nanoseconds patience = {});

/// The buckets of all rates.
class Rates {
public:
    static constexpr std::size_t default_bytes = 16 * 1024 * 1024;  // a million buckets

    /// With a secret that is always the same, the same requests always meet the same fate.
    explicit Rates(std::size_t bytes = default_bytes, const Secret& secret = Secret::random())
        : secret_(secret), buckets_(bytes) {}

    /// To be fed with what makes a bucket another than the next.
    KeyHash key() const { return KeyHash(secret_); }
    Taken take(Key key, const Rate& rate, Time now, std::chrono::nanoseconds patience = {}) {
        return buckets_.change(
            key, now, [&](Bucket& bucket) { return store::take(bucket, rate, now, patience); });
    }
    std::size_t entries(Time now) { return buckets_.entries(now); }
    std::uint64_t evictions() const { return buckets_.evictions(); }
    std::size_t bytes() const { return buckets_.bytes(); }

private:
    const Secret secret_;
    Table<Bucket> buckets_;
};

}  // namespace turnpike::store
