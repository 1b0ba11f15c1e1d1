// The chunked coding taken apart, RFC 9112 §7.1: strict about every octet of its lines, because a
// line that two readers end differently is a smuggled request.
#include <algorithm>

#include "http/characters.hpp"
#include "http/http.hpp"
#include "http/names.hpp"

namespace turnpike::http {
namespace {

constexpr std::size_t longest_line = 8 * 1024;
constexpr std::size_t most_extensions = 16 * 1024;
constexpr unsigned most_digits = 16;
constexpr std::uint64_t largest_chunk = (std::uint64_t{1} << 63) - 1;

// A kept line is at most one octet longer than it was: the space behind the colon.
static_assert(Buffer::small_size >= 2 * longest_line);

constexpr std::uint64_t value_of(char digit) {
    const char lower = to_lower(digit);
    return static_cast<std::uint64_t>(lower <= '9' ? lower - '0' : lower - 'a' + 10);
}

}  // namespace

Error ChunkDecoder::error(Fault fault, std::string_view what) const {
    const std::uint16_t status = side_ == Side::origin ? 502 : 400;
    return {fault, side_, status, what};
}

Result<ChunkDecoder::Step> ChunkDecoder::decode(std::string_view bytes) {
    Step step;
    while (step.consumed < bytes.size() && state_ != State::finished) {
        if (state_ == State::data) {
            step.data = bytes.substr(step.consumed, std::min<std::uint64_t>(size_, bytes.size()));
            size_ -= step.data.size();
            step.consumed += step.data.size();
            if (size_ == 0) state_ = State::data_return;
            return step;
        }
        if (!take(bytes[step.consumed])) return error(Fault::malformed, "invalid chunk");
        ++step.consumed;
        if (line_size_ > longest_line || extensions_size_ > most_extensions) {
            return error(Fault::too_large, "too much between two chunks");
        }
    }
    step.finished = state_ == State::finished;
    return step;
}

bool ChunkDecoder::enter(State state) {
    state_ = state;
    return true;
}

bool ChunkDecoder::take(char octet) {
    switch (state_) {
        case State::size_first:
        case State::size:
        case State::size_line_feed:
            ++line_size_;
            return take_size(octet);
        case State::data_return:
            return enter_if(octet == '\r', State::data_line_feed);
        case State::data_line_feed:
            line_size_ = 0;
            return enter_if(octet == '\n', State::size_first);
        case State::trailer_first:
        case State::trailer_name:
        case State::trailer_padding:
        case State::trailer_value:
        case State::trailer_line_feed:
            ++line_size_;
            return take_trailer(octet);
        case State::last_line_feed:
            return enter_if(octet == '\n', State::finished);
        case State::data:
        case State::finished:
            return false;
        default:
            ++line_size_;
            ++extensions_size_;
            return take_extension(octet);
    }
}

bool ChunkDecoder::take_size(char octet) {
    if (state_ == State::size_line_feed) return octet == '\n' && end_size_line();
    if (!is(octet, Octets::hexadecimal)) return state_ == State::size && end_extension(octet);
    if (state_ == State::size_first) {
        digits_ = 0;
        size_ = 0;
        state_ = State::size;
    }
    size_ = size_ * 16 + value_of(octet);
    return ++digits_ <= most_digits && size_ <= largest_chunk;
}

bool ChunkDecoder::end_size_line() {
    line_size_ = 0;
    return enter(size_ == 0 ? State::trailer_first : State::data);
}

/// What may follow the size, and each extension.
bool ChunkDecoder::end_extension(char octet) {
    if (octet == '\r') return enter(State::size_line_feed);
    if (octet == ';') return enter(State::extension_name_first);
    return enter_if(is_white_space(octet), State::gap_before_semicolon);
}

/// `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )`; white space that no `;`
/// follows is no part of it.
bool ChunkDecoder::take_extension(char octet) {
    const bool space = is_white_space(octet);
    switch (state_) {
        case State::gap_before_semicolon:
            return space || enter_if(octet == ';', State::extension_name_first);
        case State::extension_name_first:
            return space || enter_if(is(octet, Octets::token), State::extension_name);
        case State::extension_name:
            if (is(octet, Octets::token)) return true;
            if (octet == '=') return enter(State::extension_value_first);
            return space ? enter(State::gap_before_equals) : end_extension(octet);
        case State::gap_before_equals:
            if (octet == '=') return enter(State::extension_value_first);
            return space || enter_if(octet == ';', State::extension_name_first);
        default:
            return take_extension_value(octet);
    }
}

bool ChunkDecoder::take_extension_value(char octet) {
    switch (state_) {
        case State::extension_value_first:
            if (octet == '"') return enter(State::extension_quoted);
            return is_white_space(octet) ||
                   enter_if(is(octet, Octets::token), State::extension_token);
        case State::extension_token:
            return is(octet, Octets::token) || end_extension(octet);
        case State::extension_quoted:
            if (octet == '\\') return enter(State::extension_escape);
            return is(octet, Octets::quoted) || enter_if(octet == '"', State::extension_quoted_end);
        case State::extension_escape:
            return enter_if(is(octet, Octets::value), State::extension_quoted);
        case State::extension_quoted_end:
            return end_extension(octet);
        default:
            return false;
    }
}

/// A line is written down as it comes and forgotten at its end if it may not go on.
bool ChunkDecoder::take_trailer(char octet) {
    switch (state_) {
        case State::trailer_first:
            if (octet == '\r') return enter(State::last_line_feed);
            if (!is(octet, Octets::token)) return false;
            if (!trailers_) trailers_ = Buffer::small();
            written_ = kept_size_;
            keep(octet);
            return enter(State::trailer_name);
        case State::trailer_name:
            keep(octet);
            if (is(octet, Octets::token)) return true;
            name_size_ = written_ - 1 - kept_size_;
            keep(' ');
            return enter_if(octet == ':', State::trailer_padding);
        case State::trailer_padding:
            if (is_white_space(octet)) return true;
            state_ = State::trailer_value;
            [[fallthrough]];
        case State::trailer_value:
            if (octet == '\r') return enter(State::trailer_line_feed);
            keep(octet);
            return is(octet, Octets::value);
        case State::trailer_line_feed:
            if (octet != '\n') return false;
            end_trailer();
            return enter(State::trailer_first);
        default:
            return false;
    }
}

void ChunkDecoder::end_trailer() {
    const char* text = trailers_.data();
    if (!may_be_trailer({text + kept_size_, name_size_})) return;
    const std::size_t value = kept_size_ + name_size_ + 2;
    while (written_ > value && is_white_space(text[written_ - 1])) --written_;
    keep('\r');
    keep('\n');
    kept_size_ = written_;
}

}  // namespace turnpike::http
