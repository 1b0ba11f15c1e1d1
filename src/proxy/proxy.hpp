// Sends permitted requests to origins and brings the answers back, in two halves: the origin's
// head, then its body. Keeps connections for reuse. Knows no policy: a Permit is all it asks for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.hpp"
#include "http/http.hpp"
#include "net/net.hpp"
#include "turnpike/decision.hpp"
#include "turnpike/policy.hpp"

namespace turnpike::proxy {

struct Limits {
    std::chrono::milliseconds connect{5'000};    ///< And, before it, for resolving a name.
    std::chrono::milliseconds response{60'000};  ///< To the head, and between reads of the body.
    std::chrono::milliseconds idle{20'000};      ///< A connection unused for longer is closed.
    std::size_t idle_connections = 64;           ///< Kept for one origin on one thread.
    auto operator<=>(const Limits&) const = default;
};

/// How a request to an origin ended; `outcome` of turnpike_origin_requests_total.
enum class Outcome : std::uint8_t { ok, connect_failed, timeout, reset, invalid, overloaded };
inline constexpr std::size_t outcome_count = 6;

/// One origin as one thread sees it: where it is, and idle connections to it, newest first.
class Origin : private Deadline {
public:
    Origin(net::Loop& loop, OriginAddress address, Limits limits,
           net::HostName::LookUp look_up = net::ask_system);

    struct Connection {
        net::Stream stream;
        bool reused = false;
    };
    /// An idle connection that the origin has neither closed nor written to, or a new one.
    Task<Result<Connection>> connect(bool fresh_only);
    void keep(net::Stream stream);
    const OriginAddress& address() const { return address_; }
    const Limits& limits() const { return limits_; }
    net::Loop& loop() const { return loop_; }

private:
    struct Idle {
        net::Stream stream;
        std::chrono::steady_clock::time_point since;
    };
    void expired() override;  // sweep
    Task<Result<net::Stream>> connect_fresh();

    net::Loop& loop_;
    OriginAddress address_;
    Limits limits_;
    std::vector<Idle> idle_;
    net::HostName host_name_;
    Address answered_last_;
};

/// One permitted request on its way to the origin and back.
class Forwarding final : private Hangup {
public:
    /// What goes to the origin: the client's head less what belongs to the client's hop and what
    /// `added` replaces by id, then `added`.
    struct Order {
        Origin& origin;
        Exchange& exchange;
        std::string_view host;  ///< The Host field.
        std::span<const Field> added;
    };
    explicit Forwarding(const Order& order);
    Forwarding(const Forwarding&) = delete;
    ~Forwarding() { unwatch(); }

    /// Sends the request and waits for the origin's final head; interim ones go straight on to the
    /// client. The request's body is sent beside, as it arrives. A reused connection that dies
    /// before any answer is tried once more on a new one, if the request is idempotent and has no
    /// body.
    Task<Result<void>> begin(Permit permit);
    const ResponseHead& head() const { return head_; }
    /// Sends head and body on to the client, with `added` behind the head's fields. An Error after
    /// that means the client saw a broken message, never a complete one.
    Task<Result<void>> deliver(std::span<const Field> added = {});
    /// Ends what is under way; to be awaited if begin() succeeded and deliver() is not wanted.
    Task<void> abandon();

    /// Nothing where the client's leaving or failing left the origin no chance.
    std::optional<Outcome> outcome() const { return outcome_; }

private:
    /// Begins to watch the client where the answer is long in coming.
    class Watch final : public Deadline {
    public:
        explicit Watch(Forwarding& forwarding) : forwarding_(forwarding) {}

    private:
        void expired() override;
        Forwarding& forwarding_;
    };

    void watch();
    void unwatch();
    void hung_up(Fault fault) override;
    Task<Result<void>> attempt(bool fresh_only);
    Task<Result<void>> read_head();
    Task<Result<void>> read_more();
    Task<void> upload();
    void limit_answer();
    Task<Result<void>> pass_on(http::BodyReader& reader);
    std::string_view serialise() const;
    void make_room();
    Error blame(Error error);
    std::string_view unread() const { return {buffer_.data() + begin_, end_ - begin_}; }

    Order order_;
    Origin::Connection connection_;
    Buffer buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    ResponseHead head_;
    std::string_view request_;
    BodyPart first_part_;  // of the request's body: what had come with its head
    Nursery uploads_;
    Watch watch_{*this};
    Error upload_failure_;
    std::optional<Outcome> outcome_;
    bool answered_ = false;  // at least one byte came back
    bool upload_failed_ = false;
    bool client_gone_ = false;
    bool client_leaving_ = false;  // it sends no more; whether it still reads, nobody knows
};

/// A GET of our own, of a fixed target: needs no Permit, since no client's request goes with it.
/// The answer is taken whole, on a connection of its own.
class Probe {
public:
    struct Order {
        std::string target;                  ///< `/robots.txt`
        std::string host;                    ///< The Host field.
        std::string scheme = "http";         ///< X-Forwarded-Proto: as which the origin is asked.
        std::size_t most_bytes = 64 * 1024;  ///< Of a longer body the beginning is kept.
        std::chrono::milliseconds limit{10'000};  ///< For the whole answer.
    };
    struct Answer {
        std::uint16_t status = 0;
        std::string location;
        std::string body;
    };
    /// Both outlive the run.
    Probe(Origin& origin, Order order);
    Probe(const Probe&) = delete;
    Task<Result<Answer>> run();
    /// Ends a run before its time.
    void cancel();

private:
    Task<Result<Answer>> ask();
    Task<Result<void>> read_head();
    Task<Result<void>> read_body(std::string& into);
    Task<Result<void>> read_more();
    std::string_view unread() const { return {buffer_.data() + begin_, end_ - begin_}; }

    Origin& origin_;
    const Order order_;
    Arena arena_;
    Buffer buffer_ = Buffer::large();
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    net::Stream stream_;
    ResponseHead head_;
    bool cancelled_ = false;
};

}  // namespace turnpike::proxy
