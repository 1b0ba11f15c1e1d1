// Two exchanges at once over a codec that is not HTTP/1.1 and on no connection of their own: each
// outlet gets its own head and body and nothing else, so that HTTP/2 streams will fit unchanged.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "gate/gate.hpp"
#include "support/fake_exchange.hpp"
#include "support/sockets.hpp"

namespace turnpike::gate {
namespace {

using namespace std::chrono_literals;
using test::FakeRequest;
using test::Peer;
using test::run_for;
using test::run_until;

constexpr std::string_view refused_to = "/private";

/// A gate before one site, its origin in the hands of the test.
class GateExchanges : public testing::Test {
protected:
    void open(proxy::Limits limits = {}) {
        Site site;
        site.name = "example";
        site.hosts = {"example.com"};
        site.origin = {.host = "127.0.0.1", .port = listener_.port(), .unix_path = {}};
        Rule rule;
        rule.name = "nobody";
        rule.when.paths.emplace_back(std::string(refused_to));
        rule.then = Action::deny;
        rule.reason = "This is private.";
        site.rules.push_back(std::move(rule));
        auto snapshot = std::make_shared<Snapshot>();
        snapshot->knowledge.catalogue = identity::Catalogue::installed();
        snapshot->knowledge.sites = Sites({std::move(site)});
        snapshot->pseudonym = "1.1 turnpike-test";

        telemetry::AccessLogOptions options;
        options.to = log_path_;
        std::string error;
        log_ = telemetry::AccessLog::open(options, 1, error);
        ASSERT_TRUE(log_) << error;
        listeners_.push_back(metrics_.listener("test"));
        const Surroundings surroundings{.loop = loop_,
                                        .metrics = metrics_,
                                        .counters = metrics_.shard(0),
                                        .log = log_->ring(0),
                                        .listeners = listeners_,
                                        .origin_limits = limits};
        gate_ = std::make_unique<Gate>(surroundings, std::move(snapshot));
    }
    void TearDown() override {
        gate_.reset();
        log_.reset();
        std::remove(log_path_.c_str());
    }

    void serve(FakeRequest& request) {
        ++begun_;
        exchanges_.start(serve_and_count(request));
    }
    Task<void> serve_and_count(FakeRequest& request) {
        Exchange exchange{request.head,       request.body, request.outlet,
                          request.arena,      request.peer, 0,
                          loop_.clock().now()};
        co_await gate_->serve(exchange);
        ++ended_;
    }
    bool until(const std::function<bool()>& done) { return run_until(loop_, done); }
    bool until_all_end() {
        return until([this] { return ended_ == begun_; });
    }

    /// The next connection to the origin, once a whole request head has come over it.
    Peer accept() {
        std::optional<Peer> peer;
        const bool came = until([&] {
            if (!peer) peer = listener_.accept();
            return peer && peer->has("\r\n\r\n");
        });
        if (!came) throw std::runtime_error("no request reached the origin");
        return std::move(*peer);
    }

    /// The access log's lines, once the writer has written all.
    std::vector<std::string> log_lines() {
        log_.reset();
        std::ifstream file(log_path_);
        std::vector<std::string> lines;
        for (std::string line; std::getline(file, line);) lines.push_back(line);
        return lines;
    }
    /// The value of a series; 0 where there is none.
    double metric(const std::string& series) {
        telemetry::Metrics::Readings readings;
        readings.now = loop_.clock().wall();
        std::istringstream text(metrics_.text(readings));
        for (std::string line; std::getline(text, line);) {
            if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
        }
        return 0;
    }
    double origin_outcomes(const std::string& outcome) {
        return metric("turnpike_origin_requests_total{site=\"example\",outcome=\"" + outcome +
                      "\"}");
    }

    test::PeerListener listener_;
    net::Loop loop_;
    telemetry::Metrics metrics_{{.version = "test"}};
    std::vector<telemetry::Metrics::ListenerId> listeners_;
    const std::string log_path_ = (std::filesystem::temp_directory_path() /
                                   ("gate_exchanges_" + std::to_string(::getpid()) + ".log"))
                                      .string();
    std::unique_ptr<telemetry::AccessLog> log_;
    std::unique_ptr<Gate> gate_;
    int begun_ = 0;
    int ended_ = 0;
    Nursery exchanges_;
};

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

TEST_F(GateExchanges, AClientThatHangsUpAmidItsBodyIsNotTheOriginsFault) {
    open();
    FakeRequest request("/");
    serve(request);
    Peer origin = accept();
    origin.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart of it");
    ASSERT_TRUE(until([&] { return request.outlet.body == "part of it"; }));
    request.body.hang_up(Fault::reset);
    ASSERT_TRUE(until([&] { return ended_ == 1 && origin.ended(); }));
    EXPECT_FALSE(request.outlet.complete);
    EXPECT_EQ(origin_outcomes("reset"), 0);
}

TEST_F(GateExchanges, AClientThatOnlyEndedItsSideStillGetsAQuickAnswer) {
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
TEST_F(GateExchanges, AClientThatEndedItsSideBeforeWeConnectedIsNotWaitedForLong) {
    open();
    FakeRequest request("/");
    request.body.hang_up(Fault::closed);
    serve(request);
    Peer origin = accept();  // and says nothing
    ASSERT_TRUE(run_until(
        loop_, [&] { return ended_ == 1; }, 5s));
    EXPECT_TRUE(until([&] { return origin.ended(); }));
    EXPECT_FALSE(request.outlet.started());
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

TEST_F(GateExchanges, AConnectionServesTheNextExchange) {
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

TEST_F(GateExchanges, ABodyGoesUpWhileTheAnswerIsAwaited) {
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

// The limit is on the origin's silence, not on how long a client takes to send.
TEST_F(GateExchanges, AnUploadMayTakeLongerThanTheOriginMayBeSilent) {
    open({.response = 600ms});
    FakeRequest post("/upload");
    post.with_body().body.give("0", false);
    serve(post);
    Peer origin = accept();
    for (int i = 1; i < 8; ++i) {
        run_for(loop_, 200ms);
        post.body.give(std::to_string(i), i == 7);
    }
    ASSERT_TRUE(until([&] { return origin.has("0\r\n\r\n"); }));
    origin.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    ASSERT_TRUE(until_all_end());
    EXPECT_EQ(post.outlet.status, 200);
}

TEST_F(GateExchanges, AnOriginThatIsSilentAfterABodyItReadSlowlyIsGivenUp) {
    open({.response = 500ms});
    FakeRequest post("/upload");
    const std::string large(32 << 20, 'x');  // more than the kernel holds between us
    post.with_body().body.give(large, true);
    serve(post);
    Peer origin = accept();
    ASSERT_TRUE(until([&] { return origin.received().size() > large.size(); }));
    ASSERT_TRUE(run_until(
        loop_, [&] { return ended_ == 1; }, 3s));
    EXPECT_EQ(post.outlet.status, 504);
}

TEST_F(GateExchanges, ABodyThatBreaksOffEndsTheRequestToTheOrigin) {
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
