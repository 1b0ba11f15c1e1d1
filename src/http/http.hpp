// HTTP/1.1 as bytes in, messages out: strict parsing of heads and chunks, and the pieces that are
// sent. No sockets, no policy. What a strict reader could read two ways is an Error, always.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "core/arena.hpp"
#include "core/exchange.hpp"
#include "core/number.hpp"
#include "http/field_section.hpp"
#include "turnpike/error.hpp"
#include "turnpike/request.hpp"

namespace turnpike::http {

/// Limits on one head; `limits.request_head` sets the first. RFC 9112 §3, §5.
struct HeadLimits {
    std::size_t bytes = 32 * 1024;  ///< Whole head; more is 431.
    std::size_t target = 8 * 1024;  ///< Request target; more is 414.
    std::size_t fields = 100;       ///< Field lines; more is 431.
};

/// Name (a token) to id without regard to case. `turnpike` is X-Turnpike-* with any mix of `-` and
/// `_`, and also what CGI cannot tell from another field of ours: `X_Forwarded_For` and the like.
FieldId field_id(std::string_view name);
Method method_id(std::string_view name);
bool equals_ignoring_case(std::string_view a, std::string_view b);
/// `host [":" port]` without userinfo; an IPv6 address stands in brackets. RFC 9110 §7.2.
bool is_authority(std::string_view text);
/// Takes the first element off a comma-separated list, white space trimmed; may be empty.
std::string_view take_element(std::string_view& list);
/// Calls `visit(token)` for each element that is not empty. Quoted strings are not looked into.
template <class Visit>
void for_each_element(std::string_view list, Visit visit) {
    while (!list.empty()) {
        const std::string_view element = take_element(list);
        if (!element.empty()) visit(element);
    }
}

/// One element of Accept, RFC 9110 §12.5.1. Parameters other than the weight are not kept.
struct MediaRange {
    std::string_view type, subtype;  ///< As written; `*` = any.
    std::uint16_t weight = 1000;     ///< In thousandths; 0 = not wanted at all.
};
/// Takes the first range off a line of Accept. What is malformed is passed over.
std::optional<MediaRange> take_media_range(std::string_view& accept);

/// Takes the last element off a comma-separated list, white space trimmed; may be empty. Commas
/// within quotes divide nothing. Whatever stands before an element, it is read the same.
std::string_view take_last_quotable(std::string_view& list);

/// What one proxy says of who asked it: an element of Forwarded, RFC 7239 §4.
struct ForwardedElement {
    std::optional<Address> client;  ///< `for`, where it is an address and not a name that hides.
    std::string_view proto;
    std::string_view host;  ///< Empty where it is no authority.
};
/// Nothing where the element breaks the grammar or says a thing twice.
std::optional<ForwardedElement> parse_forwarded(std::string_view element);

/// Reads one request head, line by line as bytes arrive, so that a bare LF or a bad field name is
/// refused at once and not when the head ends. Views of the result point into the bytes given; the
/// field array stands in the arena. Identical Content-Length values come out as one field.
class RequestParser {
public:
    RequestParser(Arena& arena, const HeadLimits& limits);
    /// `bytes` is everything received of this message so far, empty lines before it included; it
    /// must not move between calls (else call restart()). Returns the length of the complete head,
    /// nullopt while more is needed, or an Error with the status that RFC 9112 gives it.
    Result<std::optional<std::size_t>> parse(std::string_view bytes);
    /// Forget all progress: the bytes have moved, or the next message begins.
    void restart();
    /// Whether any byte of the request line has been seen (408 or silent close on a timeout).
    bool started() const { return phase_ != Phase::empty_lines; }
    /// Complete after parse() returned a length. After an Error it holds what had been understood,
    /// no fields, no body and no leave to keep the connection.
    const RequestHead& head() const { return head_; }

private:
    enum class Phase : std::uint8_t { empty_lines, method, target, version, fields };

    Progress advance(const char* end);
    Progress skip_empty_lines(const char* end);
    Progress read_method(const char* end);
    Progress read_target(const char* end);
    Progress read_version(const char* end);
    Progress read_fields(const char* end);
    bool understand_target();
    bool take_absolute_form(std::string_view target);
    bool understand_fields();
    bool understand_host();
    bool understand_framing();
    bool understand_expectation();
    Progress fail(const Flaw& flaw);

    Arena& arena_;
    HeadLimits limits_;
    FieldSection fields_;
    RequestHead head_;
    const char* start_ = nullptr;  // of the element being read
    const char* at_ = nullptr;     // read up to here
    Phase phase_ = Phase::empty_lines;
    Flaw flaw_;
};

/// The same for an origin's response; interim (1xx) heads are returned like any other. `method` is
/// that of the request, since a response to HEAD has no body. Every Error has Side::origin, 502.
class ResponseParser {
public:
    ResponseParser(Arena& arena, Method method, std::size_t limit = Buffer::large_size);
    Result<std::optional<std::size_t>> parse(std::string_view bytes);
    void restart();
    const ResponseHead& head() const { return head_; }

private:
    enum class Phase : std::uint8_t { status, reason, fields };

    Progress advance(const char* end);
    Progress read_status(const char* end);
    Progress read_reason(const char* end);
    Progress read_fields(const char* end);
    bool understand_fields();
    bool understand_framing();
    Progress fail(std::string_view what);

    Method method_;
    std::size_t limit_;
    FieldSection fields_;
    ResponseHead head_;
    const char* start_ = nullptr;
    const char* at_ = nullptr;
    Phase phase_ = Phase::status;
    Flaw flaw_;
};

/// Takes a chunked body apart, RFC 9112 §7.1, without copying. Extensions are checked and dropped;
/// trailers are checked and kept where they may be forwarded (no framing, routing or content
/// field).
class ChunkDecoder {
public:
    /// `side` is blamed in Errors: client → 400, origin → 502.
    explicit ChunkDecoder(Side side) : side_(side) {}

    struct Step {
        std::size_t consumed = 0;  ///< Bytes of the input that are done with, `data` included.
        std::string_view data;     ///< Body bytes, a view into the input; may be empty.
        bool finished = false;     ///< The last chunk and its trailers have been read.
    };
    /// Reads on from `bytes`, stopping after one run of data. What was not consumed must be given
    /// again; `consumed` is 0 only where more bytes are needed. A size line or trailer section
    /// longer than 8 KiB is an Error, and so is more than 16 KiB of extensions.
    Result<Step> decode(std::string_view bytes);
    /// Trailer lines fit to forward, serialised (`Name: value\r\n`…); valid after `finished` and
    /// while the decoder lives. Empty where there were none.
    std::string_view trailers() const { return {trailers_.data(), kept_size_}; }

private:
    // In the order of the grammar. A line is read octet by octet, so it may be split anywhere.
    enum class State : std::uint8_t {
        size_first,
        size,
        gap_before_semicolon,
        extension_name_first,
        extension_name,
        gap_before_equals,
        extension_value_first,
        extension_token,
        extension_quoted,
        extension_escape,
        extension_quoted_end,
        size_line_feed,
        data,
        data_return,
        data_line_feed,
        trailer_first,
        trailer_name,
        trailer_padding,
        trailer_value,
        trailer_line_feed,
        last_line_feed,
        finished
    };

    bool take(char octet);
    bool take_size(char octet);
    bool take_extension(char octet);
    bool take_extension_value(char octet);
    bool take_trailer(char octet);
    bool end_extension(char octet);
    bool end_size_line();
    void end_trailer();
    bool enter(State state);
    bool enter_if(bool condition, State state) { return condition && enter(state); }
    void keep(char octet) { trailers_.data()[written_++] = octet; }
    Error error(Fault fault, std::string_view what) const;

    Side side_;
    State state_ = State::size_first;
    std::uint8_t digits_ = 0;
    std::uint64_t size_ = 0;     // of the chunk; counts down while its data passes
    std::size_t line_size_ = 0;  // of the size line, or of the trailer section
    std::size_t extensions_size_ = 0;
    Buffer trailers_;            // borrowed when the first trailer comes
    std::size_t kept_size_ = 0;  // complete lines in it
    std::size_t name_size_ = 0;  // of the current line's name
    std::size_t written_ = 0;
};

/// Takes the bytes of a body of any framing apart into parts, without copying. For requests and
/// responses alike; whoever owns the bytes reads more of them and calls again.
class BodyReader {
public:
    BodyReader(Framing framing, std::uint64_t content_length, Side side);

    struct Taken {
        std::size_t consumed = 0;  ///< Bytes that are done with once the part has been passed on.
        BodyPart part;
    };
    /// What the bytes hold; views stay within `bytes`. A part without data that is not the last
    /// means that more bytes are needed; what was not consumed must be given again.
    Result<Taken> take(std::string_view bytes);
    /// The peer has ended the stream: the end of a body that lasts until then, else an Error.
    Result<BodyPart> end_of_stream();
    bool finished() const { return finished_; }
    /// No more bytes than this belong to the body, as far as is known.
    std::uint64_t wanted() const;

private:
    Result<Taken> take_chunks(std::string_view bytes);
    Framing framing_;
    Side side_;
    bool finished_;
    std::uint64_t remaining_;  // with Framing::length
    ChunkDecoder chunks_;
    std::array<std::string_view, 10> pieces_;
};

/// `1a2b\r\n` for a chunk of `size` bytes (> 0), written to `room`; the data and then `\r\n`
/// follow.
inline constexpr std::size_t chunk_head_room = 18;
std::string_view write_chunk_head(std::uint64_t size, char* room);
inline constexpr std::string_view chunk_end = "\r\n";
/// Ends a chunked body that has no trailers.
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

/// Puts parts of a body on the wire: as they are, or each as one chunk.
class PartFramer {
public:
    static constexpr std::size_t max_pieces = 16;
    /// Keeps the pieces in `arena`.
    explicit PartFramer(Arena& arena) : pieces_(arena.array<std::string_view>(max_pieces)) {}
    /// `head` (may be empty), then the part; `chunked` frames it and ends the body with
    /// `part.last`. Views hold until the next call.
    std::span<const std::string_view> frame(std::string_view head, const BodyPart& part,
                                            bool chunked);

private:
    std::span<std::string_view> pieces_;
    std::array<char, chunk_head_room> chunk_head_;
};

/// Appends to a fixed piece of memory; the caller has worked out that it suffices.
class Writer {
public:
    explicit Writer(char* room) : start_(room), next_(room) {}
    // Inline, so that copying a literal becomes a store or two.
    void add(std::string_view text) {
        if (!text.empty()) std::memcpy(next_, text.data(), text.size());
        next_ += text.size();
    }
    void add_number(std::uint64_t number) { next_ = write_number(next_, number); }
    /// `name: value\r\n`
    void add_field(std::string_view name, std::string_view value) {
        add(name);
        add(": ");
        add(value);
        add("\r\n");
    }
    std::string_view text() const { return {start_, static_cast<std::size_t>(next_ - start_)}; }

private:
    char* start_;
    char* next_;
};

/// The fields of both, one after the other, in the arena.
std::span<const Field> joined(std::span<const Field> first, std::span<const Field> second,
                              Arena& arena);

/// `Not Found` for 404 …; empty for a status this list does not know. RFC 9110 §15, 6585, 8297.
std::string_view reason_phrase(std::uint16_t status);

}  // namespace turnpike::http
