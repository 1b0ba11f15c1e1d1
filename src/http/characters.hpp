// Which octets may stand where (RFC 9110 §5, RFC 9112 §3), and how to run over many of them at
// once. Inner header of this module.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace turnpike::http {

/// Sets of octets, as bits of one table.
enum class Octets : std::uint8_t {
    token = 1,         ///< tchar, RFC 9110 §5.6.2.
    target = 2,        ///< Visible ASCII and obs-text but no `#`: fragments are never sent.
    value = 4,         ///< field-vchar, SP and HTAB, RFC 9110 §5.5.
    host = 8,          ///< reg-name, RFC 3986 §3.2.2, but no `,` and no `%`: each reads two ways.
    quoted = 16,       ///< qdtext, RFC 9110 §5.6.4.
    hexadecimal = 32,  ///< HEXDIG.
    digit = 64,        ///< DIGIT.
};

namespace detail {

constexpr std::uint8_t sets_of(unsigned octet) {
    const auto is_in = [octet](std::string_view set) {
        return octet < 128 && set.find(static_cast<char>(octet)) != std::string_view::npos;
    };
    const bool digit = octet >= '0' && octet <= '9';
    const bool letter = (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
    const bool visible = octet > 0x20 && octet != 0x7f;  // with obs-text
    const bool value = visible || octet == ' ' || octet == '\t';
    unsigned sets = 0;
    const auto add = [&sets](bool member, Octets set) {
        if (member) sets |= static_cast<unsigned>(set);
    };
    add(digit || letter || is_in("!#$%&'*+-.^_`|~"), Octets::token);
    add(visible && octet != '#', Octets::target);
    add(value, Octets::value);
    add(digit || letter || is_in("-._~!$&'()*+;="), Octets::host);
    add(value && octet != '"' && octet != '\\', Octets::quoted);
    add(digit || is_in("abcdefABCDEF"), Octets::hexadecimal);
    add(digit, Octets::digit);
    return static_cast<std::uint8_t>(sets);
}

inline constexpr auto octet_sets = [] {
    std::array<std::uint8_t, 256> table{};
    for (unsigned octet = 0; octet < table.size(); ++octet) table[octet] = sets_of(octet);
    return table;
}();

}  // namespace detail

constexpr bool is(char c, Octets set) {
    const unsigned sets = detail::octet_sets[static_cast<unsigned char>(c)];
    return (sets & static_cast<unsigned>(set)) != 0;
}

constexpr bool is_white_space(char c) {
    return c == ' ' || c == '\t';
}  // OWS, RFC 9110 §5.6.3

constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

/// The first octet of [at, end) that is not in the set, or `end`.
inline const char* skip(const char* at, const char* end, Octets set) {
    while (at != end && is(*at, set)) ++at;
    return at;
}

constexpr std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_white_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_white_space(text.back())) text.remove_suffix(1);
    return text;
}

#if defined(__SSE2__)

namespace detail {

/// Moves on by 16 octets while `stops` marks none of them.
template <class Stops>
const char* skip_wide(const char* at, const char* end, Stops stops, bool& stopped) {
    if (end - at < 16) return at;
    for (const char* last = end - 16; at <= last; at += 16) {
        const __m128i octets = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        const auto marks = static_cast<unsigned>(_mm_movemask_epi8(stops(octets)));
        if (marks != 0) {
            stopped = true;
            return at + std::countr_zero(marks);
        }
    }
    return at;
}

}  // namespace detail

inline const char* skip_value(const char* at, const char* end) {
    // As signed octets, controls and obs-text are below the space: one comparison finds both, and
    // what may stand in a value all the same is rare enough to be looked at singly.
    const auto stops = [](__m128i octets) {
        const __m128i low = _mm_cmplt_epi8(octets, _mm_set1_epi8(' '));
        const __m128i del = _mm_cmpeq_epi8(octets, _mm_set1_epi8(0x7f));
        return _mm_or_si128(low, del);
    };
    for (;;) {
        bool stopped = false;
        at = detail::skip_wide(at, end, stops, stopped);
        if (!stopped) return skip(at, end, Octets::value);
        if (!is(*at, Octets::value)) return at;
        ++at;
    }
}

inline const char* skip_target(const char* at, const char* end) {
    bool stopped = false;
    at = detail::skip_wide(
        at, end,
        [](__m128i octets) {
            const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(octets, _mm_set1_epi8(0x20)), octets);
            const __m128i hash = _mm_cmpeq_epi8(octets, _mm_set1_epi8('#'));
            const __m128i del = _mm_cmpeq_epi8(octets, _mm_set1_epi8(0x7f));
            return _mm_or_si128(_mm_or_si128(low, hash), del);
        },
        stopped);
    return stopped ? at : skip(at, end, Octets::target);
}

/// Field names are letters and `-` almost always; for the rest the table decides.
inline const char* skip_token(const char* at, const char* end) {
    bool stopped = false;
    at = detail::skip_wide(
        at, end,
        [](__m128i octets) {
            const __m128i lower = _mm_or_si128(octets, _mm_set1_epi8(0x20));
            // Shifts `a`..`z` to the 26 smallest signed numbers.
            const __m128i shifted = _mm_add_epi8(lower, _mm_set1_epi8(0x80 - 'a'));
            const __m128i other = _mm_cmpgt_epi8(shifted, _mm_set1_epi8(-128 + 25));
            const __m128i hyphen = _mm_cmpeq_epi8(octets, _mm_set1_epi8('-'));
            return _mm_andnot_si128(hyphen, other);
        },
        stopped);
    return skip(at, end, Octets::token);
}

/// Of a host, letters, digits, `-` and `.`, eight at a time; for the rest the table decides.
inline const char* skip_host(const char* at, const char* end) {
    const auto is_simple = [](const char* from) {
        const __m128i octets = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
        const __m128i lower = _mm_or_si128(octets, _mm_set1_epi8(0x20));
        // Both shift a range to the smallest signed numbers: `a`..`z`, and `-`..`9` with `/`.
        const __m128i letters = _mm_cmplt_epi8(_mm_add_epi8(lower, _mm_set1_epi8(0x80 - 'a')),
                                               _mm_set1_epi8(-128 + 26));
        const __m128i others = _mm_cmplt_epi8(_mm_add_epi8(octets, _mm_set1_epi8(0x80 - '-')),
                                              _mm_set1_epi8(-128 + 13));
        const __m128i slash = _mm_cmpeq_epi8(octets, _mm_set1_epi8('/'));
        const __m128i simple = _mm_or_si128(letters, _mm_andnot_si128(slash, others));
        return (_mm_movemask_epi8(simple) & 0xff) == 0xff;
    };
    while (end - at >= 8 && is_simple(at)) at += 8;
    return skip(at, end, Octets::host);
}

#else

inline const char* skip_host(const char* at, const char* end) {
    return skip(at, end, Octets::host);
}
inline const char* skip_value(const char* at, const char* end) {
    return skip(at, end, Octets::value);
}
inline const char* skip_target(const char* at, const char* end) {
    return skip(at, end, Octets::target);
}
inline const char* skip_token(const char* at, const char* end) {
    return skip(at, end, Octets::token);
}

#endif

}  // namespace turnpike::http
