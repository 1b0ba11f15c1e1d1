// Snapshots: what an exchange began with it ends with, what outlives a change and what does not.
#include "support/gate_test.hpp"

namespace turnpike::gate {
namespace {

using test::FakeRequest;
using test::Peer;
using test::refused_to;

class GateReload : public test::GateTest {
protected:
    /// Hands another snapshot to the gate, and keeps an eye on its life.
    std::weak_ptr<Snapshot> take_up(std::shared_ptr<Snapshot> snapshot) {
        std::weak_ptr<Snapshot> eye = snapshot;
        gate_->take_up(std::move(snapshot));
        return eye;
    }
    std::string refusal() {
        FakeRequest request(refused_to);
        serve(request);
        EXPECT_EQ(request.outlet.status, 403);
        return request.outlet.body;
    }
    bool is_refused(std::string_view reason) { return refusal().find(reason) != std::string::npos; }
};

TEST_F(GateReload, NewExchangesAreJudgedByTheNewSnapshot) {
    open();
    EXPECT_TRUE(is_refused("This is private."));
    EXPECT_TRUE(is_refused("This is private.")) << "from the cache of refusals";
    take_up(make_snapshot(listener_.port(), "This is closed."));
    EXPECT_TRUE(is_refused("This is closed."));
    auto open_to_all = make_snapshot(listener_.port());
    open_to_all->knowledge.observe = true;
    take_up(open_to_all);
    FakeRequest request(refused_to);
    serve(request);
    Peer origin = accept();
    EXPECT_TRUE(origin.has("GET /private")) << "it only observes";
    origin.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    ASSERT_TRUE(until_all_end());
}

TEST_F(GateReload, AnExchangeEndsWithWhatItBeganWith) {
    open();
    const auto old = take_up(make_snapshot(listener_.port()));
    FakeRequest request("/slow"), later("/next");
    serve(request);
    Peer origin = accept();
    const auto next = take_up(make_snapshot(listener_.port()));
    EXPECT_EQ(gate_->snapshots(), 2U);
    EXPECT_FALSE(old.expired()) << "an exchange still looks at it";
    serve(later);
    Peer other = accept();
    for (Peer* peer : {&other, &origin}) {
        peer->send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
    ASSERT_TRUE(until_all_end());
    EXPECT_EQ(request.outlet.body, "ok");
    EXPECT_EQ(later.outlet.body, "ok");
    EXPECT_TRUE(old.expired()) << "its last exchange has ended";
    EXPECT_FALSE(next.expired());
    EXPECT_EQ(gate_->snapshots(), 1U);
}

TEST_F(GateReload, ASnapshotThatNobodyLooksAtGoesAtOnce) {
    open();
    for (int i = 0; i < 10; ++i) {
        const auto old = take_up(make_snapshot(listener_.port()));
        EXPECT_TRUE(is_refused("private"));
        take_up(make_snapshot(listener_.port()));
        EXPECT_TRUE(old.expired());
    }
    EXPECT_EQ(gate_->snapshots(), 1U);
}

TEST_F(GateReload, ConnectionsToAnOriginOfTheSameAddressAreKept) {
    open();
    FakeRequest first("/1"), second("/2");
    serve(first);
    Peer origin = accept();
    origin.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    ASSERT_TRUE(until_all_end());
    origin.forget();
    take_up(make_snapshot(listener_.port()));
    take_up(make_snapshot(listener_.port()));
    serve(second);
    ASSERT_TRUE(until([&] { return origin.has("GET /2 "); }));
    origin.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    ASSERT_TRUE(until_all_end());

    test::PeerListener elsewhere;
    take_up(make_snapshot(elsewhere.port()));
    EXPECT_TRUE(until([&] { return origin.ended(); })) << "nobody needs this origin any more";
}

TEST_F(GateReload, AnExchangeUnderWayKeepsItsConnectionToAnOriginThatHasLeft) {
    open();
    FakeRequest request("/");
    serve(request);
    Peer origin = accept();
    test::PeerListener elsewhere;
    take_up(make_snapshot(elsewhere.port()));
    origin.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
    ASSERT_TRUE(until([&] { return request.outlet.started(); }));
    EXPECT_FALSE(origin.ended());
    origin.send("ok");
    ASSERT_TRUE(until_all_end());
    EXPECT_EQ(request.outlet.body, "ok");
    EXPECT_TRUE(until([&] { return origin.ended(); }));
}

TEST_F(GateReload, CountersGoOnUnderTheSameNames) {
    open();
    refusal();
    take_up(make_snapshot(listener_.port()));
    refusal();
    EXPECT_EQ(
        metric("turnpike_rule_matches_total{site=\"example\",rule=\"nobody\",mode=\"enforce\"}"),
        2);
}

TEST_F(GateReload, FailuresBeforeAJudgementLetGoToo) {
    open();
    FakeRequest request("/");
    Nursery nursery;
    nursery.start(gate_->fail(request.exchange(), {Fault::malformed, Side::client, 400, "bad"}));
    EXPECT_EQ(nursery.running(), 0U);
    take_up(make_snapshot(listener_.port()));
    EXPECT_EQ(gate_->snapshots(), 1U);
}

}  // namespace
}  // namespace turnpike::gate
