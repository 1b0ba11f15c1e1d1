// A fast hash without a secret, for what is compared or counted behind it: who collides on purpose
// costs a second look, or counts as one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace turnpike {

/// Of the text, and of `start`, which joins several texts into one hash.
inline std::uint64_t hash_of(std::string_view text, std::uint64_t start = 0) {
    constexpr std::uint64_t factor = 0x9E3779B97F4A7C15;
    std::uint64_t hash = (start ^ text.size()) * factor;
    while (!text.empty()) {
        std::uint64_t bytes = 0;
        const std::size_t size = text.size() < sizeof bytes ? text.size() : sizeof bytes;
        std::memcpy(&bytes, text.data(), size);
        hash = (hash ^ bytes) * factor;
        hash ^= hash >> 32;
        text.remove_prefix(size);
    }
    return hash;
}

}  // namespace turnpike
