// Buffers and arenas: recycling, alignment, growth.
#include "core/arena.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>

namespace turnpike {
namespace {

TEST(Buffer, ComesInTheSizesThatAreRecycledOrExactlyAsAsked) {
    EXPECT_EQ(Buffer::of_size(1).size(), Buffer::small_size);
    EXPECT_EQ(Buffer::of_size(Buffer::small_size + 1).size(), Buffer::large_size);
    EXPECT_EQ(Buffer::of_size(1'000'000).size(), 1'000'000u);
    EXPECT_FALSE(Buffer());
}

TEST(Buffer, MovingHandsTheMemoryOver) {
    Buffer first = Buffer::small();
    char* memory = first.data();
    Buffer second = std::move(first);
    EXPECT_EQ(second.data(), memory);
    EXPECT_FALSE(first);
    second.release();
    EXPECT_FALSE(second);
}

TEST(Arena, AlignsWhatItGives) {
    Arena arena;
    for (int i = 1; i < 200; ++i) {
        (void)arena.allocate(static_cast<std::size_t>(i % 7 + 1));
        const auto numbers = arena.array<std::uint64_t>(3);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(numbers.data()) % alignof(std::uint64_t), 0u);
    }
}

TEST(Arena, KeepsEarlierMemoryWhileItGrows) {
    Arena arena;
    const std::string_view first = arena.copy("first");
    for (int i = 0; i < 100; ++i) std::memset(arena.allocate(5000), 'x', 5000);
    EXPECT_EQ(first, "first");
}

TEST(Arena, GivesPiecesLargerThanAnyBlock) {
    Arena arena;
    const std::string text(300'000, 'a');
    EXPECT_EQ(arena.copy(text), text);
    EXPECT_EQ(arena.copy("after"), "after");
    arena.reset();
    EXPECT_EQ(arena.copy("again"), "again");
}

}  // namespace
}  // namespace turnpike
