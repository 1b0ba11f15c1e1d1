// Who is held to which robots.txt, and who is remembered for what.
#include "compliance/compliance.hpp"

#include <gtest/gtest.h>

#include "support/allocations.hpp"

namespace turnpike::compliance {
namespace {

using namespace std::chrono_literals;

const Wall start = std::chrono::sys_days(std::chrono::November / 25 / 2026);
constexpr const char* open_to_all = "User-agent: *\nDisallow:\n";
constexpr const char* closed = "User-agent: *\nDisallow: /private\n";

bool disallows(const History& history, std::string_view path, Wall now,
               std::string_view token = "Robin") {
    Arena arena;
    return history.disallows(token, robots::read_target(path, arena), now);
}

TEST(History, HoldsNobodyToARuleThatIsYoungerThanADay) {
    const History history = History().with(open_to_all, start).with(closed, start + 48h);
    EXPECT_FALSE(disallows(history, "/private", start + 48h));
    EXPECT_FALSE(disallows(history, "/private", start + 71h)) << "its copy may be older";
    EXPECT_TRUE(disallows(history, "/private", start + 72h));
    EXPECT_FALSE(disallows(history, "/open", start + 72h));
}

TEST(History, HoldsNobodyToARuleThatIsGone) {
    const History history = History().with(closed, start).with(open_to_all, start + 48h);
    EXPECT_TRUE(disallows(history, "/private", start + 47h));
    EXPECT_FALSE(disallows(history, "/private", start + 48h));
}

TEST(History, HoldsNobodyToAnythingOnItsFirstDay) {
    const History history = History().with(closed, start);
    EXPECT_FALSE(disallows(history, "/private", start + 23h));
    EXPECT_TRUE(disallows(history, "/private", start + 24h));
    EXPECT_FALSE(disallows(History(), "/private", start));
}

TEST(History, CountsARuleOnlyWhereTheRfcAndGoogleBothKnowIt) {
    const History mended = History().with("User-agent: *\nDissallow: /private\n", start);
    EXPECT_FALSE(disallows(mended, "/private", start + 48h));
    const History index =
        History().with("User-agent: *\nDisallow: /\nAllow: /a/index.html\n", start);
    EXPECT_FALSE(disallows(index, "/a/", start + 48h)) << "Google lets it in there";
    EXPECT_TRUE(disallows(index, "/b/", start + 48h));
}

TEST(History, KnowsByNameWhoIsNamed) {
    const History history =
        History().with("User-agent: Robin\nAllow: /\n\nUser-agent: *\nDisallow: /\n", start);
    EXPECT_FALSE(disallows(history, "/x", start + 48h, "robin"));
    EXPECT_TRUE(disallows(history, "/x", start + 48h, "Wren"));
    EXPECT_FALSE(history.disallows_all("Robin", start + 48h));
    EXPECT_TRUE(history.disallows_all("Wren", start + 48h));
    EXPECT_FALSE(history.disallows_all("Wren", start + 1h));
}

TEST(History, TakesAFileThatSaysTheSameForTheSame) {
    const History first = History().with(closed, start);
    const History same = first.with(std::string("# said again\n") + closed, start + 30h);
    EXPECT_EQ(same.last_number(), 1U);
    EXPECT_TRUE(disallows(same, "/private", start + 25h));
    EXPECT_EQ(first.with(open_to_all, start + 1h).last_number(), 2U);
}

std::string line(int number) {
    return "Disallow: /" + std::to_string(number) + "\n";
}

TEST(History, LetsGoOfWhatNobodyCanGoByAnyMore) {
    History history;
    for (int hour = 0; hour < 200; ++hour) {
        history = history.with(closed + line(hour), start + hour * 10h);
    }
    EXPECT_LE(history.versions().size(), 4U);
    EXPECT_EQ(history.last_number(), 200U);
    for (int minute = 0; minute < 200; ++minute) {
        history = history.with(open_to_all + line(minute), start + 2000h + minute * 1min);
    }
    EXPECT_LE(history.versions().size(), 16U);
    EXPECT_FALSE(disallows(history, "/private", start + 2004h)) << "too many to tell";
}

TEST(History, AsksForADelayOfAMinuteAtMost) {
    const History history = History().with(
        "User-agent: Robin\nDisallow:\nCrawl-delay: 1.5\n\nUser-agent: *\nCrawl-delay: 3600\n",
        start);
    EXPECT_EQ(history.crawl_delay("Robin"), 1500ms);
    EXPECT_EQ(history.crawl_delay("Wren"), 60s);
    for (const char* nonsense : {"", "x", "-1", "0", "nan"}) {
        const std::string text = std::string("User-agent: *\nCrawl-delay: ") + nonsense + "\n";
        EXPECT_EQ(History().with(text, start).crawl_delay("Robin"), 0ms) << nonsense;
    }
}

TEST(History, IsAskedWithoutAllocating) {
    const History history = History().with(closed, start);
    Arena arena;
    const auto target = robots::read_target("/private/x", arena);
    const test::Allocations allocations;
    EXPECT_TRUE(history.disallows("Robin", target, start + 48h));
    EXPECT_FALSE(history.disallows_all("Robin", start + 48h));
    EXPECT_EQ(allocations.count(), 0U);
}

TEST(Tokens, AreThoseOfCrawlersThatRobotsTxtIsWrittenFor) {
    Crawler crawler;
    crawler.name = "GPTBot";
    Claim claim{.crawler = &crawler, .category = Category::ai_training, .proof = {}, .token = {}};
    EXPECT_EQ(token_of(claim), "GPTBot");
    crawler.robots_token = "gpt";
    EXPECT_EQ(token_of(claim), "gpt");
    claim.proof = Proof::forged;
    EXPECT_EQ(token_of(claim), "") << "who knows whose request it is";
    EXPECT_EQ(token_of({.category = Category::other_bot, .token = "FooBot"}), "FooBot");
    for (const Category person :
         {Category::browser, Category::unknown, Category::http_library, Category::ai_assistant,
          Category::ai_agent, Category::feed_reader, Category::link_preview, Category::monitor}) {
        EXPECT_EQ(token_of({.category = person, .token = "FooBot"}), "") << name_of(person);
    }
}

class ReadersTest : public testing::Test {
protected:
    Readers::Whose whose(const char* address, const char* token = "Robin") {
        address_ = *Address::parse(address);
        return {"example", token, address_};
    }
    bool is_violator(const char* address, const char* token = "Robin") {
        return readers_.is_violator(whose(address, token), now_);
    }
    Readers::Visited visit(const char* address, const Readers::Visit& as) {
        return readers_.visited(whose(address), as, now_);
    }

    Address address_;
    store::Time now_{std::chrono::hours(1)};
    Readers readers_{64 * 1024};
};

TEST_F(ReadersTest, AThirdViolationMakesAViolatorForADay) {
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(is_violator("192.0.2.1")) << i;
        visit("192.0.2.1", {.disallowed = true});
    }
    EXPECT_TRUE(is_violator("192.0.2.1"));
    EXPECT_FALSE(is_violator("192.0.2.2"));
    EXPECT_FALSE(is_violator("192.0.2.1", "Wren"));
    now_ += 23h;
    EXPECT_TRUE(is_violator("192.0.2.1"));
    now_ += 2h;
    EXPECT_FALSE(is_violator("192.0.2.1"));
}

TEST_F(ReadersTest, VisitsToWhatIsOpenMakeNobodyAViolator) {
    for (int i = 0; i < 100; ++i) visit("192.0.2.1", {});
    EXPECT_FALSE(is_violator("192.0.2.1"));
}

TEST_F(ReadersTest, ANetworkOfIpv6IsOneClient) {
    for (const char* address : {"2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3"}) {
        visit(address, {.disallowed = true});
    }
    EXPECT_TRUE(is_violator("2001:db8::4"));
    EXPECT_FALSE(is_violator("2001:db8:0:1::1"));
}

TEST_F(ReadersTest, WhoComesSoonerThanHalfTheDelayHurries) {
    EXPECT_FALSE(visit("192.0.2.1", {.crawl_delay = 10s}).hurried) << "the first visit";
    now_ += 4s;
    EXPECT_TRUE(visit("192.0.2.1", {.crawl_delay = 10s}).hurried);
    now_ += 6s;
    const auto known = visit("192.0.2.1", {.crawl_delay = 10s});
    EXPECT_FALSE(known.hurried);
    EXPECT_EQ(known.reader.hurries, 1);
}

TEST_F(ReadersTest, WhoFetchedTheFileIsRemembered) {
    readers_.fetched(whose("192.0.2.1"), 7, now_, start);
    const auto known = visit("192.0.2.1", {});
    EXPECT_EQ(known.reader.version, 7U);
    EXPECT_EQ(known.reader.fetched, start.time_since_epoch() / 1s);
    EXPECT_EQ(readers_.entries(now_), 1U);
    now_ += 25h;
    EXPECT_EQ(readers_.entries(now_), 0U);
}

}  // namespace
}  // namespace turnpike::compliance
