// A rate before a real origin: what passes, what is refused and how, what is written down, and what
// the operator is told where it cannot be applied.
#include "support/gate_test.hpp"

namespace turnpike::gate {
namespace {

using namespace std::chrono_literals;
using test::FakeRequest;
using test::Peer;

class GateThrottles : public test::GateTest {
protected:
    void throttle(Action action, Rate rate) {
        Rule rule;
        rule.name = "slow-down";
        rule.then = action;
        rule.reason = "This is heavy.";
        rule.rate = rate;
        rule.where = {"site.yaml", 12};
        if (action == Action::pay) rule.price = Money{"USD", 10'000};
        rules_.push_back(std::move(rule));
    }
    /// One request; an origin answers it, if it gets there.
    std::unique_ptr<FakeRequest> ask(std::string_view from = "203.0.113.7") {
        auto request = std::make_unique<FakeRequest>("/");
        request->peer = *Address::parse(from);
        return ask(std::move(request));
    }
    std::unique_ptr<FakeRequest> ask(std::unique_ptr<FakeRequest> request) {
        serve(*request);
        if (ended_ == begun_) return request;  // refused
        if (!origin_) origin_ = accept();
        EXPECT_TRUE(until([&] { return origin_->has("\r\n\r\n"); }));
        origin_->forget();
        origin_->send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: \"x\"\r\n\r\nok");
        EXPECT_TRUE(until_all_end());
        return request;
    }
    double requests(const std::string& action, const std::string& outcome) {
        return metric("turnpike_requests_total{site=\"example\",action=\"" + action +
                      "\",outcome=\"" + outcome + "\",category=\"unknown\"}");
    }
    std::optional<Peer> origin_;
};

TEST_F(GateThrottles, WhatIsOverTheRateAndSaysWhenToComeAgain) {
    throttle(Action::throttle, {.requests = 30, .period = 60s, .burst = 2, .per = Per::client});
    open();
    const auto first = ask();
    EXPECT_EQ(first->outlet.status, 200);
    EXPECT_EQ(first->outlet.field("RateLimit"), "\"slow-down\";r=1;t=2");
    EXPECT_EQ(first->outlet.field("RateLimit-Policy"), "\"slow-down\";q=30;w=60;turnpike-burst=2");
    EXPECT_EQ(first->outlet.field("Retry-After"), "(none)");
    EXPECT_EQ(first->outlet.field("ETag"), "\"x\"");
    EXPECT_EQ(ask()->outlet.status, 200);
    const auto refused = ask();
    EXPECT_EQ(refused->outlet.status, 429);
    EXPECT_EQ(refused->outlet.field("Retry-After"), "2");
    EXPECT_EQ(refused->outlet.field("RateLimit"), "\"slow-down\";r=0;t=2");
    EXPECT_EQ(refused->outlet.field("Cache-Control"), "no-store");
    EXPECT_NE(refused->outlet.body.find("slow-down"), std::string::npos) << refused->outlet.body;
    EXPECT_EQ(ask("203.0.113.8")->outlet.status, 200);
    pass(2s);
    EXPECT_EQ(ask()->outlet.status, 200);
    EXPECT_EQ(ask()->outlet.status, 429);
    EXPECT_EQ(requests("throttle", "forwarded"), 4);
    EXPECT_EQ(requests("throttle", "refused"), 2);
    const auto lines = log_lines();
    ASSERT_EQ(lines.size(), 6u);
    for (const char* part : {"\"status\":429", "\"outcome\":\"refused\"", "\"action\":\"throttle\"",
                             "\"rule\":\"slow-down\"", "\"where\":\"site.yaml:12\"",
                             "\"reason\":\"More requests came than this rule lets through.\""}) {
        EXPECT_NE(lines[2].find(part), std::string::npos) << part << " in " << lines[2];
    }
    EXPECT_NE(lines[0].find("\"action\":\"throttle\""), std::string::npos) << lines[0];
}

TEST_F(GateThrottles, WhatIsAllowedUpToACeiling) {
    throttle(Action::allow, {.requests = 1, .period = 3600s, .burst = 1, .per = Per::client});
    open();
    EXPECT_EQ(ask()->outlet.status, 200);
    const auto refused = ask();
    EXPECT_EQ(refused->outlet.status, 429);
    EXPECT_EQ(refused->outlet.field("Retry-After"), "3600");
    EXPECT_EQ(requests("allow", "forwarded"), 1);
    EXPECT_EQ(requests("allow", "refused"), 1);
}

TEST_F(GateThrottles, WhatMustPayAndComesTooOften) {
    throttle(Action::pay, {.requests = 1, .period = 60s, .burst = 1, .per = Per::client});
    open();
    EXPECT_EQ(ask()->outlet.status, 402);
    const auto refused = ask();
    EXPECT_EQ(refused->outlet.status, 429);
    EXPECT_EQ(refused->outlet.field("crawler-price"), "(none)");
}

TEST_F(GateThrottles, NothingWhereTheSiteOnlyObserves) {
    mode_ = Mode::observe;
    throttle(Action::throttle, {.requests = 1, .period = 60s, .burst = 1, .per = Per::site});
    open();
    for (int i = 0; i < 3; ++i) {
        const auto answered = ask();
        EXPECT_EQ(answered->outlet.status, 200);
        EXPECT_EQ(answered->outlet.field("RateLimit"), "(none)");
    }
    EXPECT_EQ(rates_.entries(loop_.clock().now()), 0u);
}

TEST_F(GateThrottles, NobodyWhoComesThroughAForwarderThatNobodyTrusts) {
    throttle(Action::throttle, {.requests = 1, .period = 60s, .burst = 1, .per = Per::client});
    open();
    for (int i = 0; i < 3; ++i) {
        auto request = std::make_unique<FakeRequest>("/");
        request->add("X-Forwarded-For", "198.51.100.4");
        EXPECT_EQ(ask(std::move(request))->outlet.status, 200);
    }
    ASSERT_EQ(hinted_.size(), 1u);
    EXPECT_EQ(hinted_[0],
              "test: 203.0.113.7 forwards for others, and nobody said that it may be believed, so "
              "its clients cannot be told apart. If it is a proxy of yours, write in "
              "turnpike.yaml: trusted_proxies: [loopback, 203.0.113.7]");
    EXPECT_EQ(metric("turnpike_untrusted_forwarded_total{listener=\"test\"}"), 3);
}

TEST_F(GateThrottles, NobodyWhoseAddressIsPrivateAndSaysWhy) {
    throttle(Action::throttle, {.requests = 1, .period = 60s, .burst = 1, .per = Per::client});
    open();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("172.18.0.1")->outlet.status, 200);
    ASSERT_EQ(hinted_.size(), 1u);
    EXPECT_EQ(hinted_[0],
              "test: a rate per address was not applied to 172.18.0.1, which may stand for many "
              "clients. If it is a proxy of yours, let it send X-Forwarded-For");
}

TEST(AHint, IsGivenOnceAMinuteForEachListener) {
    std::vector<std::string> said;
    Hints hints([&said](std::string text) { said.push_back(std::move(text)); });
    hints.add_listener("one");
    hints.add_listener("other");
    const Hints::Time start{std::chrono::hours(1)};
    const Address peer = *Address::parse("2001:db8::1");
    for (int i = 0; i < 100; ++i) hints.untrusted_forwarder(0, peer, "", start + i * 600ms);
    ASSERT_EQ(said.size(), 1u);
    EXPECT_TRUE(said[0].ends_with("trusted_proxies: [\"2001:db8::1\"]")) << said[0];
    hints.untrusted_forwarder(1, peer, "", start);
    hints.uncounted_address(1, peer, start + 30s);
    EXPECT_EQ(said.size(), 2u);
    hints.untrusted_forwarder(0, peer, "", start + 60s);
    EXPECT_EQ(said.size(), 3u);
}

}  // namespace
}  // namespace turnpike::gate
