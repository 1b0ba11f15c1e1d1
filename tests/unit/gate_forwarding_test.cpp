// One exchange with its origin: bodies that go up, clients that leave, origins that are silent or
// not there, and whose fault it was.
#include "support/gate_test.hpp"

namespace turnpike::gate {
namespace {

using namespace std::chrono_literals;
using test::FakeRequest;
using test::Peer;
using GateForwards = test::GateTest;

TEST_F(GateForwards, AClientThatHangsUpAmidItsBodyIsNotTheOriginsFault) {
    open();
    FakeRequest request("/");
    serve(request);
    Peer origin = accept();
    origin.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart of it");
    ASSERT_TRUE(until([&] { return request.outlet.body == "part of it"; }));
    pass(300ms);  // long enough for the client to be watched
    request.body.hang_up(Fault::reset);
    ASSERT_TRUE(until([&] { return ended_ == 1 && origin.ended(); }));
    EXPECT_FALSE(request.outlet.complete);
    EXPECT_EQ(origin_outcomes("reset"), 0);
}

TEST_F(GateForwards, AClientThatOnlyEndedItsSideStillGetsAQuickAnswer) {
    open();
    FakeRequest request("/");
    request.body.hang_up(Fault::closed);  // it came with the request
    serve(request);
    Peer origin = accept();
    origin.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    ASSERT_TRUE(until_all_end());
    EXPECT_EQ(request.outlet.body, "ok");
}

// The client may be gone, so its origin is not waited for as long as a present client's.
TEST_F(GateForwards, AClientThatEndedItsSideBeforeWeConnectedIsNotWaitedForLong) {
    open();
    FakeRequest request("/");
    request.body.hang_up(Fault::closed);
    serve(request);
    Peer origin = accept();  // and says nothing
    pass(200ms);             // until the client is watched
    pass(900ms);
    EXPECT_EQ(ended_, 0);
    pass(200ms);
    ASSERT_TRUE(until_all_end());
    EXPECT_TRUE(until([&] { return origin.ended(); }));
    EXPECT_FALSE(request.outlet.started());
    // Nobody answered: neither the origin did well, nor is there a response to count.
    EXPECT_EQ(origin_outcomes("ok"), 0);
    EXPECT_EQ(metric("turnpike_responses_total{site=\"example\",code=\"4xx\",source=\"origin\"}"),
              0);
}

TEST_F(GateForwards, AConnectionServesTheNextExchange) {
    open();
    FakeRequest first("/1"), second("/2");
    serve(first);
    Peer origin = accept();
    origin.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
    ASSERT_TRUE(until_all_end());
    origin.forget();
    serve(second);
    ASSERT_TRUE(until([&] { return origin.has("GET /2 HTTP/1.1\r\n"); }));
    origin.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
    ASSERT_TRUE(until_all_end());
    EXPECT_EQ(second.outlet.body, "2");
    EXPECT_FALSE(listener_.accept());
}

TEST_F(GateForwards, ABodyGoesUpWhileTheAnswerIsAwaited) {
    open();
    FakeRequest post("/upload");
    post.with_body().body.give("one", false);
    serve(post);
    Peer origin = accept();
    ASSERT_TRUE(until([&] { return origin.has("3\r\none\r\n"); }));
    post.body.give("two", true);
    ASSERT_TRUE(until([&] { return origin.has("3\r\ntwo\r\n0\r\n\r\n"); }));
    origin.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    ASSERT_TRUE(until_all_end());
    EXPECT_EQ(post.outlet.status, 200);
    EXPECT_NE(log_lines().front().find("\"bytes_in\":6"), std::string::npos);
}

TEST_F(GateForwards, AnOriginThatIsNotThereIsA502) {
    std::uint16_t nobodys = 0;
    {
        const test::PeerListener gone;
        nobodys = gone.port();
    }
    open({}, nobodys);
    FakeRequest request("/");
    serve(request);
    ASSERT_TRUE(until_all_end());
    EXPECT_EQ(request.outlet.status, 502);
    EXPECT_EQ(origin_outcomes("connect_failed"), 1);
}

// The limit is on the origin's silence, not on how long a client takes to send.
TEST_F(GateForwards, AnUploadMayTakeLongerThanTheOriginMayBeSilent) {
    open({.response = 60s});
    FakeRequest post("/upload");
    post.with_body().body.give("0", false);
    serve(post);
    Peer origin = accept();
    for (int i = 1; i < 8; ++i) {
        pass(20s);
        post.body.give(std::to_string(i), i == 7);
    }
    ASSERT_TRUE(until([&] { return origin.has("0\r\n\r\n"); }));
    pass(59s);
    origin.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    ASSERT_TRUE(until_all_end());
    EXPECT_EQ(post.outlet.status, 200);
}

TEST_F(GateForwards, AnOriginThatIsSilentAfterABodyItReadSlowlyIsGivenUp) {
    open({.response = 60s});
    FakeRequest post("/upload");
    const std::string large(32 << 20, 'x');  // more than the kernel holds between us
    post.with_body().body.give(large, true);
    serve(post);
    Peer origin = accept();
    ASSERT_TRUE(until([&] { return origin.received().size() > large.size(); }));
    pass(59s);
    EXPECT_EQ(ended_, 0);
    pass(2s);
    ASSERT_TRUE(until_all_end());
    EXPECT_EQ(post.outlet.status, 504);
}

TEST_F(GateForwards, ABodyThatBreaksOffEndsTheRequestToTheOrigin) {
    open();
    FakeRequest post("/upload");
    post.with_body().body.give("half", false);
    serve(post);
    Peer origin = accept();
    post.body.fail({Fault::closed, Side::client, 400, "the body ended early"});
    ASSERT_TRUE(until([&] { return ended_ == 1 && origin.ended(); }));
    EXPECT_EQ(post.outlet.status, 400);
    EXPECT_FALSE(origin.has("0\r\n\r\n"));
}

}  // namespace
}  // namespace turnpike::gate
