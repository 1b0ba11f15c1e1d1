// The body of one HTTP/1.1 request, pulled from the connection's bytes.
#include "server/request_body.hpp"

namespace turnpike::server {

RequestBody::RequestBody(Incoming& incoming, net::Stream& stream, const RequestHead& head,
                         std::chrono::milliseconds idle_timeout)
    : incoming_(incoming),
      stream_(stream),
      idle_timeout_(idle_timeout),
      reader_(head.framing, head.content_length, Side::client) {}

Result<std::optional<BodyPart>> RequestBody::pull_arrived() {
    pulled_ = true;
    const Result<http::BodyReader::Taken> taken = reader_.take(incoming_.unread());
    if (!taken) return taken.error();
    incoming_.consume(taken->consumed);
    received_ += taken->part.size();
    if (taken->part.pieces.empty() && !taken->part.last) return std::optional<BodyPart>{};
    return std::optional<BodyPart>(taken->part);
}

Task<Result<BodyPart>> RequestBody::pull() {
    for (;;) {
        if (stopped_) co_return Error{Fault::cancelled, Side::turnpike, 0, "no longer wanted"};
        const Result<std::optional<BodyPart>> part = pull_arrived();
        if (!part) co_return part.error();
        if (*part) co_return **part;

        const bool much = reader_.wanted() > Buffer::small_size / 2;
        stream_.limit(idle_timeout_);
        waiting_ = true;
        const Result<void> more =
            co_await incoming_.more(much ? Buffer::large_size : Buffer::small_size);
        waiting_ = false;
        stream_.no_limit();
        if (!more) {
            const bool late = more.error().fault == Fault::timed_out;
            co_return Error{more.error().fault, Side::client,
                            static_cast<std::uint16_t>(late ? 408 : 400),
                            late ? "the body did not arrive in time" : "the body ended early"};
        }
    }
}

void RequestBody::stop() {
    stopped_ = true;
    if (waiting_) stream_.cancel();
}

void RequestBody::discard_arrived() {
    if (pulled_) return;
    while (!reader_.finished()) {
        const Result<http::BodyReader::Taken> taken = reader_.take(incoming_.unread());
        if (!taken || taken->consumed == 0) return;
        incoming_.consume(taken->consumed);
        received_ += taken->part.size();
    }
}

}  // namespace turnpike::server
