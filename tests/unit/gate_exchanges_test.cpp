// Two exchanges at once over a codec that is not HTTP/1.1 and on no connection of their own: each
// outlet gets its own head and body and nothing else, so that HTTP/2 streams will fit unchanged.
#include "support/gate_test.hpp"

namespace turnpike::gate {
namespace {

using namespace std::chrono_literals;
using test::FakeRequest;
using test::Peer;
using test::refused_to;
using test::run_for;
using GateExchanges = test::GateTest;

TEST_F(GateExchanges, EachGetsItsOwnHeadAndBodyHoweverTheyInterleave) {
    open();
    FakeRequest a("/a"), b("/b"), denied(refused_to);
    serve(a);
    Peer origin_a = accept();
    serve(b);
    Peer origin_b = accept();
    EXPECT_TRUE(origin_a.has("GET /a HTTP/1.1\r\n"));
    EXPECT_TRUE(origin_b.has("GET /b HTTP/1.1\r\n"));

    // The second is answered first; the first still waits for its head.
    origin_b.send("HTTP/1.1 201 Created\r\nWhose: b\r\nContent-Length: 6\r\n\r\n");
    ASSERT_TRUE(until([&] { return b.outlet.started(); }));
    EXPECT_EQ(b.outlet.status, 201);
    EXPECT_FALSE(a.outlet.started());

    // A third is refused in between and ends at once.
    serve(denied);
    EXPECT_EQ(ended_, 1);
    EXPECT_EQ(denied.outlet.status, 403);
    EXPECT_TRUE(denied.outlet.complete);
    EXPECT_NE(denied.outlet.body.find("This is private."), std::string::npos);

    origin_a.send("HTTP/1.1 200 OK\r\nWhose: a\r\nContent-Length: 6\r\n\r\n");
    ASSERT_TRUE(until([&] { return a.outlet.started(); }));
    for (const std::string_view step : {"1", "2", "3"}) {
        origin_a.send("a" + std::string(step));
        ASSERT_TRUE(until([&] { return a.outlet.body.ends_with(step); }));
        EXPECT_FALSE(b.outlet.body.ends_with(step));
        origin_b.send("b" + std::string(step));
        ASSERT_TRUE(until([&] { return b.outlet.body.ends_with(step); }));
    }
    ASSERT_TRUE(until_all_end());
    EXPECT_EQ(a.outlet.body, "a1a2a3");
    EXPECT_EQ(b.outlet.body, "b1b2b3");
    EXPECT_EQ(a.outlet.field("Whose"), "a");
    EXPECT_EQ(b.outlet.field("Whose"), "b");
    for (const FakeRequest* request : {&a, &b, &denied}) {
        EXPECT_EQ(request->outlet.heads, 1);
        EXPECT_TRUE(request->outlet.complete);
        EXPECT_FALSE(request->outlet.aborted);
        EXPECT_FALSE(request->body.watched());
    }
    EXPECT_EQ(a.outlet.parts, 3) << "a body streams, part by part as it comes";
}

TEST_F(GateExchanges, EachIsCountedAndLoggedOnce) {
    open();
    FakeRequest a("/a"), b("/b"), denied(refused_to), stray("/");
    stray.head.authority = "elsewhere.example";
    serve(a);
    Peer origin_a = accept();
    serve(b);
    Peer origin_b = accept();
    serve(denied);
    serve(stray);
    origin_b.send("HTTP/1.1 204 No Content\r\n\r\n");
    origin_a.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    ASSERT_TRUE(until_all_end());
    EXPECT_EQ(stray.outlet.status, 421);

    const std::vector<std::string> lines = log_lines();
    ASSERT_EQ(lines.size(), 4u);  // in the order in which they ended
    const auto line_of = [&](std::string_view path) -> std::string {
        std::string found;
        for (const std::string& line : lines) {
            if (line.find("\"path\":\"" + std::string(path) + "\"") == line.npos) continue;
            EXPECT_EQ(found, "") << "two lines for " << path;
            found = line;
        }
        return found;
    };
    EXPECT_NE(line_of("/a").find("\"status\":200"), std::string::npos) << line_of("/a");
    EXPECT_NE(line_of("/a").find("\"bytes_out\":5"), std::string::npos) << line_of("/a");
    EXPECT_NE(line_of("/b").find("\"status\":204"), std::string::npos) << line_of("/b");
    EXPECT_NE(line_of("/private").find("\"rule\":\"nobody\""), std::string::npos);
    EXPECT_NE(line_of("/private").find(denied.outlet.field("X-Turnpike-Id")), std::string::npos);
    EXPECT_NE(line_of("/").find("\"status\":421"), std::string::npos) << line_of("/");
    EXPECT_EQ(origin_outcomes("ok"), 2);
    EXPECT_EQ(
        metric("turnpike_rule_matches_total{site=\"example\",rule=\"nobody\",mode=\"enforce\"}"),
        1);
}

TEST_F(GateExchanges, AClientThatHangsUpTakesItsOriginConnectionAlongAndNoOther) {
    open();
    FakeRequest stays("/stays"), leaves("/leaves");
    serve(stays);
    Peer origin_of_one = accept();
    serve(leaves);
    Peer origin_of_other = accept();

    pass(std::chrono::milliseconds(300));  // long enough for the clients to be watched
    leaves.body.hang_up(Fault::reset);
    ASSERT_TRUE(until([&] { return ended_ == 1 && origin_of_other.ended(); }));
    EXPECT_FALSE(leaves.outlet.started());
    EXPECT_FALSE(origin_of_one.ended());

    origin_of_one.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    ASSERT_TRUE(until_all_end());
    EXPECT_EQ(stays.outlet.body, "ok");
    const auto lines = log_lines();
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_NE(lines[0].find("\"status\":499"), std::string::npos) << lines[0];
    EXPECT_EQ(origin_outcomes("reset"), 0) << "it was not the origin's fault";
}

TEST_F(GateExchanges, AnOriginThatBreaksOffAbortsItsOwnExchangeOnly) {
    open();
    FakeRequest whole("/whole"), broken("/broken");
    serve(whole);
    Peer origin_of_whole = accept();
    serve(broken);
    Peer origin_of_broken = accept();
    origin_of_broken.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart of it");
    origin_of_whole.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nall \r\n");
    ASSERT_TRUE(until([&] { return broken.outlet.body == "part of it"; }));
    origin_of_broken.close();
    ASSERT_TRUE(until([&] { return ended_ == 1; }));
    EXPECT_TRUE(broken.outlet.aborted);
    EXPECT_FALSE(broken.outlet.complete);
    origin_of_whole.send("6\r\nof it!\r\n0\r\n\r\n");
    ASSERT_TRUE(until_all_end());
    EXPECT_EQ(whole.outlet.body, "all of it!");
    EXPECT_TRUE(whole.outlet.complete);
    EXPECT_EQ(origin_outcomes("ok"), 1);
    EXPECT_EQ(origin_outcomes("reset"), 1);
}

TEST_F(GateExchanges, ARefusalReadsNothingOfTheBodyAndAsksNoOrigin) {
    open();
    FakeRequest post(refused_to);
    post.with_body().body.give("not wanted", true);
    serve(post);
    EXPECT_EQ(ended_, 1);
    EXPECT_EQ(post.outlet.status, 403);
    EXPECT_EQ(post.body.received(), 0u);
    run_for(loop_, 20ms);
    EXPECT_FALSE(listener_.accept());
}

}  // namespace
}  // namespace turnpike::gate
