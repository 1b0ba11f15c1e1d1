// Buffers and arenas: recycling, alignment, growth.
#include "core/arena.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

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

/// Lines of a file of the kernel's.
std::vector<std::string> lines_of(const char* path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

std::size_t mappings() {
    return lines_of("/proc/self/maps").size();
}

std::size_t resident_bytes() {
    std::istringstream fields(lines_of("/proc/self/statm").at(0));
    std::size_t all = 0, resident = 0;
    fields >> all >> resident;
    return resident * 4096;
}

// The kernel allows a process 65,530 mappings. Fifty thousand connections that end in any order
// would come to more if each buffer were one.
TEST(Buffer, GoesBackToTheSystemAndLeavesNoHoles) {
    if (!recycles_memory) GTEST_SKIP() << "buffers are not recycled under AddressSanitizer";
    constexpr std::size_t count = 4000;
    std::vector<Buffer> buffers;
    for (std::size_t i = 0; i < count; ++i) {
        buffers.push_back(Buffer::small());
        std::memset(buffers.back().data(), 'x', Buffer::small_size);
    }
    const std::size_t mapped = mappings(), resident = resident_bytes();
    EXPECT_EQ(Buffer::borrowed(), count);

    for (std::size_t i = 0; i < count; i += 2) buffers[i].release();
    Buffer::trim();
    Buffer::trim();
    EXPECT_EQ(Buffer::borrowed(), count / 2);
    EXPECT_LT(mappings(), mapped + 10);
    EXPECT_LT(resident_bytes(), resident - count / 2 * Buffer::small_size * 9 / 10);

    for (std::size_t i = 0; i < count; i += 2) {
        buffers[i] = Buffer::small();
        buffers[i].data()[0] = 'y';
        EXPECT_EQ(buffers[i + 1].data()[0], 'x');
    }
    EXPECT_LT(mappings(), mapped + 10);
}

TEST(Arena, AlignsWhatItGives) {
    Arena arena;
    for (int i = 1; i < 200; ++i) {
        (void)arena.allocate(static_cast<std::size_t>(i % 7 + 1));
        const auto numbers = arena.array<std::uint64_t>(3);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(numbers.data()) % alignof(std::uint64_t), 0u);
    }
}

TEST(Arena, GivesAnAddressEvenWhereNothingIsAskedFor) {
    Arena arena;
    EXPECT_NE(arena.allocate(0), nullptr);
    EXPECT_NE(arena.array<std::uint64_t>(0).data(), nullptr);
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
