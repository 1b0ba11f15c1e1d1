// The answer to one HTTP/1.1 request: framing for this client, hop-by-hop fields left out, head and
// first bytes in one write.
#pragma once

#include "http/http.hpp"
#include "server/request_body.hpp"

namespace turnpike::server {

class ResponseOutlet final : public Outlet {
public:
    struct Parts {
        net::Stream& stream;
        Clock& clock;
        Arena& arena;
        const RequestHead& request;
        RequestBody& body;
        const bool& draining;
    };
    explicit ResponseOutlet(const Parts& parts) : parts_(parts), framer_(parts.arena) {}

    Task<Result<void>> interim(const ResponseHead& head) override;
    Task<Result<void>> start(const ResponseHead& head, const BodyPart& first) override;
    Task<Result<void>> push(const BodyPart& part) override;
    void abort() override { aborted_ = true; }
    bool started() const override { return started_; }
    std::uint64_t sent() const override { return sent_; }

    /// The last byte was written and the client can tell that it was the last.
    bool complete() const { return complete_ && !aborted_; }
    /// The connection can serve another request.
    bool keeps_alive() const { return keep_alive_; }

private:
    /// What a write brings the answer on by.
    struct Progress {
        std::uint64_t body = 0;  ///< Bytes of it, without framing.
        bool last = false;
    };

    void choose_framing(const ResponseHead& head);
    std::string_view serialise(const ResponseHead& head);
    Task<Result<void>> write(std::string_view head, const BodyPart& part);
    /// What could not be written at once.
    Task<Result<void>> wait_to_write(std::span<const std::string_view> pieces, std::size_t written,
                                     Progress progress);
    Result<void> wrote(const Result<void>& written, Progress progress);

    Parts parts_;
    http::PartFramer framer_;
    Framing framing_ = Framing::none;  // toward this client
    bool body_allowed_ = true;
    bool keep_alive_ = false;
    bool started_ = false;
    bool complete_ = false;
    bool aborted_ = false;
    std::uint64_t sent_ = 0;
};

}  // namespace turnpike::server
