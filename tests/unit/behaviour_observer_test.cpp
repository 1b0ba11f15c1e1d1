// What is remembered of clients: crawlers are found by how they read, and everybody who reads as
// people do, or asks as their software does, is left alone.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "behaviour/behaviour.hpp"
#include "support/allocations.hpp"

namespace turnpike::behaviour {
namespace {

using Level = Behaviour::Level;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view chrome =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36";
constexpr std::string_view firefox =
    "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";

constexpr Answer served{.status = 200, .content = {}, .sets_cookie = false, .served = true};

/// One request and its answer.
struct Ask {
    std::string path;
    std::string query = {};
    Method method = Method::get;
    bool referer = false;
    bool cookie = false;
    bool trap = false;
    bool disallowed = false;
    std::uint16_t status = 200;
    std::string_view content_type = {};
    bool sets_cookie = false;
};

struct Who {
    std::string address;
    std::string_view agent = chrome;
    Category category = Category::browser;
    bool shared = false;
};

class AnObserver : public testing::Test {
protected:
    /// How the client was judged when it asked.
    Behaviour ask(const Who& who, const Ask& ask) {
        std::vector<Field> fields;
        fields.push_back({.name = "Accept", .value = "*/*", .id = FieldId::accept});
        if (ask.referer)
            fields.push_back({.name = "Referer", .value = "/", .id = FieldId::referer});
        if (ask.cookie) fields.push_back({.name = "Cookie", .value = "a=b", .id = FieldId::cookie});
        RequestHead head;
        head.method = ask.method;
        head.query = ask.query;
        head.fields = Fields(fields);
        const Address address = *Address::parse(who.address);
        const Request request{.head = head,
                              .path = ask.path,
                              .user_agent = who.agent,
                              .site = "example",
                              .client = address,
                              .category = who.category,
                              .shared = who.shared,
                              .whole = false,
                              .disallowed = ask.disallowed,
                              .trap = ask.trap};
        Sighting sighting;
        const Behaviour behaviour = observer_.assess(*signals_, request, now_, sighting);
        const Answer answer{.status = ask.status,
                            .content = kind_of_content(ask.content_type),
                            .sets_cookie = ask.sets_cookie,
                            .served = !ask.trap};
        observer_.learn(*signals_, sighting, answer, now_);
        return behaviour;
    }
    /// So many pages in a row, one every `pause`; how the last was judged.
    Behaviour crawl(const Who& who, int pages, milliseconds pause) {
        Behaviour last;
        for (int i = 0; i < pages; ++i) {
            last = ask(who, {.path = page()});
            now_ += pause;
        }
        return last;
    }
    /// A page with its assets, as a browser asks for them.
    Behaviour read(const Who& who, int assets, seconds pause) {
        const Behaviour behaviour = ask(who, {.path = page(), .referer = true, .cookie = true});
        for (int i = 0; i < assets; ++i) {
            now_ += milliseconds(5);
            ask(who, {.path = "/static/" + std::to_string(i) + ".css", .referer = true});
        }
        now_ += pause;
        return behaviour;
    }
    std::string page() { return "/articles/" + std::to_string(next_page_++); }
    bool has(const Behaviour& behaviour, std::string_view name) const {
        for (std::size_t i = 0; i < signals_->all().size(); ++i) {
            if (signals_->all()[i].name == name) return behaviour.has(i);
        }
        ADD_FAILURE() << "no signal is called " << name;
        return false;
    }

    const std::unique_ptr<const Signals> signals_ = Signals::installed();
    Observer observer_{{.client_bytes = 1024 * 1024, .agent_bytes = 64 * 1024}};
    store::Time now_{std::chrono::hours(100)};
    int next_page_ = 0;
    const Who crawler_{.address = "198.51.100.7"};
};

TEST_F(AnObserver, KnowsNothingOfANewClient) {
    EXPECT_EQ(ask(crawler_, {.path = "/"}), Behaviour{});
}

TEST_F(AnObserver, FindsACrawlerThatCallsItselfABrowser) {
    const Behaviour found = crawl(crawler_, 30, milliseconds(500));
    EXPECT_EQ(found.level, Level::certain);
    EXPECT_TRUE(has(found, "pages-without-assets"));
    EXPECT_TRUE(has(found, "pages-from-nowhere"));
    EXPECT_FALSE(found.damning);
}

TEST_F(AnObserver, FindsASlowCrawlerLikely) {
    // One page every forty seconds, unevenly.
    Behaviour found;
    for (int i = 0; i < 40; ++i) {
        found = ask(crawler_, {.path = page()});
        now_ += seconds(i % 2 == 0 ? 5 : 75);
    }
    EXPECT_EQ(found.level, Level::likely);
}

TEST_F(AnObserver, LeavesPeopleAlone) {
    const Who person{.address = "203.0.113.9"};
    for (int i = 0; i < 100; ++i) EXPECT_EQ(read(person, 8, seconds(10)).level, Level::normal);
}

TEST_F(AnObserver, LeavesPeopleAloneWhoseAssetsAreCached) {
    const Who person{.address = "203.0.113.9"};
    read(person, 8, seconds(10));
    for (int i = 0; i < 40; ++i) {
        EXPECT_EQ(ask(person, {.path = page(), .referer = true, .cookie = true}).level,
                  Level::normal);
        now_ += seconds(20 + i % 7);
    }
}

TEST_F(AnObserver, LeavesManyPeopleBehindOneAddressAlone) {
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 200; ++i) {
            const std::string agent = std::string(firefox) + " " + std::to_string(i);
            const Who person{.address = "203.0.113.9", .agent = agent};
            EXPECT_EQ(read(person, 3, seconds(0)).level, Level::normal);
        }
    }
    // With one browser, too.
    const Who office{.address = "203.0.113.10"};
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(read(office, 3, seconds(0)).level, Level::normal);
}

TEST_F(AnObserver, CountsNoAssetsOfAPageThatWasServed) {
    const Who person{.address = "203.0.113.9"};
    ask(person, {.path = "/gallery"});
    for (int i = 0; i < 80; ++i) {
        EXPECT_EQ(ask(person, {.path = "/p/" + std::to_string(i) + ".jpg"}), Behaviour{});
    }
    // A crawler's assets are let through as well, up to what pages can have.
    crawl(crawler_, 30, milliseconds(500));
    EXPECT_EQ(ask(crawler_, {.path = "/style.css"}).level, Level::normal);
    EXPECT_NE(ask(crawler_, {.path = page()}).level, Level::normal);
}

TEST_F(AnObserver, LeavesSoftwareOfPeopleAlone) {
    const Who monitor{.address = "203.0.113.20", .agent = "check/1", .category = Category::monitor};
    const Who quiet{.address = "203.0.113.21"};  // a monitor that calls itself a browser
    const Who reader{
        .address = "203.0.113.22", .agent = "News/2", .category = Category::feed_reader};
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(ask(monitor, {.path = "/"}).level, Level::normal);
        EXPECT_EQ(ask(quiet, {.path = "/health"}).level, Level::normal);
        EXPECT_EQ(ask(reader, {.path = "/feed.xml"}).level, Level::normal);
        if (i % 10 == 0) {
            EXPECT_EQ(ask(reader, {.path = page()}).level, Level::normal);
        }
        now_ += minutes(1);
    }
}

TEST_F(AnObserver, LeavesACloneOfThirtyRepositoriesAlone) {
    const Who runner{
        .address = "203.0.113.23", .agent = "git/2.39.5", .category = Category::http_library};
    for (int i = 0; i < 30; ++i) {
        const std::string repository = "/org/repository-" + std::to_string(i);
        EXPECT_EQ(
            ask(runner, {.path = repository + "/info/refs", .query = "service=git-upload-pack"})
                .level,
            Level::normal);
        EXPECT_EQ(
            ask(runner, {.path = repository + "/git-upload-pack", .method = Method::post}).level,
            Level::normal);
    }
}

TEST_F(AnObserver, CountsNothingAgainstAnEmptyOrALibrarysUserAgent) {
    const Who empty{.address = "203.0.113.24", .agent = "", .category = Category::unknown};
    const Who curl{
        .address = "203.0.113.25", .agent = "curl/8.5.0", .category = Category::http_library};
    for (int i = 0; i < 5; ++i) EXPECT_EQ(ask(empty, {.path = page()}), Behaviour{});
    for (int i = 0; i < 100; ++i) EXPECT_EQ(ask(curl, {.path = page()}).level, Level::normal);
}

TEST_F(AnObserver, HasNoKeyForASharedAddress) {
    const Who behind{.address = "10.0.0.1", .shared = true};
    const Behaviour found = crawl(behind, 100, milliseconds(100));
    EXPECT_EQ(found.level, Level::normal);
    EXPECT_TRUE(found.shared);
    EXPECT_EQ(observer_.tables(now_).clients, 0);
}

TEST_F(AnObserver, ForgetsWhatItFoundInTenMinutes) {
    crawl(crawler_, 30, milliseconds(500));
    now_ += minutes(10);
    EXPECT_EQ(ask(crawler_, {.path = page()}).level, Level::normal);
    now_ += minutes(31);
    EXPECT_EQ(ask(crawler_, {.path = page()}), Behaviour{});
    EXPECT_EQ(ask(crawler_, {.path = page()}), Behaviour{});
}

TEST_F(AnObserver, TellsClientsByAddressAndUserAgentTogether) {
    crawl(crawler_, 30, milliseconds(500));
    EXPECT_EQ(ask({.address = crawler_.address, .agent = firefox}, {.path = page()}), Behaviour{});
    EXPECT_EQ(ask({.address = "198.51.100.8"}, {.path = page()}), Behaviour{});
    // An IPv6 address counts by its /64.
    crawl({.address = "2001:db8::1"}, 30, milliseconds(500));
    EXPECT_NE(ask({.address = "2001:db8::2"}, {.path = page()}).level, Level::normal);
}

TEST_F(AnObserver, IsCertainOfACrawlerInTheTrap) {
    ask(crawler_, {.path = "/robots.txt"});
    crawl(crawler_, 8, seconds(3));
    ask(crawler_, {.path = "/trap", .trap = true});
    const Behaviour found = ask(crawler_, {.path = page()});
    EXPECT_EQ(found.level, Level::certain);
    EXPECT_TRUE(found.damning);
}

TEST_F(AnObserver, LeavesAPersonAloneWhoLooksIntoTheTrap) {
    const Who person{.address = "203.0.113.9"};
    read(person, 5, seconds(10));
    ask(person, {.path = "/robots.txt"});
    ask(person, {.path = "/trap", .trap = true});
    for (int i = 0; i < 5; ++i) EXPECT_EQ(read(person, 5, seconds(5)).level, Level::normal);
    const Who owner{
        .address = "203.0.113.25", .agent = "curl/8.5.0", .category = Category::http_library};
    ask(owner, {.path = "/trap", .trap = true});
    EXPECT_EQ(ask(owner, {.path = "/"}).level, Level::normal);
}

TEST_F(AnObserver, SeesASwarmAndWhoIsNoPartOfIt) {
    const Ask commit{.path = "/org/repository/src/commit/1"};
    for (int i = 0; i < 150; ++i) {
        const std::string address =
            "198.51." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
        ask({.address = address}, commit);
    }
    const Behaviour next = ask({.address = "198.51.99.1"}, commit);
    EXPECT_EQ(next.level, Level::likely);
    EXPECT_TRUE(next.pooled);
    EXPECT_TRUE(has(next, "swarm"));
    // Another browser, an ordinary page, a session: none of these.
    EXPECT_EQ(ask({.address = "198.51.99.2", .agent = firefox}, commit).level, Level::normal);
    EXPECT_EQ(ask({.address = "198.51.99.3"}, {.path = "/"}).level, Level::normal);
    EXPECT_EQ(ask({.address = "198.51.99.4"}, {.path = commit.path, .cookie = true}).level,
              Level::normal);
}

TEST_F(AnObserver, TakesACrowdForNoSwarm) {
    for (int i = 0; i < 300; ++i) {
        const Who person{.address = "198.51." + std::to_string(i / 250) + "." +
                                    std::to_string(i % 250 + 1)};
        EXPECT_EQ(ask(person, {.path = "/org/repository/issues/1"}).level, Level::normal);
        ask(person, {.path = "/static/a.css", .referer = true});
    }
}

TEST_F(AnObserver, SeesThatCookiesAreNeverReturned) {
    for (int i = 0; i < 10; ++i) ask(crawler_, {.path = page(), .sets_cookie = i % 2 == 0});
    EXPECT_TRUE(has(ask(crawler_, {.path = page()}), "ignores-cookies"));
}

TEST_F(AnObserver, GoesByWhatTheOriginSendsRatherThanByThePath) {
    // An interface for machines is no page, whatever its path looks like.
    for (int i = 0; i < 60; ++i) {
        const Behaviour found = ask(crawler_, {.path = "/api/items/" + std::to_string(i),
                                               .content_type = "application/json"});
        EXPECT_EQ(found.level, Level::normal);
        now_ += seconds(1);
    }
}

TEST_F(AnObserver, GivesTheSameResultsForTheSameRequests) {
    const auto results = [&](Observer& observer) {
        std::vector<std::uint64_t> all;
        store::Time now{std::chrono::hours(100)};
        const Address address = *Address::parse("198.51.100.7");
        for (int i = 0; i < 60; ++i) {
            const std::string path = "/a/" + std::to_string(i * 7 % 31);
            RequestHead head;
            head.method = Method::get;
            const Request request{.head = head,
                                  .path = path,
                                  .user_agent = chrome,
                                  .site = "example",
                                  .client = address,
                                  .category = Category::browser};
            Sighting sighting;
            const Behaviour found = observer.assess(*signals_, request, now, sighting);
            all.push_back(found.signals << 2 | static_cast<std::uint64_t>(found.level));
            observer.learn(*signals_, sighting, served, now);
            now += milliseconds(700 + i * 13 % 100);
        }
        return all;
    };
    Observer other({.client_bytes = 1024 * 1024, .agent_bytes = 64 * 1024});
    EXPECT_EQ(results(observer_), results(other));
}

TEST_F(AnObserver, KeepsToItsMemory) {
    for (int i = 0; i < 20'000; ++i) {
        const std::string address = "198." + std::to_string(18 + i / 65536) + "." +
                                    std::to_string(i / 256 % 256) + "." + std::to_string(i % 256);
        ask({.address = address}, {.path = "/"});
    }
    const Observer::Tables tables = observer_.tables(now_);
    EXPECT_LE(tables.clients, 1024 * 1024 / 128);
    EXPECT_GT(tables.client_evictions, 0);
}

TEST_F(AnObserver, DoesNotAllocate) {
    crawl(crawler_, 30, milliseconds(500));
    RequestHead head;
    head.method = Method::get;
    const Address address = *Address::parse(crawler_.address);
    const Request request{.head = head,
                          .path = "/articles/1",
                          .user_agent = chrome,
                          .site = "example",
                          .client = address,
                          .category = Category::browser};
    const test::Allocations allocations;
    Sighting sighting;
    observer_.assess(*signals_, request, now_, sighting);
    observer_.learn(*signals_, sighting, served, now_);
    EXPECT_EQ(allocations.count(), 0);
}

}  // namespace
}  // namespace turnpike::behaviour
