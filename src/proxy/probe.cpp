// A GET of our own: no client, no permit, nothing streamed.
#include <cstring>

#include "proxy/proxy.hpp"

namespace turnpike::proxy {
namespace {

constexpr std::size_t most_interim = 16;

Error failure(Error error) {
    error.side = Side::origin;
    if (error.fault == Fault::timed_out) error.what = "the origin did not answer in time";
    if (error.fault == Fault::closed) error.what = "the origin closed the connection";
    return error;
}

std::string_view value_of(const ResponseHead& head, std::string_view name) {
    for (const Field& field : head.fields) {
        if (http::equals_ignoring_case(field.name, name)) return field.value;
    }
    return {};
}

}  // namespace

Probe::Probe(Origin& origin, Order order) : origin_(origin), order_(std::move(order)) {}

Task<Result<Probe::Answer>> Probe::run() {
    Result<Origin::Connection> connection = co_await origin_.connect(true);
    if (!connection) co_return failure(connection.error());
    stream_ = std::move(connection->stream);
    stream_.limit(order_.limit);
    Result<Answer> answer = Error{Fault::cancelled, Side::turnpike, 0, "it is not wanted any more"};
    if (!cancelled_) answer = co_await ask();
    stream_.close();
    co_return answer;
}

void Probe::cancel() {
    cancelled_ = true;
    if (stream_) stream_.cancel();
}

Task<Result<Probe::Answer>> Probe::ask() {
    const std::string request =
        "GET " + order_.target + " HTTP/1.1\r\nHost: " + order_.host +
        "\r\nUser-Agent: Turnpike\r\nAccept: */*\r\nX-Forwarded-Proto: " + order_.scheme +
        "\r\nConnection: close\r\n\r\n";
    const std::string_view piece = request;
    const std::span<const std::string_view> pieces(&piece, 1);
    const Result<void> sent = co_await stream_.write(pieces);
    if (!sent) co_return failure(sent.error());
    const Result<void> head = co_await read_head();
    if (!head) co_return failure(head.error());
    Answer answer{
        .status = head_.status, .location = std::string(value_of(head_, "Location")), .body = {}};
    const Result<void> body = co_await read_body(answer.body);
    if (!body) co_return failure(body.error());
    co_return answer;
}

Task<Result<void>> Probe::read_head() {
    http::ResponseParser parser(arena_, Method::get);
    for (std::size_t interim = 0;;) {
        const auto length = parser.parse(unread());
        if (!length) co_return length.error();
        if (*length) {
            begin_ += **length;
            head_ = parser.head();
            if (head_.status >= 200) co_return Result<void>{};
            if (++interim == most_interim || head_.status == 101) {
                co_return Error{Fault::malformed, Side::origin, 502,
                                "the origin did not answer what it was asked"};
            }
            parser.restart();
            continue;
        }
        const Result<void> more = co_await read_more();
        if (!more) co_return more.error();
    }
}

Task<Result<void>> Probe::read_body(std::string& into) {
    http::BodyReader reader(head_.framing, head_.content_length, Side::origin);
    for (bool last = false; !last;) {
        const auto taken = reader.take(unread());
        if (!taken) co_return taken.error();
        begin_ += taken->consumed;
        last = taken->part.last;
        for (const std::string_view piece : taken->part.pieces) into.append(piece);
        if (into.size() > order_.most_bytes) {
            into.resize(order_.most_bytes);
            co_return Result<void>{};
        }
        if (last || !taken->part.pieces.empty()) continue;
        // The head and its views are no longer needed: its room is the body's from here on.
        const std::string_view rest = unread();
        std::memmove(buffer_.data(), rest.data(), rest.size());
        begin_ = 0;
        end_ = rest.size();
        const Result<void> more = co_await read_more();
        if (more) continue;
        if (more.error().fault != Fault::closed) co_return more.error();
        const auto end = reader.end_of_stream();
        if (!end) co_return end.error();
        last = true;
    }
    co_return Result<void>{};
}

Task<Result<void>> Probe::read_more() {
    const std::span<char> room(buffer_.data() + end_, buffer_.size() - end_);
    if (room.empty()) {
        co_return Error{Fault::too_large, Side::origin, 502, "the origin's head is too long"};
    }
    const Result<std::size_t> count = co_await stream_.read(room);
    if (!count) co_return count.error();
    end_ += *count;
    co_return Result<void>{};
}

}  // namespace turnpike::proxy
