// Escaping. Almost all bytes of a log line need none, so runs are copied sixteen or eight bytes at
// a time, and only the byte that ends a run is looked at singly.
#include "telemetry/escape.hpp"

#include <algorithm>
#include <array>
#include <bit>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace turnpike::telemetry {
namespace {

static_assert(std::endian::native == std::endian::little, "the first byte is taken to be lowest");

constexpr std::uint64_t repeat(unsigned char byte) {
    return 0x0101010101010101u * byte;
}

/// How many bytes of a word come before the first that ends a run: a control, DEL, `"`, `\`, and
/// all beyond ASCII.
std::size_t plain_bytes(std::uint64_t word) {
    // Each term has the top bit of a byte it looks for; above the first there may be false ones, as
    // subtraction borrows.
    const std::uint64_t found = word | (word - repeat(0x20)) | (word + repeat(1)) |
                                ((word ^ repeat('"')) - repeat(1)) |
                                ((word ^ repeat('\\')) - repeat(1));
    return static_cast<std::size_t>(std::countr_zero(found & repeat(0x80))) / 8;
}

/// Copies a block and returns how many bytes of it come before the end of the run.
struct Word {
    static constexpr std::size_t size = 8;
    static std::size_t copy(char* out, const char* in) {
        std::uint64_t word;
        std::memcpy(&word, in, size);
        std::memcpy(out, &word, size);
        return plain_bytes(word);
    }
};

#ifdef __SSE2__
struct Vector {
    static constexpr std::size_t size = 16;
    static std::size_t copy(char* out, const char* in) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out), bytes);
        // As signed bytes all beyond ASCII is negative, so one comparison finds it and controls.
        const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
        const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
        const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
        const __m128i del = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));
        const __m128i found = _mm_or_si128(_mm_or_si128(low, quote), _mm_or_si128(backslash, del));
        const auto ends = static_cast<unsigned>(_mm_movemask_epi8(found));
        return static_cast<std::size_t>(std::countr_zero(ends | 1u << size));
    }
};
#else
using Vector = Word;
#endif

/// For texts of a block or more. The last block overlaps the one before it instead of ending early.
template <class Block>
std::size_t copy_blocks(char* out, const char* in, std::size_t size) {
    const std::size_t last = size - Block::size;
    for (std::size_t at = 0;; at = std::min(at + Block::size, last)) {
        const std::size_t plain = Block::copy(out + at, in + at);
        if (plain < Block::size) return at + plain;
        if (at == last) return size;
    }
}

/// One to seven bytes as the lowest of a word, the others zero. Loads may overlap: the bytes that
/// they have in common are the same.
std::uint64_t load_short(const char* in, std::size_t size) {
    if (size >= 4) {
        std::uint32_t first, last;
        std::memcpy(&first, in, sizeof first);
        std::memcpy(&last, in + size - sizeof last, sizeof last);
        return first | std::uint64_t{last} << 8 * (size - sizeof last);
    }
    const auto byte = [in](std::size_t at) {
        return std::uint64_t{static_cast<unsigned char>(in[at])} << 8 * at;
    };
    return byte(0) | byte(size / 2) | byte(size - 1);
}

/// Copies from `in` up to a byte that ends a run, at most `size`; returns how many are copied.
/// Blocks are stored before they are judged; of a short text seven bytes more may be touched.
std::size_t copy_run(char* out, const char* in, std::size_t size) {
    if (size >= Vector::size) return copy_blocks<Vector>(out, in, size);
    if (size >= Word::size) return copy_blocks<Word>(out, in, size);
    if (size == 0) return 0;
    const std::uint64_t word = load_short(in, size);  // whose zeros end the run behind the text
    std::memcpy(out, &word, sizeof word);
    return plain_bytes(word);
}

/// What is left of a text, and of the room for it.
struct Cursor {
    char* out;
    const char* in;
    std::size_t left;
    std::size_t room;

    unsigned char byte(std::size_t i) const { return static_cast<unsigned char>(in[i]); }
    void moved(std::size_t read, std::size_t written) {
        in += read;
        left -= read;
        out += written;
        room -= written;
    }
};

/// How many bytes the character at `at` takes, 0 where it is not valid UTF-8 (RFC 3629 §4: no
/// overlong forms, no surrogates, nothing beyond U+10FFFF).
std::size_t utf8_size(const Cursor& at) {
    const unsigned char lead = at.byte(0);
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || at.left < size) return 0;
    const unsigned char second = at.byte(1);
    const unsigned lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (second < lowest || second > highest) return 0;
    for (std::size_t i = 2; i < size; ++i) {
        if ((at.byte(i) & 0xc0) != 0x80) return 0;
    }
    return size;
}

// The writers of single characters say false, and move nothing, where there is no room.

/// `prefix` and two hexadecimal digits for `size` bytes of the text.
bool write_hex(Cursor& at, std::string_view prefix, unsigned char byte, std::size_t size = 1) {
    constexpr char digits[] = "0123456789ABCDEF";
    const std::size_t needed = prefix.size() + 2;
    if (at.room < needed) return false;
    char* out = write_plain(at.out, prefix);
    out[0] = digits[byte >> 4];
    out[1] = digits[byte & 0xf];
    at.moved(size, needed);
    return true;
}

constexpr std::string_view latin1 = "\\u00";

bool write_beyond_ascii(Cursor& at) {
    const std::size_t size = utf8_size(at);
    if (size == 0) return write_hex(at, latin1, at.byte(0));
    // U+0080 to U+009F are controls too, and some terminals obey them.
    if (at.byte(0) == 0xc2 && at.byte(1) < 0xa0) return write_hex(at, latin1, at.byte(1), 2);
    if (at.room < size) return false;
    std::memcpy(at.out, at.in, size);
    at.moved(size, size);
    return true;
}

/// The character that ended a run.
bool write_json_special(Cursor& at) {
    const unsigned char byte = at.byte(0);
    if (byte >= 0x80) return write_beyond_ascii(at);
    if (byte != '"' && byte != '\\') return write_hex(at, latin1, byte);
    if (at.room < 2) return false;
    at.out[0] = '\\';
    at.out[1] = *at.in;
    at.moved(1, 2);
    return true;
}

bool write_combined_special(Cursor& at) {
    return write_hex(at, "\\x", at.byte(0));
}

/// From the first character that is not plain. Apart, so that the usual case stays short.
template <class WriteSpecial>
[[gnu::noinline]] char* write_rest(Cursor at, WriteSpecial write_special) {
    while (at.left > 0 && at.room > 0 && write_special(at)) {
        const std::size_t copied = copy_run(at.out, at.in, std::min(at.left, at.room));
        at.moved(copied, copied);
    }
    return at.out;
}

template <class WriteSpecial>
char* write_text(char* out, std::string_view text, std::size_t limit, WriteSpecial write_special) {
    const std::size_t copied = copy_run(out, text.data(), std::min(text.size(), limit));
    if (copied == text.size()) return out + copied;
    const Cursor at{out + copied, text.data() + copied, text.size() - copied, limit - copied};
    return write_rest(at, write_special);
}

}  // namespace

char* write_json_text(char* out, std::string_view text, std::size_t limit) {
    return write_text(out, text, limit, write_json_special);
}

char* write_combined_text(char* out, std::string_view text, std::size_t limit) {
    return write_text(out, text, limit, write_combined_special);
}

}  // namespace turnpike::telemetry
