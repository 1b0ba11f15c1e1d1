// A fast hash without a secret, for what is only counted. Private to behaviour.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace turnpike::behaviour {

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

}  // namespace turnpike::behaviour
