// One permitted request: sending it, its body beside, reading the answer, passing it on.
#include <cstring>

#include "proxy/proxy.hpp"

namespace turnpike::proxy {
namespace {

// A client that has sent its last byte may still read. One that closed looks the same, so an answer
// that takes longer than this to begin is given up.
constexpr std::chrono::milliseconds half_close_grace{1000};
// Watching a client costs a system call, and most answers are there sooner than this.
constexpr std::chrono::milliseconds watched_after{100};
// 1xx heads before the final one; each costs memory until the exchange ends.
constexpr std::size_t most_interim = 64;

Outcome outcome_of(const Error& error) {
    switch (error.fault) {
        case Fault::refused:
            return Outcome::connect_failed;
        case Fault::timed_out:
            return Outcome::timeout;
        case Fault::malformed:
        case Fault::too_large:
        case Fault::unsupported:
            return Outcome::invalid;
        case Fault::overloaded:
            return Outcome::overloaded;
        default:
            return Outcome::reset;
    }
}

}  // namespace

Forwarding::Forwarding(const Order& order) : order_(order) {}

Task<Result<void>> Forwarding::begin(Permit) {
    const RequestHead& head = order_.exchange.head;
    if (head.framing != Framing::none) {
        const Result<std::optional<BodyPart>> arrived = order_.exchange.body.pull_arrived();
        if (!arrived) co_return arrived.error();
        first_part_ = arrived->value_or(BodyPart{});
    }
    request_ = serialise();
    const bool may_repeat = head.framing == Framing::none && is_idempotent(head.method);
    if (head.framing == Framing::none) watch();
    Result<void> result = co_await attempt(false);
    if (!result && connection_.reused && !answered_ && may_repeat && !client_gone_) {
        const Fault fault = result.error().fault;
        if (fault == Fault::closed || fault == Fault::reset) result = co_await attempt(true);
    }
    if (!result) {
        const Error error = blame(result.error());
        if (error.side != Side::client) outcome_ = outcome_of(error);
        co_await abandon();
        co_return error;
    }
    outcome_ = Outcome::ok;
    co_return result;
}

Task<Result<void>> Forwarding::attempt(bool fresh_only) {
    if (connection_.stream) connection_.stream.close();
    Result<Origin::Connection> connection = co_await order_.origin.connect(fresh_only);
    if (!connection) co_return connection.error();
    connection_ = std::move(*connection);
    if (client_gone_) {
        co_return Error{Fault::cancelled, Side::client, 0, "the client went away"};
    }
    // It left while we connected, so nobody could be told then.
    if (client_leaving_) connection_.stream.limit(half_close_grace);
    http::PartFramer framer(order_.exchange.arena);
    const bool chunked = order_.exchange.head.framing == Framing::chunked;
    const auto pieces = framer.frame(request_, first_part_, chunked);
    const Result<void> sent = co_await connection_.stream.write(pieces);
    if (!sent) co_return sent.error();
    if (order_.exchange.head.framing != Framing::none) uploads_.start(upload());
    co_return co_await read_head();
}

Task<void> Forwarding::upload() {
    Body& body = order_.exchange.body;
    const bool chunked = order_.exchange.head.framing == Framing::chunked;
    http::PartFramer framer(order_.exchange.arena);
    for (bool last = first_part_.last; !last;) {
        const Result<BodyPart> part = co_await body.pull();
        if (!part) {
            // Nothing more will come of this request: the origin must not wait for the rest.
            upload_failed_ = true;
            upload_failure_ = part.error();
            connection_.stream.cancel();
            co_return;
        }
        last = part->last;
        const auto pieces = framer.frame(std::string_view(), *part, chunked);
        const Result<void> sent = co_await connection_.stream.write(pieces);
        if (!sent) {
            // An origin that stopped reading may have answered already: read_head() will see.
            limit_answer();
            co_return;
        }
    }
    limit_answer();
    watch();
}

/// Once the request is sent it is the origin's turn. Until then an upload may take as long as its
/// client keeps sending.
void Forwarding::limit_answer() {
    if (!client_leaving_) connection_.stream.limit(order_.origin.limits().response);
}

Task<Result<void>> Forwarding::read_head() {
    std::size_t interim_count = 0;
    http::ResponseParser parser(order_.exchange.arena, order_.exchange.head.method);
    for (;;) {
        const char* bytes = unread().data();
        const Result<void> more = co_await read_more();
        if (!more) co_return more.error();
        if (unread().data() != bytes) parser.restart();
        for (;;) {
            const auto length = parser.parse(unread());
            if (!length) co_return length.error();
            if (!*length) break;
            begin_ += **length;
            head_ = parser.head();
            if (head_.status >= 200) co_return Result<void>{};
            if (head_.status == 101) {
                co_return Error{Fault::malformed, Side::origin, 502,
                                "the origin switched protocols without being asked"};
            }
            if (++interim_count == most_interim) {
                co_return Error{Fault::malformed, Side::origin, 502,
                                "the origin sent interim answers without end"};
            }
            const Result<void> passed = co_await order_.exchange.outlet.interim(head_);
            if (!passed) co_return passed.error();
            parser.restart();
        }
    }
}

Task<Result<void>> Forwarding::read_more() {
    if (upload_failed_) co_return upload_failure_;
    make_room();
    net::Stream& stream = connection_.stream;
    if (uploads_.running() == 0) limit_answer();
    const std::span<char> room(buffer_.data() + end_, buffer_.size() - end_);
    const Result<std::size_t> count = co_await stream.read(room);
    if (!count) {
        Error error = count.error();
        error.side = Side::origin;
        const bool late = error.fault == Fault::timed_out;
        error.status = late ? 504 : 502;
        if (late) error.what = "the origin did not answer in time";
        if (error.fault == Fault::closed) error.what = "the origin closed the connection";
        co_return error;
    }
    answered_ = true;
    end_ += *count;
    co_return Result<void>{};
}

/// A small buffer until the head is there, a large one for a body or a large head.
void Forwarding::make_room() {
    const std::string_view rest = unread();
    if (rest.empty()) begin_ = end_ = 0;
    const bool body = answered_ && rest.empty();
    const std::size_t wanted = body ? Buffer::large_size : Buffer::small_size;
    if (buffer_.size() >= wanted && end_ < buffer_.size()) return;
    if (begin_ > 0) {
        std::memmove(buffer_.data(), rest.data(), rest.size());
    } else {
        Buffer next = Buffer::of_size(buffer_ ? Buffer::large_size : wanted);
        if (!rest.empty()) std::memcpy(next.data(), rest.data(), rest.size());
        buffer_ = std::move(next);
    }
    begin_ = 0;
    end_ = rest.size();
}

Task<Result<void>> Forwarding::deliver(std::span<const Field> added) {
    if (!added.empty())
        head_.fields = http::joined(head_.fields.lines(), added, order_.exchange.arena);
    client_leaving_ = false;  // from here on, writing tells whether the client is there
    http::BodyReader reader(head_.framing, head_.content_length, Side::origin);
    Result<void> result = co_await pass_on(reader);
    const bool upload_done = uploads_.running() == 0 && !upload_failed_;
    if (!result) {
        result = blame(result.error());
        if (result.error().side != Side::client) outcome_ = outcome_of(result.error());
    }
    // Bytes behind the answer, or an answer to half a request: this connection is not clean.
    const bool clean = result && upload_done && head_.keep_alive && unread().empty() &&
                       order_.exchange.body.finished() && head_.framing != Framing::until_close;
    if (clean) {
        order_.origin.keep(std::move(connection_.stream));
        co_return result;
    }
    co_await abandon();
    co_return result;
}

Task<Result<void>> Forwarding::pass_on(http::BodyReader& reader) {
    Outlet& outlet = order_.exchange.outlet;
    bool last = false;
    for (;;) {
        const auto taken = reader.take(unread());
        Result<BodyPart> part = taken ? Result<BodyPart>(taken->part) : taken.error();
        if (taken) begin_ += taken->consumed;
        if (part && !part->last && part->pieces.empty() && outlet.started()) {
            const Result<void> more = co_await read_more();
            if (more) continue;
            part = more.error().fault == Fault::closed ? reader.end_of_stream() : more.error();
        }
        if (!part) {
            if (outlet.started()) outlet.abort();
            co_return part.error();
        }
        Task<Result<void>> sending =
            outlet.started() ? outlet.push(*part) : outlet.start(head_, *part);
        const Result<void> sent = co_await sending;
        if (!sent) co_return sent.error();
        last = part->last;
        if (last) co_return Result<void>{};
    }
}

Task<void> Forwarding::abandon() {
    unwatch();
    if (uploads_.running() > 0) {
        order_.exchange.body.stop();
        connection_.stream.cancel();
        co_await uploads_.join();
    }
    if (connection_.stream) connection_.stream.close();
}

void Forwarding::watch() {
    net::Loop& loop = order_.origin.loop();
    loop.deadlines().set(watch_, loop.clock().now() + watched_after);
}

void Forwarding::Watch::expired() {
    forwarding_.order_.exchange.body.watch(&forwarding_);
}

void Forwarding::unwatch() {
    watch_.clear();
    order_.exchange.body.watch(nullptr);
}

void Forwarding::hung_up(Fault fault) {
    if (fault != Fault::closed) {
        client_gone_ = true;
        if (connection_.stream) connection_.stream.cancel();
    } else if (head_.status < 200) {
        client_leaving_ = true;
        if (connection_.stream) connection_.stream.limit(half_close_grace);
    }
}

/// The failure behind the failure: a read that was cancelled because the client failed.
Error Forwarding::blame(Error error) {
    if (upload_failed_) return upload_failure_;
    const bool given_up = client_leaving_ && error.fault == Fault::timed_out;
    if (client_gone_ || given_up)
        return {Fault::cancelled, Side::client, 0, "the client went away"};
    if (error.side == Side::turnpike && error.fault != Fault::overloaded) error.side = Side::origin;
    if (error.status == 0 && error.side == Side::origin) error.status = 502;
    return error;
}

}  // namespace turnpike::proxy
