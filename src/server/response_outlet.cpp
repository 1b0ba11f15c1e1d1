// Serialises response heads and frames bodies for one client.
#include "server/response_outlet.hpp"

namespace turnpike::server {
namespace {

/// Fields of this hop, or worked out anew for the next one. RFC 9110 §7.6.1.
constexpr bool is_replaced(FieldId id) {
    switch (id) {
        case FieldId::connection:
        case FieldId::content_length:
        case FieldId::http2_settings:
        case FieldId::keep_alive:
        case FieldId::proxy_authenticate:
        case FieldId::proxy_connection:
        case FieldId::te:
        case FieldId::transfer_encoding:
        case FieldId::upgrade:
            return true;
        default:
            return false;
    }
}

bool has_body(Method method, std::uint16_t status) {
    return method != Method::head && status >= 200 && status != 204 && status != 304;
}

/// Room that a serialised head needs at most.
std::size_t size_bound(const ResponseHead& head) {
    if (!head.serialised.empty()) return 256 + head.serialised.size();
    std::size_t size = 256 + head.reason.size();
    for (const Field& field : head.fields) size += field.name.size() + field.value.size() + 4;
    return size;
}

void add_status_line(http::Writer& out, const ResponseHead& head) {
    out.add("HTTP/1.1 ");
    out.add_number(head.status);
    out.add(" ");
    out.add(head.reason.empty() ? http::reason_phrase(head.status) : head.reason);
    out.add("\r\n");
}

void add_fields(http::Writer& out, const ResponseHead& head) {
    for (const Field& field : head.fields) {
        if (!field.hop_by_hop && !is_replaced(field.id)) out.add_field(field.name, field.value);
    }
}

/// Whatever keeps us from writing here is the client's doing.
Result<void> blame_client(const Result<void>& written) {
    if (written) return written;
    Error error = written.error();
    error.side = Side::client;
    return error;
}

}  // namespace

Task<Result<void>> ResponseOutlet::interim(const ResponseHead& head) {
    if (parts_.request.minor_version == 0 || started_) co_return Result<void>{};
    Arena arena;  // not the exchange's: there may be many of these
    http::Writer out(static_cast<char*>(arena.allocate(size_bound(head))));
    add_status_line(out, head);
    add_fields(out, head);
    out.add("\r\n");
    const std::string_view text = out.text();
    const Result<void> written = co_await parts_.stream.write(std::span(&text, 1));
    co_return blame_client(written);
}

void ResponseOutlet::choose_framing(const ResponseHead& head) {
    body_allowed_ = has_body(parts_.request.method, head.status);
    parts_.body.discard_arrived();
    keep_alive_ = parts_.request.keep_alive && parts_.body.finished() && !parts_.draining;
    framing_ = head.framing;
    if (!body_allowed_) {
        framing_ = Framing::none;
    } else if (framing_ == Framing::chunked || framing_ == Framing::until_close) {
        const bool can_chunk = parts_.request.minor_version > 0;
        framing_ = can_chunk ? Framing::chunked : Framing::until_close;
        keep_alive_ = keep_alive_ && can_chunk;
    }
}

std::string_view ResponseOutlet::serialise(const ResponseHead& head) {
    http::Writer out(static_cast<char*>(parts_.arena.allocate(size_bound(head))));
    if (head.serialised.empty()) {
        add_status_line(out, head);
        add_fields(out, head);
    } else {
        out.add(head.serialised);
    }
    // A clock is at hand, so Date is added where the origin left it out (RFC 9110 §6.6.1).
    if (find(head, FieldId::date) == nullptr) out.add_field("Date", parts_.clock.http_date());
    const bool tells_length = framing_ == Framing::length ||
                              (!body_allowed_ && head.has_content_length && head.status != 204);
    if (tells_length) {
        out.add("Content-Length: ");
        out.add_number(head.content_length);
        out.add("\r\n");
    } else if (framing_ == Framing::chunked) {
        out.add("Transfer-Encoding: chunked\r\n");
    }
    if (!keep_alive_) out.add("Connection: close\r\n");
    out.add("\r\n");
    return out.text();
}

Task<Result<void>> ResponseOutlet::start(const ResponseHead& head, const BodyPart& first) {
    started_ = true;
    choose_framing(head);
    return write(serialise(head), first);
}

Task<Result<void>> ResponseOutlet::push(const BodyPart& part) {
    return write({}, part);
}

Task<Result<void>> ResponseOutlet::write(std::string_view head, const BodyPart& part) {
    const BodyPart nothing{.pieces = {}, .last = part.last};
    const BodyPart& body = body_allowed_ ? part : nothing;
    const Progress progress{.body = body.size(), .last = part.last || !body_allowed_};
    const auto pieces = framer_.frame(head, body, framing_ == Framing::chunked);
    std::size_t size = 0;
    for (const std::string_view piece : pieces) size += piece.size();
    const Result<std::size_t> written = parts_.stream.write_now(pieces);
    if (written && *written < size) return wait_to_write(pieces, *written, progress);
    const Result<void> result = written ? Result<void>{} : written.error();
    return Task<Result<void>>::done(wrote(result, progress));
}

Task<Result<void>> ResponseOutlet::wait_to_write(std::span<const std::string_view> pieces,
                                                 std::size_t written, Progress progress) {
    const Result<void> result = co_await parts_.stream.write(pieces, written);
    co_return wrote(result, progress);
}

Result<void> ResponseOutlet::wrote(const Result<void>& written, Progress progress) {
    if (!written) return blame_client(written);
    sent_ += progress.body;
    complete_ = progress.last;
    return written;
}

}  // namespace turnpike::server
