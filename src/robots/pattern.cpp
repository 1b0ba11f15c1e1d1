// Matching by the pieces between wildcards; percent-encoding in one pass.
#include "robots/pattern.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace turnpike::robots {
namespace {

constexpr std::string_view unreserved_marks = "-._~";                    // RFC 3986 §2.3
constexpr std::string_view reserved_but_wildcards = ":/?#[]@!&'()+,;=";  // RFC 3986 §2.2
constexpr std::string_view hex_digits = "0123456789ABCDEF";

constexpr bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           unreserved_marks.find(c) != std::string_view::npos;
}

/// Octets that stand for themselves in either form.
constexpr std::array<bool, 256> make_plain() {
    std::array<bool, 256> plain{};
    for (std::size_t octet = 0; octet < 128; ++octet) {
        const char c = static_cast<char>(octet);
        plain[octet] = is_unreserved(c) || reserved_but_wildcards.find(c) != std::string_view::npos;
    }
    return plain;
}
constexpr std::array<bool, 256> plain_octets = make_plain();

bool is_plain(char c) {
    return plain_octets[static_cast<unsigned char>(c)];
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char letter = static_cast<char>(c | 0x20);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/// The octet that `%XX` at `at` stands for; -1 where there is no escape.
int escaped_octet(std::string_view text, std::size_t at) {
    if (text[at] != '%' || text.size() - at < 3) return -1;
    const int high = hex_value(text[at + 1]);
    const int low = hex_value(text[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

char* write_escape(char* out, char c) {
    const auto octet = static_cast<unsigned char>(c);
    *out++ = '%';
    *out++ = hex_digits[octet >> 4];
    *out++ = hex_digits[octet & 15];
    return out;
}

enum class Stars : std::uint8_t { literal, wildcard };

char* write_normal(char* out, std::string_view text, Stars stars) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int escaped = escaped_octet(text, at);
        const char c = escaped < 0 ? text[at] : static_cast<char>(escaped);
        if (escaped >= 0) at += 2;
        const bool wildcard = c == '*' && escaped < 0 && stars == Stars::wildcard;
        if (wildcard || (escaped < 0 ? is_plain(c) : is_unreserved(c))) {
            *out++ = c;
        } else {
            out = write_escape(out, c);
        }
    }
    return out;
}

/// Where `piece` first stands in `text`.
std::size_t find_piece(std::string_view text, std::string_view piece) {
    if (piece.empty()) return 0;
    if (text.empty()) return std::string_view::npos;
    // memmem's worst case is linear for long pieces; std::string_view's is not.
    const void* found = memmem(text.data(), text.size(), piece.data(), piece.size());
    if (found == nullptr) return std::string_view::npos;
    return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace

bool matches(std::string_view pattern, std::string_view target) {
    const bool to_the_end = pattern.ends_with('$');
    if (to_the_end) pattern.remove_suffix(1);
    std::size_t star = pattern.find('*');
    const std::string_view start = pattern.substr(0, star);
    if (!target.starts_with(start)) return false;
    if (star == std::string_view::npos) return !to_the_end || target.size() == start.size();
    target.remove_prefix(start.size());
    pattern.remove_prefix(star + 1);
    // Each piece where it first stands: that leaves the most to those behind it, so no other place
    // need ever be tried.
    for (star = pattern.find('*'); star != std::string_view::npos; star = pattern.find('*')) {
        const std::size_t found = find_piece(target, pattern.substr(0, star));
        if (found == std::string_view::npos) return false;
        target.remove_prefix(found + star);
        pattern.remove_prefix(star + 1);
    }
    if (to_the_end) return target.ends_with(pattern);
    return find_piece(target, pattern) != std::string_view::npos;
}

bool is_normal_target(std::string_view target) {
    return std::all_of(target.begin(), target.end(), is_plain);
}

char* write_normal_target(char* out, std::string_view target) {
    return write_normal(out, target, Stars::literal);
}

std::string normal_pattern(std::string_view pattern) {
    const bool to_the_end = pattern.ends_with('$');
    if (to_the_end) pattern.remove_suffix(1);
    std::string normal(longest_normal(pattern.size()), '\0');
    const char* end = write_normal(normal.data(), pattern, Stars::wildcard);
    normal.resize(static_cast<std::size_t>(end - normal.data()));
    if (to_the_end) normal += '$';
    return normal;
}

std::string google_pattern(std::string_view pattern) {
    std::string kept(longest_normal(pattern.size()), '\0');
    char* out = kept.data();
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const int escaped = escaped_octet(pattern, at);
        if (escaped >= 0) at += 2;
        const char c = escaped < 0 ? pattern[at] : static_cast<char>(escaped);
        const bool ascii = static_cast<unsigned char>(c) < 0x80;
        if (escaped < 0 && ascii) {
            *out++ = c;
        } else {
            out = write_escape(out, c);
        }
    }
    kept.resize(static_cast<std::size_t>(out - kept.data()));
    return kept;
}

}  // namespace turnpike::robots
