// No escape makes a text longer, so the result fits where the text did.
#include "logs/escapes.hpp"

#include <cstdint>

namespace turnpike::logs {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Up to four digits at `at`; -1 where one is missing.
int hex_number(std::string_view text, std::size_t at, std::size_t digits) {
    if (at + digits > text.size()) return -1;
    int number = 0;
    for (const char c : text.substr(at, digits)) {
        const int value = hex_value(c);
        if (value < 0) return -1;
        number = number * 16 + value;
    }
    return number;
}

/// What a letter behind a backslash means; 0 where it means nothing.
char control(char letter) {
    switch (letter) {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'v':
            return '\v';
        default:
            return 0;
    }
}

char* write_utf8(char* out, std::uint32_t point) {
    const auto put = [&out](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0 | point >> 6);
        put(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        put(0xE0 | point >> 12);
        put(0x80 | (point >> 6 & 0x3F));
        put(0x80 | (point & 0x3F));
    } else {
        put(0xF0 | point >> 18);
        put(0x80 | (point >> 12 & 0x3F));
        put(0x80 | (point >> 6 & 0x3F));
        put(0x80 | (point & 0x3F));
    }
    return out;
}

/// The character of `\uXXXX` at `at`, which then stands behind it; two of them may be one.
std::optional<std::uint32_t> take_unicode(std::string_view text, std::size_t& at) {
    const int first = hex_number(text, at + 2, 4);
    if (first < 0) return std::nullopt;
    at += 6;
    const auto high = static_cast<std::uint32_t>(first);
    if (high < 0xD800 || high > 0xDFFF) return high;
    constexpr std::uint32_t replacement = 0xFFFD;
    if (high > 0xDBFF || text.substr(at, 2) != "\\u") return replacement;
    const int second = hex_number(text, at + 2, 4);
    if (second < 0xDC00 || second > 0xDFFF) return replacement;
    at += 6;
    return 0x10000 + ((high - 0xD800) << 10) + (static_cast<std::uint32_t>(second) - 0xDC00);
}

}  // namespace

std::string_view undo_combined(std::string_view text, Arena& arena) {
    char* const begin = arena.array<char>(text.size()).data();
    char* out = begin;
    for (std::size_t i = 0; i < text.size();) {
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        const int octet = next == 'x' ? hex_number(text, i + 2, 2) : -1;
        if (text[i] != '\\') {
            *out++ = text[i++];
        } else if (octet >= 0) {
            *out++ = static_cast<char>(octet);
            i += 4;
        } else if (next == '"' || next == '\\' || control(next) != 0) {
            *out++ = control(next) != 0 ? control(next) : next;
            i += 2;
        } else {
            *out++ = text[i++];
        }
    }
    return {begin, static_cast<std::size_t>(out - begin)};
}

std::optional<std::string_view> undo_json(std::string_view text, Arena& arena) {
    char* const begin = arena.array<char>(text.size()).data();
    char* out = begin;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] != '\\') {
            *out++ = text[i++];
            continue;
        }
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (next == 'u') {
            const auto point = take_unicode(text, i);
            if (!point) return std::nullopt;
            out = write_utf8(out, *point);
            continue;
        }
        const bool plain = next == '"' || next == '\\' || next == '/';
        if (!plain && (control(next) == 0 || next == 'v')) return std::nullopt;
        *out++ = plain ? next : control(next);
        i += 2;
    }
    return std::string_view(begin, static_cast<std::size_t>(out - begin));
}

}  // namespace turnpike::logs
