// Responses, RFC 9112 §4, §6.3, as strict as requests: an origin that is misread is an origin whose
// answers can be swapped.
#include <algorithm>

#include "http/characters.hpp"
#include "http/http.hpp"
#include "http/values.hpp"

namespace turnpike::http {
namespace {

/// Shape of what precedes the reason: `1` any digit from 1, `0` any digit, the rest as it is.
constexpr std::string_view status_shape = "HTTP/1.0 100";
constexpr std::size_t major_version_at = 5;
constexpr std::size_t most_fields = 256;

bool fits(char octet, std::size_t at) {
    const char shape = status_shape[at];
    if (at == major_version_at || !is(shape, Octets::digit)) return octet == shape;
    return is(octet, Octets::digit) && octet >= shape;
}

}  // namespace

ResponseParser::ResponseParser(Arena& arena, Method method, std::size_t limit)
    : method_(method), limit_(limit), fields_(arena, most_fields) {}

void ResponseParser::restart() {
    head_ = {};
    start_ = at_ = nullptr;
    phase_ = Phase::status;
}

Result<std::optional<std::size_t>> ResponseParser::parse(std::string_view bytes) {
    if (bytes.empty()) return std::optional<std::size_t>{};
    if (at_ == nullptr) start_ = at_ = bytes.data();
    const Progress progress = advance(bytes.data() + std::min(bytes.size(), limit_));
    if (progress == Progress::done) {
        return std::optional(static_cast<std::size_t>(fields_.position() - bytes.data()));
    }
    if (progress == Progress::more) {
        if (bytes.size() < limit_) return std::optional<std::size_t>{};
        flaw_ = {502, "the response head is too large", Fault::too_large};
    }
    return Error{flaw_.fault, Side::origin, 502, flaw_.what};
}

Progress ResponseParser::advance(const char* end) {
    switch (phase_) {
        case Phase::status:
            if (const Progress step = read_status(end); step != Progress::done) return step;
            [[fallthrough]];
        case Phase::reason:
            if (const Progress step = read_reason(end); step != Progress::done) return step;
            [[fallthrough]];
        case Phase::fields:
            return read_fields(end);
    }
    return Progress::failed;
}

Progress ResponseParser::read_status(const char* end) {
    const std::size_t arrived =
        std::min(static_cast<std::size_t>(end - start_), status_shape.size());
    for (std::size_t i = 0; i < arrived; ++i) {
        if (!fits(start_[i], i)) return fail("invalid status line");
    }
    if (arrived < status_shape.size()) return Progress::more;
    const auto digit = [this](std::size_t at) { return start_[at] - '0'; };
    head_.minor_version = digit(7) == 0 ? 0 : 1;
    head_.status = static_cast<std::uint16_t>(digit(9) * 100 + digit(10) * 10 + digit(11));
    start_ = at_ = start_ + status_shape.size();
    phase_ = Phase::reason;
    return Progress::done;
}

/// `[ SP reason-phrase ] CRLF`: the space is often left out together with the phrase.
Progress ResponseParser::read_reason(const char* end) {
    at_ = skip_value(std::max(at_, start_), end);
    if (at_ != start_ && *start_ != ' ') return fail("invalid status line");
    if (at_ == end) return Progress::more;
    if (*at_ != '\r') return fail("invalid reason phrase");
    if (end - at_ < 2) return Progress::more;
    if (at_[1] != '\n') return fail("bare CR in the status line");
    head_.reason = trimmed({start_, static_cast<std::size_t>(at_ - start_)});
    phase_ = Phase::fields;
    fields_.start(at_ + 2);
    return Progress::done;
}

Progress ResponseParser::read_fields(const char* end) {
    const Progress progress = fields_.read(end);
    if (progress == Progress::failed) {
        flaw_ = fields_.flaw();
    } else if (progress == Progress::done && !understand_fields()) {
        return Progress::failed;
    }
    return progress;
}

bool ResponseParser::understand_fields() {
    FieldSection::Connection connection;
    if (!fields_.apply_connection(connection)) {
        fail("too many Connection options");
        return false;
    }
    // RFC 9112 §9.3: for a response, keep-alive counts in HTTP/1.0 too.
    head_.keep_alive = !connection.close && (head_.minor_version > 0 || connection.keep_alive);
    if (!understand_framing()) return false;
    head_.fields = fields_.fields();
    return true;
}

/// RFC 9112 §6.3, in its order; a body that nobody delimits costs the connection.
bool ResponseParser::understand_framing() {
    const bool coded = fields_.has(FieldId::transfer_encoding);
    head_.has_content_length = fields_.has(FieldId::content_length);
    if (head_.has_content_length) head_.content_length = fields_.take_content_length();
    const bool bodiless =
        method_ == Method::head || head_.status < 200 || head_.status == 204 || head_.status == 304;
    const bool valid_coding =
        !coded || (!head_.has_content_length && head_.minor_version > 0 &&
                   !fields_.repeated(FieldId::transfer_encoding) &&
                   !flaw_in_coding(fields_.value(FieldId::transfer_encoding)));
    if (!valid_coding) {
        fail("invalid Transfer-Encoding");
        return false;
    }
    if (bodiless) {
        head_.framing = Framing::none;
    } else if (coded) {
        head_.framing = Framing::chunked;
    } else if (head_.has_content_length) {
        head_.framing = Framing::length;
    } else {
        head_.framing = Framing::until_close;
        head_.keep_alive = false;
    }
    return true;
}

Progress ResponseParser::fail(std::string_view what) {
    flaw_ = {502, what};
    return Progress::failed;
}

}  // namespace turnpike::http
