// One client connection, from accept to close: requests one after the other.
#pragma once

#include "server/incoming.hpp"
#include "server/server.hpp"

namespace turnpike::server {

class Session {
public:
    Session(Server& server, net::Stream stream);
    ~Session();
    Session(const Session&) = delete;

    /// The life of a connection. One frame for all of it: idle connections are many.
    static Task<void> serve(Server& server, net::Stream stream);
    /// Ends the wait of an idle connection; a request under way goes on.
    void close_if_idle();
    Session* next() const { return next_; }

private:
    struct Turn;
    /// How it waits for a request: for a moment with a buffer, then without one, for as long as an
    /// idle connection may.
    enum class Waiting : std::uint8_t { no_more, with_buffer, parked, in_vain };
    void begin_to_wait();
    void waited(const Result<void>& bytes);
    /// One request and its answer; whether another may follow on this connection.
    Task<bool> serve_one();
    /// Whether the head is complete with what has arrived.
    Result<bool> parse_head(http::RequestParser& parser);
    /// Reads until it is, or fails.
    Task<Result<void>> read_head(http::RequestParser& parser);
    /// Reads and drops what still comes, for a short while, so that a reset does not destroy the
    /// answer on its way to the client (RFC 9112 §9.6).
    Task<void> linger();
    Task<void> finish();
    void set_idle(bool idle);

    Server& server_;
    net::Stream stream_;
    Incoming incoming_;
    Waiting waiting_ = Waiting::no_more;
    bool idle_ = true;
    bool fresh_ = true;  // no request yet
    Session* next_ = nullptr;
    Session* previous_ = nullptr;
};

}  // namespace turnpike::server
