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
    /// Waits on without a buffer, for as long as an idle connection may.
    Task<Result<void>> park();
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
    bool idle_ = true;
    bool fresh_ = true;  // no request yet
    Session* next_ = nullptr;
    Session* previous_ = nullptr;
};

}  // namespace turnpike::server
