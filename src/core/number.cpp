// Digits, two at a time.
#include "core/number.hpp"

#include <array>
#include <cstring>

namespace turnpike {
namespace {

constexpr auto two_digits = [] {
    std::array<char, 200> table{};
    for (unsigned i = 0; i < 100; ++i) {
        table[2 * i] = static_cast<char>('0' + i / 10);
        table[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return table;
}();

/// Four bytes each, so that one load and one store do.
constexpr auto three_digits = [] {
    std::array<std::array<char, 4>, 1000> table{};
    for (unsigned i = 0; i < table.size(); ++i) {
        for (unsigned place = 0, rest = i; place < 3; ++place, rest /= 10) {
            table[i][2 - place] = static_cast<char>('0' + rest % 10);
        }
    }
    return table;
}();

}  // namespace

char* write_long_number(char* out, std::uint64_t value) {
    if (value < 100) {
        std::memcpy(out, &two_digits[2 * value], 2);
        return out + 2;
    }
    if (value < 1000) return write_three_digits(out, static_cast<unsigned>(value));
    std::size_t size = 4;
    for (std::uint64_t bound = 10'000; value >= bound && size < 20; ++size) bound *= 10;
    char* last = out + size;
    while (value >= 100) {
        last -= 2;
        std::memcpy(last, &two_digits[2 * (value % 100)], 2);
        value /= 100;
    }
    if (value >= 10) {
        std::memcpy(out, &two_digits[2 * value], 2);
    } else {
        *out = static_cast<char>('0' + value);
    }
    return out + size;
}

char* write_three_digits(char* out, unsigned value) {
    std::memcpy(out, three_digits[value % 1000].data(), 4);
    return out + 3;
}

}  // namespace turnpike
