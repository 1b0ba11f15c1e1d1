// Requests, RFC 9112 §2, §3, §5, §6: what a client says in its head, or the status that refuses it.
#include <algorithm>
#include <cstring>

#include "http/characters.hpp"
#include "http/http.hpp"
#include "http/values.hpp"

namespace turnpike::http {
namespace {

constexpr std::ptrdiff_t longest_method = 32;
constexpr std::ptrdiff_t most_empty_lines = 4;
constexpr std::string_view version_line = "HTTP/1.1\r\n";

}  // namespace

RequestParser::RequestParser(Arena& arena, const HeadLimits& limits)
    : arena_(arena), limits_(limits), fields_(arena, limits.fields) {}

void RequestParser::restart() {
    head_ = {};
    start_ = at_ = nullptr;
    phase_ = Phase::empty_lines;
}

Result<std::optional<std::size_t>> RequestParser::parse(std::string_view bytes) {
    if (bytes.empty()) return std::optional<std::size_t>{};
    if (at_ == nullptr) start_ = at_ = bytes.data();
    const Progress progress = advance(bytes.data() + std::min(bytes.size(), limits_.bytes));
    if (progress == Progress::done) {
        return std::optional(static_cast<std::size_t>(fields_.position() - bytes.data()));
    }
    if (progress == Progress::more) {
        if (bytes.size() < limits_.bytes) return std::optional<std::size_t>{};
        const bool in_target = phase_ == Phase::target;
        fail({in_target ? std::uint16_t{414} : std::uint16_t{431},
              in_target ? "the request target is too long" : "the request head is too large",
              Fault::too_large});
    }
    return Error{flaw_.fault, Side::client, flaw_.status, flaw_.what};
}

Progress RequestParser::advance(const char* end) {
    switch (phase_) {
        case Phase::empty_lines:
            if (const Progress step = skip_empty_lines(end); step != Progress::done) return step;
            [[fallthrough]];
        case Phase::method:
            if (const Progress step = read_method(end); step != Progress::done) return step;
            [[fallthrough]];
        case Phase::target:
            if (const Progress step = read_target(end); step != Progress::done) return step;
            [[fallthrough]];
        case Phase::version:
            if (const Progress step = read_version(end); step != Progress::done) return step;
            [[fallthrough]];
        case Phase::fields:
            return read_fields(end);
    }
    return Progress::failed;
}

/// RFC 9112 §2.2: some clients send a CRLF too many behind a body.
Progress RequestParser::skip_empty_lines(const char* end) {
    for (; at_ != end && (*at_ == '\r' || *at_ == '\n'); ++at_) {
        const bool second = (at_ - start_) % 2 == 1;
        if ((*at_ == '\n') != second) return fail({400, "a bare CR or LF before the request"});
        if (at_ - start_ >= 2 * most_empty_lines) return fail({400, "too many empty lines"});
    }
    if (at_ == end) return Progress::more;
    if ((at_ - start_) % 2 == 1) return fail({400, "a bare CR before the request"});
    start_ = at_;
    phase_ = Phase::method;
    return Progress::done;
}

Progress RequestParser::read_method(const char* end) {
    at_ = skip(at_, end, Octets::token);
    if (at_ - start_ > longest_method) {
        return fail({501, "the method is unknown", Fault::unsupported});
    }
    if (at_ == end) return Progress::more;
    if (*at_ != ' ' || at_ == start_) return fail({400, "invalid request method"});
    head_.method_name = {start_, static_cast<std::size_t>(at_ - start_)};
    head_.method = method_id(head_.method_name);
    start_ = ++at_;
    phase_ = Phase::target;
    return Progress::done;
}

Progress RequestParser::read_target(const char* end) {
    at_ = skip_target(at_, end);
    if (static_cast<std::size_t>(at_ - start_) > limits_.target) {
        return fail({414, "the request target is too long", Fault::too_large});
    }
    if (at_ == end) return Progress::more;
    if (*at_ == '\r') return fail({400, "the request line lacks a version"});
    if (*at_ == '#') return fail({400, "a fragment in the request target"});
    if (*at_ != ' ' || at_ == start_) return fail({400, "invalid request target"});
    head_.target = {start_, static_cast<std::size_t>(at_ - start_)};
    start_ = ++at_;
    phase_ = Phase::version;
    return Progress::done;
}

/// Ten octets at most, so what has arrived is looked at anew each time.
Progress RequestParser::read_version(const char* end) {
    const std::size_t size = std::min(static_cast<std::size_t>(end - start_), version_line.size());
    const std::string_view arrived(start_, size);
    for (std::size_t at = arrived == version_line ? size : 0; at < size; ++at) {
        const char octet = arrived[at];
        if (octet == version_line[at]) continue;
        const bool digit = is(octet, Octets::digit);
        if (at == 5 && digit) return fail({505, "HTTP version not supported", Fault::unsupported});
        if (at == 7 && digit) continue;  // any minor version, RFC 9110 §2.5
        return fail({400, at < 8 ? "invalid HTTP version" : "the request line is malformed"});
    }
    if (size < version_line.size()) return Progress::more;
    head_.minor_version = start_[7] == '0' ? 0 : 1;
    at_ = start_ + version_line.size();
    phase_ = Phase::fields;
    fields_.start(at_);
    return understand_target() ? Progress::done : Progress::failed;
}

Progress RequestParser::read_fields(const char* end) {
    const Progress progress = fields_.read(end);
    if (progress == Progress::failed) return fail(fields_.flaw());
    if (progress == Progress::done && !understand_fields()) return Progress::failed;
    return progress;
}

/// RFC 9112 §3.2. The four forms; the target becomes what the origin is to see.
bool RequestParser::understand_target() {
    if (head_.method == Method::connect) {
        fail({405, "CONNECT is for proxies", Fault::unsupported});
        return false;
    }
    const std::string_view target = head_.target;
    if (target != "*" || head_.method != Method::options) {
        if (!target.starts_with('/') && !take_absolute_form(target)) {
            fail({400, "invalid request target"});
            return false;
        }
    }
    const void* mark = std::memchr(head_.target.data(), '?', head_.target.size());
    head_.has_query = mark != nullptr;
    head_.path = head_.target;
    if (head_.has_query) {
        const auto size =
            static_cast<std::size_t>(static_cast<const char*>(mark) - head_.target.data());
        head_.path = head_.target.substr(0, size);
        head_.query = head_.target.substr(size + 1);
    }
    return true;
}

/// RFC 9112 §3.2.2, §3.2.4 for OPTIONS without a path.
bool RequestParser::take_absolute_form(std::string_view target) {
    const std::size_t scheme = std::min(target.find("://"), target.size());
    const std::string_view name = target.substr(0, scheme);
    if (!equals_ignoring_case(name, "http") && !equals_ignoring_case(name, "https")) return false;
    target.remove_prefix(std::min(scheme + 3, target.size()));
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    head_.authority = target.substr(0, end);
    if (!is_authority(head_.authority)) return false;
    head_.target = target.substr(end);
    if (head_.target.empty()) {
        head_.target = head_.method == Method::options ? "*" : "/";
    } else if (head_.target.front() == '?') {
        const std::span<char> room = arena_.array<char>(head_.target.size() + 1);
        room[0] = '/';
        std::copy(head_.target.begin(), head_.target.end(), room.begin() + 1);
        head_.target = {room.data(), room.size()};
    }
    return true;
}

bool RequestParser::understand_fields() {
    FieldSection::Connection connection;
    if (!fields_.apply_connection(connection)) {
        fail({431, "too many Connection options", Fault::too_large});
        return false;
    }
    // A proxy keeps no connection of an HTTP/1.0 client, RFC 9112 §9.3.
    head_.keep_alive = head_.minor_version > 0 && !connection.close;
    if (!understand_host() || !understand_framing() || !understand_expectation()) return false;
    head_.fields = fields_.fields();
    return true;
}

/// RFC 9112 §3.2: one valid Host, though an absolute-form target overrules it.
bool RequestParser::understand_host() {
    if (!fields_.has(FieldId::host)) {
        if (head_.minor_version > 0) fail({400, "Host is missing"});
        return head_.minor_version == 0;
    }
    const std::string_view host = fields_.value(FieldId::host);
    if (fields_.repeated(FieldId::host) || !is_authority(host)) {
        fail({400, fields_.repeated(FieldId::host) ? "more than one Host" : "invalid Host"});
        return false;
    }
    if (head_.authority.empty()) head_.authority = host;
    return true;
}

/// RFC 9112 §6.1, §6.3. Whatever allows a second reading is refused.
bool RequestParser::understand_framing() {
    const bool coded = fields_.has(FieldId::transfer_encoding);
    if (fields_.imitates_framing()) {
        fail({400, "a framing field written with '_'"});
        return false;
    }
    if (!coded) {
        if (!fields_.has(FieldId::content_length)) return true;
        head_.content_length = fields_.take_content_length();
        head_.framing = Framing::length;
        return true;
    }
    std::optional<Flaw> flaw;
    if (fields_.has(FieldId::content_length)) {
        flaw = Flaw{400, "both Transfer-Encoding and Content-Length"};
    } else if (head_.minor_version == 0) {
        flaw = Flaw{400, "Transfer-Encoding in HTTP/1.0"};
    } else if (fields_.repeated(FieldId::transfer_encoding)) {
        flaw = Flaw{400, "more than one Transfer-Encoding"};
    } else {
        flaw = flaw_in_coding(fields_.value(FieldId::transfer_encoding));
    }
    head_.framing = Framing::chunked;
    if (flaw) fail(*flaw);
    return !flaw;
}

/// RFC 9110 §10.1.1. Without a body there is nothing to continue.
bool RequestParser::understand_expectation() {
    if (!fields_.has(FieldId::expect) || head_.minor_version == 0) return true;
    const bool known = !fields_.repeated(FieldId::expect) &&
                       equals_ignoring_case(fields_.value(FieldId::expect), "100-continue");
    head_.expects_continue =
        known && (head_.framing == Framing::chunked || head_.content_length > 0);
    if (!known) fail({417, "an expectation other than 100-continue", Fault::unsupported});
    return known;
}

Progress RequestParser::fail(const Flaw& flaw) {
    flaw_ = flaw;
    head_.keep_alive = false;
    head_.framing = Framing::none;
    head_.content_length = 0;
    return Progress::failed;
}

}  // namespace turnpike::http
