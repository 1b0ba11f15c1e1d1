// Whom a rate counts together, whom it does not count at all, and what a client is told of it.
#include "gate/admission.hpp"

#include <gtest/gtest.h>

#include <string>

namespace turnpike::gate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// One request in an hour, so that the second in the same bucket is refused.
Rate once(Per per) {
    return {.requests = 1, .period = std::chrono::hours(1), .burst = 1, .per = per};
}

class TakingFromARate : public testing::Test {
protected:
    TakingFromARate() {
        site_.name = "example";
        bot_.name = "GPTBot";
        other_bot_.name = "ClaudeBot";
    }
    struct Asker {
        std::string_view address = "203.0.113.7";
        const Crawler* crawler = nullptr;
        std::string_view rule = "some-rule";
    };
    /// Whether the rate grants a request; true also where it does not count it.
    bool granted(const Rate& rate, const Asker& asker) {
        const auto taken = take(rate, asker);
        return !taken || taken->granted;
    }
    std::optional<store::Taken> take(const Rate& rate, const Asker& asker) {
        Judgement judgement;
        judgement.site = &site_;
        judgement.identity.claims[0].crawler = asker.crawler;
        judgement.decision.action = Action::throttle;
        judgement.decision.rule = asker.rule;
        judgement.decision.rate = &rate;
        ClientAddress client = client_;
        client.address = *Address::parse(asker.address);
        return take_from_rate(rates_, judgement, client, {.now = now_});
    }

    Site site_;
    Crawler bot_, other_bot_;
    ClientAddress client_;
    store::Rates rates_{64 * 1024};
    const store::Time now_{std::chrono::hours(1)};
};

TEST_F(TakingFromARate, CountsByAddressWhereNoCrawlerIsDeclared) {
    const Rate rate = once(Per::client);
    EXPECT_TRUE(granted(rate, {.address = "203.0.113.7"}));
    EXPECT_FALSE(granted(rate, {.address = "203.0.113.7"}));
    EXPECT_TRUE(granted(rate, {.address = "203.0.113.8"}));
}

TEST_F(TakingFromARate, CountsACrawlersAddressesTogether) {
    for (const Per per : {Per::client, Per::crawler}) {
        const Rate rate = once(per);
        const std::string rule(per == Per::client ? "client" : "crawler");
        EXPECT_TRUE(granted(rate, {"203.0.113.7", &bot_, rule}));
        EXPECT_FALSE(granted(rate, {"203.0.113.8", &bot_, rule}));
        EXPECT_TRUE(granted(rate, {"203.0.113.7", &other_bot_, rule}));
        EXPECT_TRUE(granted(rate, {"203.0.113.7", nullptr, rule}));
        EXPECT_FALSE(granted(rate, {"203.0.113.7", nullptr, rule}));
    }
}

TEST_F(TakingFromARate, PerAddressDoesNotAskForTheCrawler) {
    const Rate rate = once(Per::address);
    EXPECT_TRUE(granted(rate, {"203.0.113.7", &bot_}));
    EXPECT_FALSE(granted(rate, {"203.0.113.7", &other_bot_}));
    EXPECT_TRUE(granted(rate, {"203.0.113.8", &bot_}));
}

TEST_F(TakingFromARate, PerSiteCountsEverybodyTogether) {
    const Rate rate = once(Per::site);
    EXPECT_TRUE(granted(rate, {"203.0.113.7", &bot_}));
    EXPECT_FALSE(granted(rate, {"198.51.100.1"}));
}

TEST_F(TakingFromARate, KeepsRulesAndSitesApart) {
    const Rate rate = once(Per::site);
    EXPECT_TRUE(granted(rate, {.rule = "one"}));
    EXPECT_TRUE(granted(rate, {.rule = "other"}));
    site_.name = "another";
    EXPECT_TRUE(granted(rate, {.rule = "one"}));
}

// What a reload does: the same names, other objects.
TEST_F(TakingFromARate, KnowsARuleAgainByItsName) {
    const std::string before = "rule-of-a-kind", after = before;
    const Rate rate = once(Per::client), same = rate;
    EXPECT_TRUE(granted(rate, {.rule = before}));
    EXPECT_FALSE(granted(same, {.rule = after}));
}

TEST_F(TakingFromARate, TakesAnIpv6HomeForOneAndEachIpv4AddressForItself) {
    const Rate rate = once(Per::address);
    EXPECT_TRUE(granted(rate, {.address = "2001:db8:1:2::1"}));
    EXPECT_FALSE(granted(rate, {.address = "2001:db8:1:2:ffff::9"}));
    EXPECT_TRUE(granted(rate, {.address = "2001:db8:1:3::1"}));
    EXPECT_TRUE(granted(rate, {.address = "198.51.100.1"}));
    EXPECT_FALSE(granted(rate, {.address = "::ffff:198.51.100.1"}));
    EXPECT_TRUE(granted(rate, {.address = "198.51.100.2"}));
}

// RFC 6052: the IPv4 Internet as a server without IPv4 sees it.
TEST_F(TakingFromARate, DoesNotTakeTheIpv4InternetBehindNat64ForOneHome) {
    const Rate rate = once(Per::address);
    EXPECT_TRUE(granted(rate, {.address = "64:ff9b::198.51.100.1"}));
    EXPECT_FALSE(granted(rate, {.address = "64:ff9b::198.51.100.1"}));
    EXPECT_TRUE(granted(rate, {.address = "64:ff9b::198.51.100.2"}));
}

TEST_F(TakingFromARate, HoldsNothingAgainstAnAddressThatMayBeMany) {
    const Rate rate = once(Per::client);
    for (const char* address : {"127.0.0.1", "::1", "10.1.2.3", "192.168.0.1", "100.64.0.1",
                                "169.254.1.1", "fd00::1", "fe80::1", "::", "::ffff:172.16.0.1"}) {
        EXPECT_FALSE(take(rate, {.address = address})) << address;
    }
    client_.untrusted_forwarded = true;
    EXPECT_FALSE(take(rate, {}));
    client_ = {};
    client_.ends_at_proxy = true;
    EXPECT_FALSE(take(rate, {}));
    // Counted by something else than the address they still are.
    EXPECT_TRUE(take(rate, {.crawler = &bot_}));
    EXPECT_TRUE(take(once(Per::site), {}));
}

class RateFields : public testing::Test {
protected:
    std::string text(const store::Taken& taken) {
        Decision decision;
        decision.rule = rule_;
        decision.rate = &rate_;
        std::string all;
        for (const Field& field : rate_fields(decision, taken, arena_)) {
            all += std::string(field.name) + ": " + std::string(field.value) + "\n";
        }
        return all;
    }
    std::string rule_ = "heavy-pages";
    Rate rate_{.requests = 5, .period = seconds(1), .burst = 50, .per = Per::client};
    Arena arena_;
};

TEST_F(RateFields, TellWhatIsLeftAndWhenThereIsMore) {
    EXPECT_EQ(text({.granted = true, .left = 49, .wait = milliseconds(200)}),
              "RateLimit-Policy: \"heavy-pages\";q=5;w=1;turnpike-burst=50\n"
              "RateLimit: \"heavy-pages\";r=49;t=1\n");
}

TEST_F(RateFields, OfARefusalSayWhenToTryAgainInWholeSecondsRoundedUp) {
    rate_ = {.requests = 30, .period = seconds(60), .burst = 5, .per = Per::client};
    EXPECT_EQ(text({.granted = false, .left = 0, .wait = milliseconds(1001)}),
              "Retry-After: 2\n"
              "RateLimit-Policy: \"heavy-pages\";q=30;w=60;turnpike-burst=5\n"
              "RateLimit: \"heavy-pages\";r=0;t=2\n");
    EXPECT_TRUE(
        text({.granted = false, .left = 0, .wait = seconds(2)}).starts_with("Retry-After: 2\n"));
    EXPECT_TRUE(text({.granted = false, .left = 0, .wait = std::chrono::nanoseconds(1)})
                    .starts_with("Retry-After: 1\n"));
}

// RFC 9651 §3.3.3: a String is printable ASCII.
TEST_F(RateFields, HoldNoSignThatAStructuredFieldCannot) {
    rule_ = "a \"b\" \\ caf\xc3\xa9\n";
    EXPECT_NE(text({.granted = true, .left = 1, .wait = seconds(1)})
                  .find("RateLimit: \"a \\\"b\\\" \\\\ caf???\";r=1;t=1\n"),
              std::string::npos);
}

}  // namespace
}  // namespace turnpike::gate
