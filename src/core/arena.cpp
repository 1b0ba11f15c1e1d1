// Per-thread free lists behind Buffer, and the bump allocator on top of them.
#include "core/arena.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

namespace turnpike {
namespace {

/// Blocks come from the kernel and not from the heap: they are large, they come and go by the
/// thousand, and between them the heap's small allocations would keep every page alive.
char* map_block(std::size_t size) {
    if (!recycles_memory) return static_cast<char*>(::operator new(size));
    void* block = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) throw std::bad_alloc();
    // Blocks lie side by side, and a huge page would come back whole where one of them is touched.
    ::madvise(block, size, MADV_NOHUGEPAGE);
    return static_cast<char*>(block);
}

void unmap_block(void* block, std::size_t size) {
    if (recycles_memory) {
        ::munmap(block, size);
    } else {
        ::operator delete(block);
    }
}

/// Free blocks of one size. Those used of late are linked through their own first bytes; others
/// have given their memory back to the system and kept their addresses: unmapped one by one in any
/// order they would leave holes, and a process may have 65,530 mappings.
class FreeList {
public:
    explicit FreeList(std::size_t block_size) : block_size_(block_size) {}
    FreeList(FreeList&&) = delete;
    ~FreeList() {
        while (first_ != nullptr) unmap_block(pop(), block_size_);
        for (char* const block : emptied_) unmap_block(block, block_size_);
    }

    char* take() {
        if (first_ == nullptr) return take_untouched();
        least_kept_ = std::min(least_kept_, --kept_);
        return pop();
    }

    void give(char* block) {
        if (!recycles_memory) {
            unmap_block(block, block_size_);
            --mapped_;
            return;
        }
        ++kept_;
        first_ = new (block) Link{first_};
    }

    /// Gives back what was not needed since the last call.
    void trim() {
        for (; least_kept_ > 0; --least_kept_, --kept_) {
            emptied_.push_back(pop());
            ::madvise(emptied_.back(), block_size_, MADV_DONTNEED);
        }
        least_kept_ = kept_;
    }

    std::size_t borrowed() const { return mapped_ - kept_ - emptied_.size(); }

private:
    struct Link {
        Link* next;
    };
    char* pop() { return reinterpret_cast<char*>(std::exchange(first_, first_->next)); }
    char* take_untouched() {
        if (emptied_.empty()) {
            char* const block = map_block(block_size_);
            ++mapped_;
            return block;
        }
        char* const block = emptied_.back();
        emptied_.pop_back();
        return block;
    }

    std::size_t block_size_;
    std::size_t mapped_ = 0;  // in use, kept or emptied
    std::size_t kept_ = 0;
    std::size_t least_kept_ = 0;
    Link* first_ = nullptr;
    std::vector<char*> emptied_;
};

thread_local FreeList small_blocks{Buffer::small_size};
thread_local FreeList large_blocks{Buffer::large_size};

}  // namespace

Buffer Buffer::of_size(std::size_t size) {
    if (size <= small_size) return {small_blocks.take(), small_size};
    if (size <= large_size) return {large_blocks.take(), large_size};
    return {static_cast<char*>(::operator new(size)), size};
}

void Buffer::trim() {
    small_blocks.trim();
    large_blocks.trim();
}

std::size_t Buffer::borrowed() {
    return small_blocks.borrowed() + large_blocks.borrowed();
}

Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

void Buffer::release() {
    if (data_ == nullptr) return;
    if (size_ == small_size) {
        small_blocks.give(data_);
    } else if (size_ == large_size) {
        large_blocks.give(data_);
    } else {
        ::operator delete(data_);
    }
    data_ = nullptr;
    size_ = 0;
}

void* Arena::allocate_in_new_block(std::size_t size, std::size_t alignment) {
    Buffer memory = Buffer::of_size(sizeof(Block) + size + alignof(std::max_align_t));
    char* start = memory.data();
    end_ = start + memory.size();
    last_ = new (start) Block{std::move(memory), last_};
    next_ = start + sizeof(Block);
    return allocate(size, alignment);
}

std::string_view Arena::copy(std::string_view text) {
    if (text.empty()) return {};
    auto* room = static_cast<char*>(allocate(text.size()));
    std::memcpy(room, text.data(), text.size());
    return {room, text.size()};
}

void Arena::reset() {
    while (last_ != nullptr) {
        Buffer memory = std::move(last_->memory);
        last_ = last_->previous;
    }
    next_ = end_ = nullptr;
}

}  // namespace turnpike
