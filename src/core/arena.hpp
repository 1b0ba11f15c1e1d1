// Memory that lives as long as one exchange: bump allocation over 16 KiB blocks that a per-thread
// free list recycles. Nothing is freed singly; nothing here calls the heap in steady state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>

namespace turnpike {

/// Whether memory goes back to free lists of ours. Not under AddressSanitizer, which then sees
/// every use after free.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool recycles_memory = false;
#else
inline constexpr bool recycles_memory = true;
#endif

/// A block of memory borrowed from this thread's free lists; given back by the destructor.
/// Sizes up to 64 KiB are recycled, larger ones come from the heap. Must die on its own thread.
class Buffer {
public:
    static constexpr std::size_t small_size = 16 * 1024;
    static constexpr std::size_t large_size = 64 * 1024;

    Buffer() = default;
    /// At least `size` bytes, uninitialised.
    static Buffer of_size(std::size_t size);
    static Buffer small() { return of_size(small_size); }
    static Buffer large() { return of_size(large_size); }

    Buffer(Buffer&& other) noexcept;
    Buffer& operator=(Buffer&& other) noexcept;
    ~Buffer() { release(); }

    char* data() const { return data_; }
    std::size_t size() const { return size_; }
    explicit operator bool() const { return data_ != nullptr; }
    void release();

    /// Gives memory back to the system that this thread has not needed since the last call.
    static void trim();
    /// How many buffers of this thread are in use, those larger than 64 KiB not counted.
    static std::size_t borrowed();

private:
    Buffer(char* data, std::size_t size) : data_(data), size_(size) {}
    char* data_ = nullptr;
    std::size_t size_ = 0;
};

class Arena {
public:
    Arena() = default;
    Arena(Arena&&) = delete;
    ~Arena() { reset(); }

    /// `size` bytes, aligned for `alignment` (at most alignof(max_align_t)); never null.
    [[gnu::returns_nonnull]] void* allocate(std::size_t size, std::size_t alignment = 1) {
        const auto padding =
            (alignment - reinterpret_cast<std::uintptr_t>(next_)) & (alignment - 1);
        if (size + padding >= static_cast<std::size_t>(end_ - next_)) {
            return allocate_in_new_block(size, alignment);
        }
        char* result = next_ + padding;
        next_ = result + size;
        return result;
    }

    /// Uninitialised room for `count` trivially destructible T.
    template <class T>
    std::span<T> array(std::size_t count) {
        static_assert(std::is_trivially_destructible_v<T>);
        auto* first = static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
        return {first, count};
    }

    std::string_view copy(std::string_view text);

    /// Gives everything back to the thread's free list. All views into the arena die.
    void reset();

private:
    void* allocate_in_new_block(std::size_t size, std::size_t alignment);
    struct Block {
        Buffer memory;
        Block* previous;
    };
    Block* last_ = nullptr;
    char* next_ = nullptr;
    char* end_ = nullptr;
};

}  // namespace turnpike
