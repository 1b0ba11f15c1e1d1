// Behaviour before a real origin: who crawls is slowed down, then refused for a moment; who leaves
// meanwhile costs the origin nothing; and what is written down about it.
#include "support/gate_test.hpp"

namespace turnpike::gate {
namespace {

using namespace std::chrono_literals;
using test::FakeRequest;
using test::Peer;

constexpr std::string_view chrome =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36";

class GateWatches : public test::GateTest {
protected:
    void SetUp() override {
        Rule rule;
        rule.name = "slow-down";
        rule.when.add(
            when::Behaviours{.least = Behaviour::Level::likely, .signals = 0, .texts = {"likely"}});
        rule.by_behaviour = true;
        rule.then = Action::throttle;
        rule.reason = "This site throttles crawlers.";
        rule.rate = Rate{.requests = 60, .period = 60s, .burst = 1, .per = Per::client};
        rule.where = {"site.yaml", 12};
        rules_.push_back(std::move(rule));
        open();
    }
    std::unique_ptr<FakeRequest> begin(const std::string& path, std::string_view agent = chrome) {
        auto request = std::make_unique<FakeRequest>(path);
        request->add("User-Agent", agent).add("Accept", "text/html");
        request->add("Accept-Language", "en").add("Accept-Encoding", "gzip");
        serve(*request);
        return request;
    }
    void answer() {
        if (!origin_) origin_ = accept();
        EXPECT_TRUE(until([&] { return origin_->has("\r\n\r\n"); }));
        origin_->forget();
        origin_->send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok");
        EXPECT_TRUE(until_all_end());
    }
    /// Reads pages as a crawler does, until it is thought to be one. Its burst is then used up.
    void crawl() {
        for (int i = 0; i < 16; ++i) {
            const auto request = begin("/page/" + std::to_string(next_++));
            answer();
            pass(3s + 1s * (i % 3));
        }
    }
    std::unique_ptr<FakeRequest> begin_next() { return begin("/page/" + std::to_string(next_++)); }
    int next_ = 0;
    std::optional<Peer> origin_;
};

TEST_F(GateWatches, FirstDelaysAndThenRefusesForAMoment) {
    crawl();
    const auto passed = begin_next();
    answer();
    EXPECT_EQ(passed->outlet.status, 200);
    // Its burst is used up: the next two wait for their turn, and there is no turn soon enough for
    // another.
    const auto first = begin_next();
    const auto second = begin_next();
    const auto third = begin_next();
    EXPECT_EQ(third->outlet.status, 429);
    EXPECT_EQ(third->outlet.field("Retry-After"), "3");
    EXPECT_EQ(begun_ - ended_, 2);
    pass(1100ms);
    EXPECT_TRUE(until([&] { return origin_->has("\r\n\r\n"); }));
    origin_->forget();
    origin_->send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    EXPECT_TRUE(until([&] { return first->outlet.complete; }));
    EXPECT_EQ(first->outlet.status, 200);
    EXPECT_EQ(second->outlet.status, 0);
    pass(1100ms);
    answer();
    EXPECT_EQ(second->outlet.status, 200);
    EXPECT_EQ(metric("turnpike_limited_total{limit=\"delay\"}"), 2);
}

TEST_F(GateWatches, DoesNotForwardForWhoLeavesWhileHeWaits) {
    crawl();
    const auto passed = begin_next();
    answer();
    const auto waiting = begin_next();
    EXPECT_EQ(begun_ - ended_, 1);
    EXPECT_TRUE(waiting->body.watched());
    waiting->body.hang_up(Fault::reset);
    EXPECT_EQ(begun_ - ended_, 0);
    EXPECT_EQ(waiting->outlet.status, 429);
}

TEST_F(GateWatches, LetsAssetsOfPagesPass) {
    crawl();
    for (int i = 0; i < 5; ++i) {
        const auto asset = begin("/style.css");
        answer();
        EXPECT_EQ(asset->outlet.status, 200);
    }
}

TEST_F(GateWatches, LeavesOthersBehindTheSameAddressAlone) {
    crawl();
    for (int i = 0; i < 5; ++i) {
        const auto other = begin("/page/1",
                                 "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) "
                                 "Gecko/20100101 Firefox/133.0");
        answer();
        EXPECT_EQ(other->outlet.status, 200);
    }
}

TEST_F(GateWatches, WritesDownWhatItWentBy) {
    crawl();
    const auto request = begin_next();
    answer();
    const std::string line = log_lines().back();
    EXPECT_NE(line.find(R"("behaviour":"likely","signals":["pages-without-assets")"),
              std::string::npos)
        << line;
}

}  // namespace
}  // namespace turnpike::gate
