// A table of bits that turns away nearly every key that was never added. One look, no false no.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace turnpike::identity {

/// Two bytes of text, case folded: letters lose their case, a few signs meet.
inline std::uint32_t fold_two(const char* bytes) {
    std::uint16_t two;
    std::memcpy(&two, bytes, sizeof two);
    return two | 0x2020U;
}

inline std::uint32_t fold_three(const char* bytes) {
    return fold_two(bytes) | std::uint32_t{static_cast<unsigned char>(bytes[2])} << 16 | 0x200000U;
}

template <unsigned log2_bits>
class Gate {
public:
    void add(std::uint32_t key) { words_[slot(key) / 64] |= std::uint64_t{1} << slot(key) % 64; }
    bool may_have(std::uint32_t key) const {
        const std::size_t bit = slot(key);
        return (words_[bit / 64] >> bit % 64 & 1) != 0;
    }

    /// Fibonacci hashing: the upper bits of a product spread best.
    static std::size_t slot(std::uint32_t key) { return key * 0x9E3779B1U >> (32 - log2_bits); }

private:
    std::array<std::uint64_t, (std::size_t{1} << log2_bits) / 64> words_{};
};

}  // namespace turnpike::identity
