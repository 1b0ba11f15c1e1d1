// A ring of bytes from one producing thread to one consuming thread. Its memory is mapped twice in
// a row, so that what is written or read is always one piece, wherever in the ring it lies.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace turnpike::telemetry {

class LineRing {
public:
    /// Of at least `size` bytes, a power of two; null where the system has no memory (errno).
    static std::unique_ptr<LineRing> make(std::size_t size);
    LineRing(const LineRing&) = delete;
    ~LineRing();

    // The producer's side.

    /// Room for `size` bytes in a row; null, and one more in dropped(), where there is none.
    char* reserve(std::size_t size) {
        if (head_here_ + size - tail_seen_ > size_) {
            tail_seen_ = tail_.load(std::memory_order_acquire);
            if (head_here_ + size - tail_seen_ > size_) {
                dropped_.store(dropped_.load(std::memory_order_relaxed) + 1,
                               std::memory_order_relaxed);
                return nullptr;
            }
        }
        return memory_ + (head_here_ & (size_ - 1));
    }
    /// Hands over the first `size` bytes of what was reserved. True where the consumer ought to be
    /// woken: the ring is over half full, and it was not woken since it last called awake().
    bool commit(std::size_t size) {
        head_here_ += size;
        head_.store(head_here_, std::memory_order_release);
        if (head_here_ - tail_seen_ <= size_ / 2) return false;
        tail_seen_ = tail_.load(std::memory_order_acquire);
        if (head_here_ - tail_seen_ <= size_ / 2) return false;
        return !woken_.exchange(true, std::memory_order_relaxed);
    }

    // The consumer's side.

    std::string_view readable() const {
        const std::size_t tail = tail_.load(std::memory_order_relaxed);
        return {memory_ + (tail & (size_ - 1)), head_.load(std::memory_order_acquire) - tail};
    }
    void release(std::size_t size) {
        tail_.store(tail_.load(std::memory_order_relaxed) + size, std::memory_order_release);
    }
    void awake() { woken_.store(false, std::memory_order_relaxed); }

    // Anybody's.

    std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

private:
    LineRing(char* memory, std::size_t size) : memory_(memory), size_(size) {}

    char* const memory_;
    const std::size_t size_;
    // Positions only grow; each side keeps to a cache line of its own.
    alignas(64) std::atomic<std::size_t> head_{0};
    std::size_t head_here_ = 0;
    std::size_t tail_seen_ = 0;
    std::atomic<std::uint64_t> dropped_{0};
    std::atomic<bool> woken_{false};
    alignas(64) std::atomic<std::size_t> tail_{0};
};

}  // namespace turnpike::telemetry
