// Text and numbers on their way into a log line: escaped, bounded, without allocation. What a line
// consists of: format.cpp.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/number.hpp"

namespace turnpike::telemetry {

/// A JSON string's inside. `"`, `\` and control characters (C1 and DEL too) are escaped; a byte
/// that is not part of valid UTF-8 is read as Latin-1 and becomes \u00XX. Writes at most `limit`
/// bytes, cutting between characters, and may touch seven more. Returns the end of what it wrote.
char* write_json_text(char* out, std::string_view text, std::size_t limit);

/// The same for the combined format, as nginx does it: `"`, `\` and all but printable ASCII as
/// \xHH.
char* write_combined_text(char* out, std::string_view text, std::size_t limit);

/// Short texts by loads that may overlap: a call to memcpy would cost more than the copy.
inline char* write_plain(char* out, std::string_view text) {
    const std::size_t size = text.size();
    const auto copy_ends = [&](auto word) {
        const std::size_t last = size - sizeof word;
        auto behind = word;
        std::memcpy(&word, text.data(), sizeof word);
        std::memcpy(&behind, text.data() + last, sizeof word);
        std::memcpy(out, &word, sizeof word);
        std::memcpy(out + last, &behind, sizeof word);
    };
    if (__builtin_constant_p(size) || size > 16) {
        std::memcpy(out, text.data(), size);
    } else if (size >= 8) {
        copy_ends(std::uint64_t{});
    } else if (size >= 4) {
        copy_ends(std::uint32_t{});
    } else if (size > 0) {
        out[0] = text[0];
        out[size / 2] = text[size / 2];
        out[size - 1] = text[size - 1];
    }
    return out + size;
}

}  // namespace turnpike::telemetry
