// One client connection, from accept to close: requests one after the other.
#include "server/session.hpp"

#include "server/request_body.hpp"
#include "server/response_outlet.hpp"

namespace turnpike::server {
namespace {

// An idle connection gives its buffer back after this long: busy ones never pay for that.
constexpr std::chrono::milliseconds park_after{1000};
constexpr std::chrono::milliseconds linger_limit{2000};
constexpr std::size_t linger_bytes = 16 * 1024 * 1024;
// Stands in for "draining" where nothing after this answer can be understood.
constexpr bool closing = true;

void add(std::atomic<std::uint32_t>& counter, std::uint32_t by) {
    // One writer: no need for an atomic read-modify-write.
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace

Session::Session(Server& server, net::Stream stream)
    : server_(server), stream_(std::move(stream)), incoming_(stream_), next_(server.first_) {
    if (next_ != nullptr) next_->previous_ = this;
    server_.first_ = this;
    stream_.stall_limit(server_.options_.limits.idle_timeout);
    add(server_.counters_.idle, 1);
}

Session::~Session() {
    (previous_ != nullptr ? previous_->next_ : server_.first_) = next_;
    if (next_ != nullptr) next_->previous_ = previous_;
    add(idle_ ? server_.counters_.idle : server_.counters_.active, ~0u);
}

void Session::set_idle(bool idle) {
    if (idle == idle_) return;
    idle_ = idle;
    add(server_.counters_.idle, idle ? 1 : ~0u);
    add(server_.counters_.active, idle ? ~0u : 1);
}

Task<void> Session::serve(Server& server, net::Stream stream) {
    Session session(server, std::move(stream));
    for (;;) {
        session.begin_to_wait();
        while (session.waiting_ == Waiting::with_buffer || session.waiting_ == Waiting::parked) {
            const std::size_t room = session.waiting_ == Waiting::parked ? 0 : Buffer::small_size;
            const Result<void> bytes = co_await session.incoming_.more(room);
            session.waited(bytes);
        }
        if (session.waiting_ == Waiting::in_vain) break;
        const bool another = co_await session.serve_one();
        if (!another) break;
    }
    co_await session.finish();
}

void Session::begin_to_wait() {
    waiting_ = Waiting::no_more;
    if (!incoming_.unread().empty()) return;
    set_idle(true);
    stream_.limit(park_after);
    waiting_ = server_.draining_ ? Waiting::in_vain : Waiting::with_buffer;
}

void Session::waited(const Result<void>& bytes) {
    if (bytes && waiting_ == Waiting::parked) {
        waiting_ = Waiting::with_buffer;  // they are there to be read
    } else if (bytes) {
        waiting_ = Waiting::no_more;
        set_idle(false);
        fresh_ = false;
    } else if (bytes.error().fault == Fault::timed_out && waiting_ == Waiting::with_buffer) {
        waiting_ = Waiting::parked;
        incoming_.release();
        const Limits& limits = server_.options_.limits;
        stream_.limit(fresh_ ? limits.head_timeout : limits.idle_timeout);
    } else {
        waiting_ = Waiting::in_vain;
    }
}

/// What one request needs while it lasts. Idle connections have none of it.
struct Session::Turn {
    explicit Turn(Session& session)
        : parser(arena, session.server_.options_.limits.head),
          started(session.server_.loop_.clock().now()) {}

    Arena arena;
    http::RequestParser parser;
    std::chrono::steady_clock::time_point started;
};

Task<bool> Session::serve_one() {
    Turn turn(*this);
    // Nearly always the whole head is there: then no coroutine is needed to wait for it.
    Result<bool> parsed = parse_head(turn.parser);
    Result<void> complete;
    if (!parsed) {
        complete = parsed.error();
    } else if (!*parsed) {
        complete = co_await read_head(turn.parser);
    }
    if (!complete && complete.error().status == 0) co_return false;

    RequestBody body(incoming_, stream_, turn.parser.head(), server_.options_.limits.idle_timeout);
    const ResponseOutlet::Parts parts{.stream = stream_,
                                      .clock = server_.loop_.clock(),
                                      .arena = turn.arena,
                                      .request = turn.parser.head(),
                                      .body = body,
                                      .draining = complete ? server_.draining_ : closing};
    ResponseOutlet outlet(parts);
    Exchange exchange{.head = turn.parser.head(),
                      .body = body,
                      .outlet = outlet,
                      .arena = turn.arena,
                      .peer = stream_.peer(),
                      .listener = server_.options_.listener,
                      .started = turn.started};
    if (complete) {
        co_await server_.handler_.serve(exchange);
    } else {
        co_await server_.handler_.fail(exchange, complete.error());
    }
    body.watch(nullptr);
    if (!outlet.complete()) {
        stream_.close_hard();
        co_return false;
    }
    if (!outlet.keeps_alive()) {
        // A client that was to keep the connection may have sent its next request already.
        const bool more_came =
            !incoming_.unread().empty() || (turn.parser.head().keep_alive && !stream_.is_quiet());
        if (!complete || !body.finished() || more_came) co_await linger();
        co_return false;
    }
    incoming_.unpin();
    co_return true;
}

Result<bool> Session::parse_head(http::RequestParser& parser) {
    const auto length = parser.parse(incoming_.unread());
    if (!length) return length.error();
    if (!*length) return false;
    incoming_.consume(**length);
    incoming_.pin();
    stream_.no_limit();
    return true;
}

Task<Result<void>> Session::read_head(http::RequestParser& parser) {
    // The limit is on the whole head, from its first byte: a slow trickle does not extend it.
    stream_.limit(server_.options_.limits.head_timeout);
    for (;;) {
        const char* bytes = incoming_.unread().data();
        const Result<void> more = co_await incoming_.more(incoming_.unread().size() + 4096);
        if (incoming_.unread().data() != bytes) {
            // What was understood of the head points to where the bytes stood before.
            parser.restart();
            if (!more) (void)parser.parse(incoming_.unread());
        }
        if (!more) {
            if (more.error().fault == Fault::timed_out && parser.started()) {
                co_return Error{Fault::timed_out, Side::client, 408,
                                "the request did not arrive in time"};
            }
            co_return more.error();
        }
        const Result<bool> parsed = parse_head(parser);
        if (!parsed) co_return parsed.error();
        if (*parsed) co_return Result<void>{};
    }
}

Task<void> Session::linger() {
    stream_.shutdown_write();
    stream_.limit(linger_limit);
    incoming_.unpin();
    for (std::size_t dropped = 0; dropped < linger_bytes;) {
        dropped += incoming_.unread().size();
        incoming_.consume(incoming_.unread().size());
        const Result<void> more = co_await incoming_.more(Buffer::large_size);
        if (!more) break;
    }
}

Task<void> Session::finish() {
    if (incoming_.armed()) {
        stream_.cancel();
        const Result<void> ended = co_await incoming_.more();
        (void)ended;  // whatever it says, the read has ended
    }
    stream_.close();
}

void Session::close_if_idle() {
    if (idle_) stream_.cancel();
}

}  // namespace turnpike::server
