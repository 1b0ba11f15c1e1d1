// The body of one HTTP/1.1 request, pulled from the connection's bytes.
#pragma once

#include "http/http.hpp"
#include "server/incoming.hpp"

namespace turnpike::server {

class RequestBody final : public Body {
public:
    RequestBody(Incoming& incoming, net::Stream& stream, const RequestHead& head,
                std::chrono::milliseconds idle_timeout);

    Task<Result<BodyPart>> pull() override;
    Result<std::optional<BodyPart>> pull_arrived() override;
    bool finished() const override { return reader_.finished(); }
    void stop() override;
    void watch(Hangup* watcher) override { incoming_.watch(watcher); }
    std::uint64_t received() const override { return received_; }

    /// Throws away what has arrived of a body that nobody pulled, without waiting for more.
    void discard_arrived();

private:
    Incoming& incoming_;
    net::Stream& stream_;
    std::chrono::milliseconds idle_timeout_;
    http::BodyReader reader_;
    std::uint64_t received_ = 0;
    bool pulled_ = false;
    bool stopped_ = false;
    bool waiting_ = false;
};

}  // namespace turnpike::server
