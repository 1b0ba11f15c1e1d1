// Numbers as text, for log lines and heads: decimal digits written to room that suffices, without a
// terminator. The end of what was written comes back.
#pragma once

#include <cstdint>

namespace turnpike {

char* write_long_number(char* out, std::uint64_t value);
/// At most 20 digits; may touch a byte behind them.
inline char* write_number(char* out, std::uint64_t value) {
    if (value >= 10) return write_long_number(out, value);
    *out = static_cast<char>('0' + value);
    return out + 1;
}
/// Exactly three digits; touches a byte behind them.
char* write_three_digits(char* out, unsigned value);

}  // namespace turnpike
