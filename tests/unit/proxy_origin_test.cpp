// Connections to one origin: which of its addresses is taken, and what is kept for later.
#include <gtest/gtest.h>

#include "proxy/proxy.hpp"
#include "support/sockets.hpp"

namespace turnpike::proxy {
namespace {

using namespace std::chrono_literals;
using test::Peer;
using test::PeerListener;
using test::run_for;
using test::run_until;

class OriginTest : public testing::Test {
protected:
    struct Connected {
        bool yet = false;
        bool reused = false;
        net::Stream stream;
        std::optional<Error> error;
    };

    Task<void> connecting(Connected& connected, bool fresh_only) {
        auto connection = co_await origin_.connect(fresh_only);
        connected.yet = true;
        if (!connection) {
            connected.error = connection.error();
            co_return;
        }
        connected.reused = connection->reused;
        connected.stream = std::move(connection->stream);
    }
    void connect(Connected& connected, bool fresh_only = false) {
        connected = {};
        tasks_.start(connecting(connected, fresh_only));
        ASSERT_TRUE(run_until(loop_, [&] { return connected.yet; }));
    }
    /// Whether anybody has knocked.
    std::optional<Peer> accept() {
        std::optional<Peer> peer;
        run_until(
            loop_, [&] { return (peer = listener_.accept()).has_value(); }, 50ms);
        return peer;
    }

    net::Loop loop_;
    PeerListener listener_;
    std::vector<Address> addresses_{*Address::parse("127.0.0.1")};
    Origin origin_{loop_,
                   OriginAddress{.host = "origin.test", .port = listener_.port(), .unix_path = {}},
                   Limits{}, [this](const std::string&) { return addresses_; }};
    Nursery tasks_;
};

TEST_F(OriginTest, AConnectionThatWasKeptIsTakenBeforeANewOne) {
    Connected one;
    connect(one);
    auto peer = accept();
    ASSERT_TRUE(peer);
    EXPECT_FALSE(one.reused);
    origin_.keep(std::move(one.stream));
    connect(one);
    EXPECT_TRUE(one.reused);
    EXPECT_FALSE(accept());

    origin_.keep(std::move(one.stream));
    Connected fresh;
    connect(fresh, true);
    EXPECT_FALSE(fresh.reused);
    EXPECT_TRUE(accept());
    fresh.stream.close();
}

TEST_F(OriginTest, AConnectionThatIsNotQuietIsNotTaken) {
    for (const bool speaks : {true, false}) {
        Connected one;
        connect(one, true);
        auto peer = accept();
        ASSERT_TRUE(peer);
        origin_.keep(std::move(one.stream));
        if (speaks) peer->send("HTTP/1.1 200 OK\r\n\r\n");
        if (!speaks) peer->close();
        run_for(loop_, 5ms);
        connect(one);
        EXPECT_FALSE(one.reused) << "somebody else's answer, or a connection that is gone";
        one.stream.close();
        EXPECT_TRUE(accept());
    }
}

TEST_F(OriginTest, TheAddressThatAnsweredIsAskedFirstFromThenOn) {
    const net::Endpoint elsewhere{
        .address = *Address::parse("127.0.0.2"), .port = listener_.port(), .path = {}};
    addresses_ = {elsewhere.address, *Address::parse("127.0.0.1")};
    Connected one;
    connect(one, true);
    EXPECT_FALSE(one.error) << "the first address refuses, the second does not";
    EXPECT_TRUE(accept());
    one.stream.close();

    Result<net::Listener> other = net::Listener::open(loop_, elsewhere);
    ASSERT_TRUE(other);
    connect(one, true);
    EXPECT_TRUE(accept());
    one.stream.close();
}

TEST_F(OriginTest, WhereNoAddressAnswersTheLastFailureIsTold) {
    addresses_ = {*Address::parse("127.0.0.2"), *Address::parse("127.0.0.3")};
    Connected one;
    connect(one);
    ASSERT_TRUE(one.error);
    EXPECT_EQ(one.error->fault, Fault::refused);
    EXPECT_EQ(one.error->status, 502);
    EXPECT_EQ(one.error->side, Side::origin);
}

}  // namespace
}  // namespace turnpike::proxy
