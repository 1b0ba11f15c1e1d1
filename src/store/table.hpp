// A table that all threads share and that never outgrows its memory: sets of eight slots, spread
// over 64 locks that are held for one look-up. Part of the face store.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <type_traits>

#include "store/key.hpp"

namespace turnpike::store {

using Time = std::chrono::steady_clock::time_point;

/// What a table keeps: plain bytes that say until when they are worth their slot. One made of zeros
/// has expired.
template <class Value>
concept Perishable = std::is_trivially_copyable_v<Value> && requires(const Value& value) {
    { value.expires() } -> std::same_as<Time>;
};

/// A key is looked for in the eight slots of one set and nowhere else, so no look-up is longer than
/// another. Where all eight are taken, what expires first makes room: expired values for nothing,
/// others count as evicted. Untouched memory costs none.
template <Perishable Value>
class Table {
public:
    explicit Table(std::size_t bytes)
        : set_count_(std::max(bytes / sizeof(Set), shard_count)),
          memory_(std::calloc(set_count_ + 1, sizeof(Set))) {
        if (memory_ == nullptr) throw std::bad_alloc();
        // One set more than there are was asked for, to begin on a cache line.
        void* start = memory_.get();
        std::size_t space = (set_count_ + 1) * sizeof(Set);
        sets_ = static_cast<Set*>(std::align(alignof(Set), sizeof(Set), start, space));
    }

    /// Hands what is kept under `key`, or a value of zeros, to `change` and keeps what it leaves
    /// there. Nobody else sees or changes that value meanwhile. Returns what `change` returns.
    template <std::invocable<Value&> Change>
    auto change(Key key, Time now, Change change) {
        const std::size_t index = index_of(key);
        Shard& shard = shards_[index % shard_count];
        const std::scoped_lock lock(shard.mutex);
        Slot& slot = find_slot(shard, sets_[index], tag_of(key), now);
        auto result = change(slot.value);
        if (slot.value.expires() <= now) vacate(shard, slot);
        return result;
    }

    /// How many values have not expired. Clears the others away, one look-up at a time.
    std::size_t entries(Time now) {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < shard_count; ++i) {
            std::size_t left = 1;
            for (std::size_t set = i; set < set_count_ && left > 0; set += shard_count) {
                left = sweep(shards_[i], sets_[set], now);
            }
            sum += left;
        }
        return sum;
    }
    /// Values that had to go before they expired.
    std::uint64_t evictions() const {
        std::uint64_t sum = 0;
        for (const Shard& shard : shards_) {
            const std::scoped_lock lock(shard.mutex);
            sum += shard.evictions;
        }
        return sum;
    }
    /// What the table can take up at most.
    std::size_t bytes() const { return (set_count_ + 1) * sizeof(Set) + sizeof(*this); }

private:
    static constexpr std::size_t shard_count = 64;
    static constexpr std::size_t slots_in_set = 8;
    struct Slot {
        std::uint64_t tag;  // 0: free
        Value value;
    };
    struct alignas(64) Set {
        Slot slots[slots_in_set];
    };
    struct alignas(64) Shard {
        mutable std::mutex mutex;
        std::size_t used = 0;
        std::uint64_t evictions = 0;
    };
    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };

    static std::uint64_t tag_of(Key key) {
        return std::max(static_cast<std::uint64_t>(key), std::uint64_t{1});
    }
    /// The key's upper half, spread evenly over the sets.
    std::size_t index_of(Key key) const {
        return (static_cast<std::uint64_t>(key) >> 32) * set_count_ >> 32;
    }
    static void vacate(Shard& shard, Slot& slot) {
        slot = {};
        --shard.used;
    }
    /// The slot with that tag, or one made free for it.
    Slot& find_slot(Shard& shard, Set& set, std::uint64_t tag, Time now) {
        Slot* victim = nullptr;
        for (Slot& slot : set.slots) {
            if (slot.tag == tag) {
                if (slot.value.expires() <= now) slot.value = {};
                return slot;
            }
            if (victim == nullptr || is_sooner(slot, *victim)) victim = &slot;
        }
        if (victim->tag == 0) ++shard.used;
        if (victim->value.expires() > now) ++shard.evictions;
        *victim = {.tag = tag, .value = {}};
        return *victim;
    }
    /// Free slots are zeros, and so sooner than any other.
    static bool is_sooner(const Slot& a, const Slot& b) {
        return a.value.expires() < b.value.expires();
    }
    /// Returns how many slots of the shard are in use.
    static std::size_t sweep(Shard& shard, Set& set, Time now) {
        const std::scoped_lock lock(shard.mutex);
        if (shard.used == 0) return 0;
        for (Slot& slot : set.slots) {
            if (slot.tag != 0 && slot.value.expires() <= now) vacate(shard, slot);
        }
        return shard.used;
    }

    std::array<Shard, shard_count> shards_;
    const std::size_t set_count_;
    const std::unique_ptr<void, Free> memory_;
    Set* sets_;
};

}  // namespace turnpike::store
