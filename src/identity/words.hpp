// Words of a user agent: maximal runs of letters, digits and bytes beyond ASCII. Names begin and
// end where words do, so the matcher looks only there. Nothing here knows what a word means.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace turnpike::identity {

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}
constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}
constexpr bool is_word(char c) {
    return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

namespace detail {

constexpr auto limits = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view(" \t()[]{}<>;,+\"'|")) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}();

}  // namespace detail

/// Signs that stand around names and contacts. No URL of a user agent has one in it (RFC 3986
/// §2.2), but for `+`, which many put before one.
constexpr bool is_limit(char c) {
    return detail::limits[static_cast<unsigned char>(c)];
}

std::string to_lower(std::string_view text);
/// Without regard to case; the second text is in lower case already.
bool starts_with_lower(std::string_view text, std::string_view pattern);
bool equals_lower(std::string_view text, std::string_view pattern);
bool ends_with_lower(std::string_view text, std::string_view pattern);
bool contains_lower(std::string_view text, std::string_view pattern);

/// The first `{version}` of a text is digits and dots; this many bytes of `text` are one.
std::size_t version_length(std::string_view text);

namespace detail {

/// One bit for each of 64 bytes.
struct Classes {
    std::uint64_t words = 0;
    std::uint64_t digits = 0;
};

inline Classes classify(const char* bytes) {
    Classes result;
#ifdef __SSE2__
    for (unsigned i = 0; i < 4; ++i) {
        const __m128i c = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes) + i);
        // x - low <= high - low as unsigned bytes, by way of min: SSE2 compares signed bytes only.
        const __m128i letter =
            _mm_sub_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
        const __m128i digit = _mm_sub_epi8(c, _mm_set1_epi8('0'));
        const __m128i letters = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter);
        const __m128i digits = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
        // The mask takes each byte's top bit, so `c` itself stands for bytes beyond ASCII.
        const __m128i words = _mm_or_si128(c, _mm_or_si128(letters, digits));
        const auto bits = [](__m128i set) {
            return std::uint64_t{static_cast<unsigned>(_mm_movemask_epi8(set))};
        };
        result.words |= bits(words) << (16 * i);
        result.digits |= bits(digits) << (16 * i);
    }
#else
    for (unsigned i = 0; i < 64; ++i) {
        result.words |= std::uint64_t{is_word(bytes[i])} << i;
        result.digits |= std::uint64_t{is_digit(bytes[i])} << i;
    }
#endif
    return result;
}

/// The classes of the 64 bytes of `text` from `block` on; behind its end there are no words.
inline Classes classify(std::string_view text, std::size_t block) {
    const std::size_t rest = text.size() - block;
    if (rest >= 64) return classify(text.data() + block);
    if (text.size() >= 64) {
        // The text's last 64 bytes: loading them in place is cheaper than a copy with padding.
        const Classes last = classify(text.data() + text.size() - 64);
        return {.words = last.words >> (64 - rest), .digits = last.digits >> (64 - rest)};
    }
    alignas(16) std::array<char, 64> padded{};
    std::memcpy(padded.data(), text.data(), text.size());
    return classify(padded.data());
}

/// Walks over a text 64 bytes at a time and tells where its words with a letter are.
class WordFinder {
public:
    /// One bit in each word that has a letter: at its first byte, or, behind leading digits, at its
    /// first letter. Plain numbers, of which versions are made, are passed over: half of all words.
    std::uint64_t find(const Classes& block) {
        const std::uint64_t starts = block.words & ~(block.words << 1 | inside_);
        // Adding one at the start of a run of digits carries to the byte behind it, and on into
        // the next block. Where that byte is part of a word, it is a letter.
        const std::uint64_t first = starts & block.digits;
        const std::uint64_t sum = block.digits + first;
        const std::uint64_t total = sum + carry_;
        const std::uint64_t behind = total & ~block.digits & block.words;
        carry_ = static_cast<std::uint64_t>(sum < first) | static_cast<std::uint64_t>(total < sum);
        inside_ = block.words >> 63;
        return (starts & ~block.digits) | behind;
    }

private:
    std::uint64_t inside_ = 0;  // 1 while a word reaches over the edge of a block
    std::uint64_t carry_ = 0;   // 1 while it has digits only so far
};

}  // namespace detail

/// A word that has a letter: where it begins and ends, and where its last letter does.
struct Word {
    std::size_t begin;
    std::size_t end;
    std::size_t letters_end;  ///< Digits from here to `end` only.
};

namespace detail {

/// The word at the lowest bit that WordFinder found in the block of `text`.
inline Word word_at(std::string_view text, std::size_t block, const Classes& classes,
                    std::uint64_t found) {
    const auto at = static_cast<unsigned>(std::countr_zero(found));
    const std::uint64_t run = classes.words >> at;
    const std::uint64_t letters = (classes.words & ~classes.digits) >> at & (run & ~(run + 1));
    Word word{.begin = block + at,
              .end = block + at + static_cast<unsigned>(std::countr_one(run)),
              .letters_end = block + at + static_cast<unsigned>(std::bit_width(letters))};
    while (word.begin > 0 && is_digit(text[word.begin - 1])) --word.begin;
    if (word.end == block + 64) {
        for (; word.end < text.size() && is_word(text[word.end]); ++word.end) {
            if (!is_digit(text[word.end])) word.letters_end = word.end + 1;
        }
    }
    return word;
}

}  // namespace detail

/// Calls visit(word, hints) for every word with a letter for which hints_of(word) is not 0, from
/// left to right. The words of 64 bytes are sifted before the first of them is visited: nearly all
/// are turned away, and a sieve without branches costs less than guessing which are not.
template <class HintsOf, class Visit>
void for_each_word(std::string_view text, HintsOf hints_of, Visit visit) {
    struct Sifted {
        Word word;
        unsigned hints;
    };
    detail::WordFinder finder;
    std::array<Sifted, 33> sifted;
    for (std::size_t block = 0; block < text.size(); block += 64) {
        const detail::Classes classes = detail::classify(text, block);
        std::size_t count = 0;
        for (auto found = finder.find(classes); found != 0; found &= found - 1) {
            const Word word = detail::word_at(text, block, classes, found);
            const unsigned hints = hints_of(word);
            sifted[count] = {word, hints};
            count += hints != 0 ? 1 : 0;
        }
        for (std::size_t i = 0; i < count; ++i) visit(sifted[i].word, sifted[i].hints);
    }
}

template <class Visit>
void for_each_word(std::string_view text, Visit visit) {
    for_each_word(
        text, [](const Word&) { return 1U; }, [&](const Word& word, unsigned) { visit(word); });
}

}  // namespace turnpike::identity
