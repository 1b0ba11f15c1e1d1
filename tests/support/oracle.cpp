// The only file that names Boost.Beast.
#include "support/oracle.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <charconv>
#include <initializer_list>

#include "http/http.hpp"

namespace turnpike::test {
namespace {

namespace beast = boost::beast::http;
using boost::system::error_code;
using Verdict = Reading::Verdict;

std::string_view name_of(Framing framing) {
    constexpr std::string_view names[] = {"none", "length", "chunked", "until close"};
    return names[static_cast<std::size_t>(framing)];
}

/// The body behind the head; says how that ended.
void read_body(const std::string_view bytes, http::BodyReader reader, bool until_close,
               Reading& reading) {
    std::size_t at = 0;
    while (!reader.finished()) {
        const auto taken = reader.take(bytes.substr(at));
        if (!taken) {
            reading.verdict = Verdict::rejected;
            reading.error = taken.error().what;
            return;
        }
        for (const std::string_view piece : taken->part.pieces) reading.body += piece;
        at += taken->consumed;
        if (taken->part.pieces.empty() && !taken->part.last) break;
    }
    const bool whole = reader.finished() || until_close;
    reading.verdict = whole ? Verdict::accepted : Verdict::incomplete;
    reading.rest = bytes.substr(at);
}

template <class Parser>
Reading read_message(Parser& parser, std::string_view bytes, Side side) {
    Reading reading;
    const auto length = parser.parse(bytes);
    if (!length) {
        reading.verdict = Verdict::rejected;
        reading.error = length.error().what;
        return reading;
    }
    if (!*length) return reading;
    const auto& head = parser.head();
    reading.minor_version = head.minor_version;
    for (const Field& field : head.fields) reading.fields.emplace_back(field.name, field.value);
    const bool empty = head.framing == Framing::length && head.content_length == 0;
    reading.framing = name_of(empty ? Framing::none : head.framing);
    if (head.framing == Framing::length) reading.length = head.content_length;
    read_body(bytes.substr(**length), {head.framing, head.content_length, side},
              head.framing == Framing::until_close, reading);
    return reading;
}

/// Collects what Beast tells of a message.
template <bool IsRequest>
class BeastParser final : public beast::basic_parser<IsRequest> {
public:
    BeastParser() {
        this->header_limit(1 << 20);
        this->body_limit(boost::none);
        this->eager(true);
    }

    Reading read(std::string_view bytes) {
        std::size_t at = 0;
        error_code error;
        while (!this->is_done() && !error && at < bytes.size()) {
            at += this->put(boost::asio::const_buffer(bytes.data() + at, bytes.size() - at), error);
        }
        const bool ends_with_the_connection = this->is_header_done() && this->need_eof();
        if (ends_with_the_connection && (!error || error == beast::error::need_more)) {
            this->put_eof(error);
        }
        reading_.rest = bytes.substr(at);
        if (error && error != beast::error::need_more) {
            reading_.verdict = Verdict::rejected;
            reading_.error = error.message();
        } else if (this->is_done()) {
            reading_.verdict = Verdict::accepted;
        }
        return reading_;
    }

private:
    using View = boost::beast::string_view;
    static std::string text(View view) { return {view.data(), view.size()}; }

    void on_request_impl(beast::verb, View method, View target, int version, error_code&) override {
        reading_.method = text(method);
        reading_.target = text(target);
        reading_.minor_version = static_cast<unsigned>(version % 10);
    }
    void on_response_impl(int code, View reason, int version, error_code&) override {
        reading_.status = static_cast<unsigned>(code);
        reading_.reason = text(reason);
        reading_.minor_version = static_cast<unsigned>(version % 10);
    }
    void on_field_impl(beast::field, View name, View value, error_code&) override {
        if (!this->is_header_done()) reading_.fields.emplace_back(text(name), text(value));
    }
    void on_header_impl(error_code&) override {
        if (this->chunked()) {
            reading_.framing = this->is_done() ? "none" : "chunked";
        } else if (const auto length = this->content_length(); length && *length > 0) {
            reading_.framing = this->is_done() ? "none" : "length";
            if (reading_.framing == "length") reading_.length = *length;
        } else if (this->need_eof()) {
            reading_.framing = "until close";
        }
    }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(View body, error_code&) override {
        reading_.body += text(body);
        return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, View, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, View body, error_code&) override {
        reading_.body += text(body);
        return body.size();
    }
    void on_finish_impl(error_code&) override {}

    Reading reading_;
};

// Rewriting. A head is taken apart by its lines, which both readers end alike.

constexpr std::string_view line_end = "\r\n";

std::size_t head_size(std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    return end == bytes.npos ? bytes.size() : end + 4;
}

/// The lines of a section up to its empty one, each as `edit` makes it of its field name and
/// itself.
template <class Edit>
std::string edited(std::string_view lines, Edit edit) {
    std::string text;
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find(line_end) + line_end.size());
        lines.remove_prefix(line.size());
        const std::size_t colon = line.find(':');
        text += colon == line.npos ? std::string(line) : edit(line.substr(0, colon), line);
    }
    return text;
}

bool is_any_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(), [name](std::string_view other) {
        return http::equals_ignoring_case(name, other);
    });
}

/// Where the trailers of a chunked message begin that we accept.
std::size_t trailers_at(std::string_view bytes) {
    std::size_t at = head_size(bytes);
    for (std::uint64_t size = 1; size > 0; at += size > 0 ? size + line_end.size() : 0) {
        std::from_chars(bytes.data() + at, bytes.data() + bytes.size(), size, 16);
        at = bytes.find(line_end, at) + line_end.size();
    }
    return at;
}

/// RFC 9112 §2.2: some clients send a CRLF too many behind a body.
std::optional<std::string> without_empty_lines(Message kind, std::string_view bytes) {
    if (kind != Message::request || !bytes.starts_with(line_end)) return std::nullopt;
    while (bytes.starts_with(line_end)) bytes.remove_prefix(2);
    return std::string(bytes);
}

/// RFC 9110 §2.5: a higher minor version is served as the highest that we know.
std::optional<std::string> with_known_version(Message kind, std::string_view bytes) {
    std::string text(bytes);
    const std::size_t line = text.find(line_end);
    const std::size_t version = kind == Message::request ? text.rfind(" HTTP/1.", line) : 0;
    const std::size_t digit = version + (kind == Message::request ? 8 : 7);
    if (version == text.npos || digit >= text.size()) return std::nullopt;
    if (text[digit] < '2' || text[digit] > '9') return std::nullopt;
    text[digit] = '1';
    return text;
}

/// RFC 9112 §4: the space stands there even without a reason; servers forget it.
std::optional<std::string> with_space_before_reason(Message kind, std::string_view bytes) {
    constexpr std::size_t behind_status = 12;
    if (kind != Message::response || bytes.substr(0, bytes.find(line_end)).size() != behind_status)
        return std::nullopt;
    return std::string(bytes).insert(behind_status, " ");
}

/// RFC 9110 §7.6.1: an option that is no token names no field, and does no harm.
std::optional<std::string> without_connection_options(Message, std::string_view bytes) {
    const std::size_t size = head_size(bytes);
    const auto edit = [](std::string_view name, std::string_view line) {
        const bool meant = is_any_of(name, {"Connection", "Proxy-Connection"});
        return meant ? std::string(name) + ": x\r\n" : std::string(line);
    };
    return edited(bytes.substr(0, size), edit).append(bytes.substr(size));
}

/// RFC 9110 §6.5.1: trailers frame nothing. We drop those that pretend to.
std::optional<std::string> without_framing_trailers(Message kind, std::string_view bytes) {
    const Reading reading = read_by_turnpike(kind, bytes);
    if (reading.verdict != Verdict::accepted || reading.framing != "chunked") return std::nullopt;
    const std::size_t begin = trailers_at(bytes), end = bytes.size() - reading.rest.size();
    const auto edit = [](std::string_view name, std::string_view line) {
        const bool meant = is_any_of(
            name, {"Connection", "Proxy-Connection", "Content-Length", "Transfer-Encoding"});
        return meant ? std::string() : std::string(line);
    };
    return std::string(bytes.substr(0, begin)) +
           edited(bytes.substr(begin, end - begin), edit).append(bytes.substr(end));
}

constexpr IntendedDifference differences[] = {
    {"empty lines before a request are passed over", without_empty_lines},
    {"a minor version above 1 counts as 1", with_known_version},
    {"a status line may lack the space before a reason that is not there",
     with_space_before_reason},
    {"a Connection option may be anything", without_connection_options},
    {"framing fields among trailers are dropped", without_framing_trailers},
};

// Comparing.

/// RFC 9112 §6.3: equal lengths are made one.
Reading::Lines with_one_length(const Reading::Lines& fields) {
    Reading::Lines kept;
    bool found = false;
    for (const auto& [name, value] : fields) {
        const bool length = http::equals_ignoring_case(name, "Content-Length");
        if (length && std::exchange(found, true)) continue;
        std::string_view list = value;
        kept.emplace_back(name, length ? std::string(http::take_element(list)) : value);
    }
    return kept;
}

/// RFC 9112 §3.2.2: of a target in absolute form, the origin gets what follows the authority.
std::string as_origin_sees(const Reading& reading) {
    const std::string& target = reading.target;
    const std::size_t scheme = target.find("://");
    if (target.starts_with('/') || scheme == target.npos) return target;
    const std::size_t end = std::min(target.find_first_of("/?", scheme + 3), target.size());
    const std::string path = target.substr(end);
    if (path.empty()) return reading.method == "OPTIONS" ? "*" : "/";
    return path.front() == '?' ? "/" + path : path;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

std::optional<std::string> difference(const Reading& ours, const Reading& other) {
    if (ours.verdict != Verdict::accepted) return std::nullopt;
    if (other.verdict == Verdict::rejected) return "Beast rejects it: " + other.error;
    if (other.verdict == Verdict::incomplete) return "Beast takes it to be incomplete";
    const auto differ = [](std::string_view what, const std::string& a, const std::string& b) {
        return std::string(what) + ": '" + a + "', and by Beast '" + b + "'";
    };
    if (ours.method != other.method) return differ("method", ours.method, other.method);
    const std::string target = as_origin_sees(other);
    if (ours.target != target) return differ("target", ours.target, target);
    if (ours.status != other.status) return "status";
    if (ours.reason != trimmed(other.reason)) return differ("reason", ours.reason, other.reason);
    if (ours.minor_version != other.minor_version) return "version";
    if (ours.fields != with_one_length(other.fields)) return "fields";
    if (ours.framing != other.framing) return differ("framing", ours.framing, other.framing);
    if (ours.length != other.length) return "length";
    if (ours.body != other.body) return differ("body", ours.body, other.body);
    if (ours.rest != other.rest) return differ("rest", ours.rest, other.rest);
    return std::nullopt;
}

}  // namespace

Reading read_by_turnpike(Message kind, std::string_view bytes) {
    Arena arena;
    if (kind == Message::request) {
        http::RequestParser parser(arena, {});
        Reading reading = read_message(parser, bytes, Side::client);
        reading.method = parser.head().method_name;
        reading.target = parser.head().target;
        return reading;
    }
    http::ResponseParser parser(arena, Method::get);
    Reading reading = read_message(parser, bytes, Side::origin);
    reading.status = parser.head().status;
    reading.reason = parser.head().reason;
    return reading;
}

Reading read_by_beast(Message kind, std::string_view bytes) {
    if (kind == Message::request) return BeastParser<true>().read(bytes);
    return BeastParser<false>().read(bytes);
}

std::span<const IntendedDifference> intended_differences() {
    return differences;
}

std::optional<std::string> disagreement(Message kind, std::string_view bytes) {
    auto found = difference(read_by_turnpike(kind, bytes), read_by_beast(kind, bytes));
    std::string text(bytes);
    for (const IntendedDifference& intended : differences) {
        if (!found) break;
        auto rewritten = intended.rewrite(kind, text);
        if (!rewritten) continue;
        text = std::move(*rewritten);
        found = difference(read_by_turnpike(kind, text), read_by_beast(kind, text));
    }
    return found;
}

}  // namespace turnpike::test
