// Bytes, not characters: a terminal's own codes may hide in either.
#include "core/printable.hpp"

#include <array>
#include <cstdio>

namespace turnpike {

std::string printable(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c >= ' ' && c < 0x7f) {
            result += c;
            continue;
        }
        std::array<char, 5> escaped;
        std::snprintf(escaped.data(), escaped.size(), "\\x%02x", static_cast<unsigned char>(c));
        result += escaped.data();
    }
    return result;
}

}  // namespace turnpike
