// Counts this thread's heap allocations by replacing operator new. For tests of code that must not
// allocate; include it in a test program's only source file.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

namespace turnpike::test {

inline thread_local std::size_t allocations_so_far = 0;

/// Allocations of this thread since it was made.
class Allocations {
public:
    std::size_t count() const { return allocations_so_far - before_; }

private:
    std::size_t before_ = allocations_so_far;
};

inline void* allocate(std::size_t size, std::size_t alignment) {
    ++allocations_so_far;
    const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
    if (void* memory = std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded)) {
        return memory;
    }
    throw std::bad_alloc();
}

}  // namespace turnpike::test

// operator new[] comes here too. Not inlined, or g++ sees free() meet new.
[[gnu::noinline]] void* operator new(std::size_t size) {
    return turnpike::test::allocate(size, alignof(std::max_align_t));
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
    return turnpike::test::allocate(size, static_cast<std::size_t>(alignment));
}
// AddressSanitizer has one of its own, which does not come here.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return turnpike::test::allocate(size, alignof(std::max_align_t));
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}
