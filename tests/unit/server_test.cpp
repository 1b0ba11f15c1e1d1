// Connections of clients over loopback: heads in any pieces, one request after the other, limits on
// a clock that the test turns, and draining.
#include "server/server.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "support/sockets.hpp"

namespace turnpike::server {
namespace {

using namespace std::chrono_literals;
using test::Peer;
using test::run_for;
using test::run_until;

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

/// Answers with what it was asked: target, then the body.
class Echo final : public Handler {
public:
    Task<void> serve(Exchange& exchange) override {
        ++served;
        if (hold) co_await go_on;
        std::string text(exchange.head.target);
        for (const Field& field : exchange.head.fields) {
            if (field.name == "X-Say") text += " " + std::string(field.value);
        }
        while (read_bodies && !exchange.body.finished()) {
            const Result<BodyPart> part = co_await exchange.body.pull();
            if (!part) {
                failures.push_back(part.error());
                co_return;
            }
            for (const std::string_view piece : part->pieces) text += piece;
        }
        co_await answer(exchange, 200, text);
    }
    Task<void> fail(Exchange& exchange, Error error) override {
        failures.push_back(error);
        if (error.status != 0) co_await answer(exchange, error.status, error.what);
    }

    bool hold = false;
    Event go_on;
    bool read_bodies = true;
    bool break_off = false;
    int served = 0;
    std::vector<Error> failures;

private:
    Task<void> answer(Exchange& exchange, std::uint16_t status, std::string_view text) {
        ResponseHead head;
        head.status = status;
        head.framing = Framing::length;
        head.content_length = text.size() + (break_off ? 1 : 0);
        head.has_content_length = true;
        const BodyPart part{.pieces = {&text, 1}, .last = !break_off};
        const Result<void> sent = co_await exchange.outlet.start(head, part);
        (void)sent;
        if (break_off) exchange.outlet.abort();
    }
};

class ServerTest : public testing::Test {
protected:
    void SetUp() override {
        loop_.clock().set(std::chrono::steady_clock::now(), std::chrono::system_clock::now());
        loop_.deadlines().turn(loop_.clock().now());
        auto listener = net::Listener::open(
            loop_, {.address = *Address::parse("127.0.0.1"), .port = 0, .path = {}});
        ASSERT_TRUE(listener);
        server_ = std::make_unique<Server>(loop_, std::move(*listener), echo_,
                                           Server::Options{.listener = 0, .limits = limits_});
        port_ = server_->local().port;
        server_->start();
    }
    void TearDown() override {
        if (!drained_) drain();
        echo_.go_on.set();
        EXPECT_TRUE(until([this] { return drained_; }));
    }
    void drain() {
        server_->drain([this] { drained_ = true; });
    }
    bool until(const std::function<bool()>& done) { return run_until(loop_, done); }
    void pass(std::chrono::milliseconds time) {
        run_for(loop_, 5ms);
        loop_.clock().advance(time);
        loop_.deadlines().turn(loop_.clock().now());
        run_for(loop_, 5ms);
    }
    /// Whether `peer` gets `text` behind a head that says 200.
    bool gets(Peer& peer, const std::string& text) {
        return until([&] {
            const std::string& all = peer.received();
            return all.starts_with("HTTP/1.1 200 OK\r\n") && all.ends_with("\r\n\r\n" + text);
        });
    }

    Limits limits_;
    net::Loop loop_;
    Echo echo_;
    std::unique_ptr<Server> server_;
    std::uint16_t port_ = 0;
    bool drained_ = false;
};

TEST_F(ServerTest, AnswersOneRequestAfterTheOther) {
    Peer client = Peer::connect(port_);
    for (const char* target : {"/1", "/2", "/3"}) {
        client.forget();
        client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        ASSERT_TRUE(gets(client, target)) << client.received();
    }
    EXPECT_FALSE(client.ended());
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
    Peer client = Peer::connect(port_);
    std::string requests;
    for (int i = 0; i < 100; ++i) {
        requests += "POST /" + std::to_string(i) +
                    " HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nX-Pad: " + std::string(700, 'x') +
                    "\r\n\r\n=body;";
    }
    ASSERT_EQ(client.send(requests), requests.size());
    ASSERT_TRUE(until([&] { return client.has("/99=body;"); }));
    std::size_t at = 0;
    for (int i = 0; i < 100; ++i) {
        at = client.received().find("\r\n\r\n/" + std::to_string(i) + "=body;", at);
        ASSERT_NE(at, std::string::npos) << i;
    }
    EXPECT_EQ(echo_.served, 100);
}

TEST_F(ServerTest, ReadsAHeadThatComesByteByByte) {
    Peer client = Peer::connect(port_);
    for (const char byte : std::string("\r\nGET /slow HTTP/1.1\r\nHost: h\r\nX-Say: hi\r\n\r\n")) {
        client.send({&byte, 1});
        run_until(
            loop_, [] { return false; }, 1ms);
    }
    EXPECT_TRUE(gets(client, "/slow hi"));
}

TEST_F(ServerTest, ReadsAHeadLargerThanABuffer) {
    static_assert(20'000 > Buffer::small_size);
    const std::string word(20'000, 'w');
    Peer client = Peer::connect(port_);
    client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Say: " + word.substr(0, 15'000));
    run_for(loop_, 5ms);
    // The second request comes along with the rest of the first.
    client.send(word.substr(15'000) + "\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(until([&] { return client.has("\r\n\r\n/ " + word + "HTTP/1.1 200"); }));
    EXPECT_TRUE(until([&] { return client.received().ends_with("/next"); }));
}

TEST_F(ServerTest, RefusesAHeadLargerThanTheLimit) {
    Peer client = Peer::connect(port_);
    client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Say: " + std::string(40'000, 'w') + "\r\n\r\n");
    ASSERT_TRUE(until([&] { return client.ended(); }));
    EXPECT_TRUE(client.has("HTTP/1.1 431 ")) << client.received();
    EXPECT_FALSE(client.was_reset()) << "a reset could overtake the answer";
}

TEST_F(ServerTest, ReadsABodyInAnyPieces) {
    Peer client = Peer::connect(port_);
    client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (const char byte : std::string("5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\n\r\n")) {
        client.send({&byte, 1});
        run_until(
            loop_, [] { return false; }, 1ms);
    }
    EXPECT_TRUE(gets(client, "/hello, world"));
    client.forget();
    client.send(get);
    EXPECT_TRUE(gets(client, "/"));
}

TEST_F(ServerTest, SaysSoWhereABodyEndsEarlyAndNotThatItWasWhole) {
    Peer client = Peer::connect(port_);
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");
    run_for(loop_, 5ms);
    client.end_sending();
    ASSERT_TRUE(until([&] { return client.ended(); }));
    ASSERT_EQ(echo_.failures.size(), 1u);
    EXPECT_EQ(echo_.failures[0].side, Side::client);
    EXPECT_EQ(echo_.failures[0].status, 400);
}

TEST_F(ServerTest, ABodyNobodyReadIsNotTakenForARequest) {
    echo_.read_bodies = false;
    Peer client = Peer::connect(port_);
    client.send("POST /early HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" +
                std::string(get));
    ASSERT_TRUE(gets(client, "/early"));
    EXPECT_TRUE(client.has("Connection: close\r\n"));
    client.send(std::string(900, 'x') + std::string(get));
    pass(3s);
    ASSERT_TRUE(until([&] { return client.ended(); }));
    EXPECT_EQ(echo_.served, 1);
}

TEST_F(ServerTest, AnAnswerThatComesBeforeALargeBodyHasArrivedIsNotLostToAReset) {
    echo_.read_bodies = false;
    Peer client = Peer::connect(port_);
    std::size_t left = 8 << 20;
    client.send("POST /early HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(left) +
                "\r\n\r\n");
    const std::string block(64 * 1024, 'x');
    ASSERT_TRUE(until([&] {  // it reads the answer only then
        left -= client.send(std::string_view(block).substr(0, left));
        return left == 0 || client.was_reset();
    }));
    EXPECT_TRUE(gets(client, "/early"));
    client.end_sending();
    ASSERT_TRUE(until([&] { return client.ended(); }));
    EXPECT_FALSE(client.was_reset());
}

TEST_F(ServerTest, AnAnswerThatBreaksOffIsAReset) {
    echo_.break_off = true;
    Peer client = Peer::connect(port_);
    client.send(get);
    ASSERT_TRUE(until([&] { return client.ended(); }));
    EXPECT_TRUE(client.was_reset());
}

TEST_F(ServerTest, ASlowHeadIsAnsweredWith408HoweverItTrickles) {
    Peer client = Peer::connect(port_);
    client.send("GET / HTTP/1.1\r\nHost: h\r\n");
    for (int i = 0; i < 9; ++i) {
        pass(1s);
        client.send("X: y\r\n");
    }
    pass(500ms);
    EXPECT_FALSE(client.has("HTTP/1.1"));
    pass(1s);
    ASSERT_TRUE(until([&] { return client.has("HTTP/1.1 408 "); }));
    EXPECT_EQ(echo_.served, 0);
}

TEST_F(ServerTest, AConnectionThatSaysNothingIsClosedWithoutAWord) {
    Peer client = Peer::connect(port_);
    pass(1500ms);
    pass(9s);
    EXPECT_FALSE(client.ended());
    pass(1500ms);
    ASSERT_TRUE(until([&] { return client.ended(); }));
    EXPECT_EQ(client.received(), "");
    EXPECT_TRUE(echo_.failures.empty());
}

TEST_F(ServerTest, AnIdleConnectionIsKeptForTheIdleTimeoutAndNoLonger) {
    Peer client = Peer::connect(port_);
    client.send(get);
    ASSERT_TRUE(gets(client, "/"));
    pass(1500ms);
    pass(58s);
    EXPECT_FALSE(client.ended());
    client.forget();
    client.send(get);
    ASSERT_TRUE(gets(client, "/")) << "a parked connection serves like any other";
    pass(1500ms);
    pass(61s);
    EXPECT_TRUE(until([&] { return client.ended(); }));
}

TEST_F(ServerTest, ABodyThatStallsIsGivenUp) {
    Peer client = Peer::connect(port_);
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n");
    pass(59s);
    client.send("x");
    pass(59s);
    EXPECT_TRUE(echo_.failures.empty());
    pass(2s);
    ASSERT_EQ(echo_.failures.size(), 1u);
    EXPECT_EQ(echo_.failures[0].status, 408);
}

TEST_F(ServerTest, IdleConnectionsHoldNoBuffers) {
    constexpr std::size_t count = 32;
    std::vector<Peer> clients;
    for (std::size_t i = 0; i < count; ++i) clients.push_back(Peer::connect(port_));
    ASSERT_TRUE(until([&] { return server_->counters().idle.load() == count; }));
    EXPECT_EQ(Buffer::borrowed(), count) << "one each to read into, for a moment";
    pass(1500ms);
    EXPECT_EQ(Buffer::borrowed(), 0u);
    clients.front().send(get);
    ASSERT_TRUE(gets(clients.front(), "/"));
    EXPECT_EQ(Buffer::borrowed(), 1u);
    pass(1500ms);
    EXPECT_EQ(Buffer::borrowed(), 0u);
}

TEST_F(ServerTest, CountsConnectionsByWhetherARequestIsUnderWay) {
    Peer idle = Peer::connect(port_), active = Peer::connect(port_);
    ASSERT_TRUE(until([&] { return server_->counters().idle.load() == 2; }));
    echo_.hold = true;
    active.send(get);
    ASSERT_TRUE(until([&] { return server_->counters().active.load() == 1; }));
    EXPECT_EQ(server_->counters().idle.load(), 1u);
    echo_.go_on.set();
    ASSERT_TRUE(gets(active, "/"));
    ASSERT_TRUE(until([&] { return server_->counters().idle.load() == 2; }));
    idle.close();
    ASSERT_TRUE(until([&] { return server_->counters().idle.load() == 1; }));
    EXPECT_EQ(server_->counters().active.load(), 0u);
}

class CrowdedServer : public ServerTest {
protected:
    CrowdedServer() { limits_.connections = 2; }
};

TEST_F(CrowdedServer, TurnsAwayWhoIsOverTheLimitUntilSomebodyLeaves) {
    Peer one = Peer::connect(port_), two = Peer::connect(port_), over = Peer::connect(port_);
    ASSERT_TRUE(until([&] { return over.ended(); }));
    EXPECT_EQ(server_->counters().over_connections.load(), 1u);
    one.close();
    ASSERT_TRUE(until([&] { return server_->counters().idle.load() == 1; }));
    Peer next = Peer::connect(port_);
    next.send(get);
    EXPECT_TRUE(gets(next, "/"));
    two.send(get);
    EXPECT_TRUE(gets(two, "/"));
}

TEST_F(ServerTest, DrainingClosesTheIdleAndFinishesWhatIsUnderWay) {
    echo_.hold = true;
    Peer idle = Peer::connect(port_), parked = Peer::connect(port_);
    pass(1500ms);
    Peer fresh = Peer::connect(port_), active = Peer::connect(port_);
    active.send(get);
    ASSERT_TRUE(until([&] { return echo_.served == 1; }));
    drain();
    ASSERT_TRUE(until([&] { return idle.ended() && parked.ended() && fresh.ended(); }));
    EXPECT_FALSE(drained_);
    EXPECT_FALSE(active.ended());
    EXPECT_THROW(Peer::connect(port_), std::runtime_error);
    echo_.go_on.set();
    ASSERT_TRUE(gets(active, "/"));
    EXPECT_TRUE(active.has("Connection: close\r\n"));
    EXPECT_TRUE(until([&] { return drained_ && active.ended(); }));
}

TEST_F(ServerTest, ARequestThatADrainLeavesUnansweredDoesNotCostTheAnswerBeforeIt) {
    echo_.hold = true;
    Peer client = Peer::connect(port_);
    client.send(get);
    ASSERT_TRUE(until([&] { return echo_.served == 1; }));
    drain();
    client.send(get);
    echo_.go_on.set();
    ASSERT_TRUE(gets(client, "/"));
    ASSERT_TRUE(until([&] { return client.ended(); }));
    EXPECT_FALSE(client.was_reset());
    EXPECT_EQ(echo_.served, 1);
    client.close();
    EXPECT_TRUE(until([this] { return drained_; }));
}

}  // namespace
}  // namespace turnpike::server
