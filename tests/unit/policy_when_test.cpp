// The keys of `when`, each by what it matches and what it does not: as a site's owner writes it,
// and as requests come.
#include <gtest/gtest.h>

#include "support/sites.hpp"

namespace turnpike::test {
namespace {

/// A site whose only rule denies, so that the action says whether the rule matched.
Site site_when(const std::string& when) {
    const Loaded loaded = load({{"a.yaml", site_text(R"(preset: allow-all
rules:
  - name: tried
    when: )" + when + "\n    then: deny\n")}});
    if (!loaded.sites) throw std::runtime_error(loaded.said);
    return loaded.sites->all().front();
}

bool matches(const std::string& when, const Sent& sent, const Client& client = {}) {
    return judge(site_when(when), client, "/", sent)->rule == "tried";
}

using Fields = std::vector<std::pair<std::string, std::string>>;

TEST(Method, MatchesInAnyCase) {
    EXPECT_TRUE(matches("{ method: POST }", {.method = "POST"}));
    EXPECT_TRUE(matches("{ method: [PUT, post] }", {.method = "POST"}));
    EXPECT_TRUE(matches("{ method: POST }", {.method = "post"}));
    EXPECT_TRUE(matches("{ method: PURGE }", {.method = "PURGE"}));
    EXPECT_FALSE(matches("{ method: POST }", {.method = "GET"}));
    EXPECT_FALSE(matches("{ method: POST }", {.method = "POSTS"}));
    EXPECT_FALSE(matches("{ method: GET }", {.method = "HEAD"}));
}

TEST(Host, IsComparedAsTheHostsOfASiteAre) {
    for (const char* host :
         {"example.com", "Example.COM", "example.com.", "example.com:8080", "EXAMPLE.com.:80"}) {
        EXPECT_TRUE(matches("{ host: example.com }", {.host = host})) << host;
        EXPECT_TRUE(matches("{ host: EXAMPLE.com. }", {.host = host})) << host;
        EXPECT_FALSE(matches("{ host: \"*.example.com\" }", {.host = host})) << host;
        EXPECT_TRUE(matches("{ host: \"*\" }", {.host = host})) << host;
    }
    EXPECT_TRUE(matches("{ host: \"*.example.com\" }", {.host = "a.B.example.COM:81"}));
    EXPECT_FALSE(matches("{ host: \"*.example.com\" }", {.host = "badexample.com"}));
    EXPECT_FALSE(matches("{ host: \"*.example.com\" }", {.host = ".example.com"}));
    EXPECT_FALSE(matches("{ host: example.com }", {.host = "www.example.com"}));
    EXPECT_FALSE(matches("{ host: example.com }", {.host = ""}));
    EXPECT_TRUE(matches("{ host: \"[2001:db8::1]\" }", {.host = "[2001:db8::1]:8080"}));
}

TEST(AddressKey, MatchesNetworksAndNamedLists) {
    EXPECT_TRUE(matches("{ address: 192.0.2.0/24 }", {.address = "192.0.2.77"}));
    EXPECT_FALSE(matches("{ address: 192.0.2.0/24 }", {.address = "192.0.3.1"}));
    EXPECT_TRUE(matches("{ address: 192.0.2.7 }", {.address = "192.0.2.7"}));
    EXPECT_TRUE(matches("{ address: \"2001:db8::/32\" }", {.address = "2001:db8:1::1"}));
    EXPECT_TRUE(matches("{ address: loopback }", {.address = "127.9.9.9"}));
    EXPECT_TRUE(matches("{ address: loopback }", {.address = "::1"}));
    EXPECT_TRUE(matches("{ address: [loopback, private] }", {.address = "10.1.2.3"}));
    EXPECT_TRUE(matches("{ address: private }", {.address = "fd00::1"}));
    EXPECT_FALSE(matches("{ address: private }", {.address = "8.8.8.8"}));
}

TEST(AddressKey, TakesAMappedAddressForTheIPv4ItIs) {
    EXPECT_TRUE(matches("{ address: 192.0.2.0/24 }", {.address = "::ffff:192.0.2.1"}));
    EXPECT_TRUE(matches("{ address: \"::ffff:192.0.2.0/120\" }", {.address = "192.0.2.1"}));
    EXPECT_FALSE(matches("{ address: \"::/0\" }", {.address = "192.0.2.1"}));
    EXPECT_TRUE(matches("{ address: \"0.0.0.0/0\" }", {.address = "::ffff:192.0.2.1"}));
}

TEST(BehaviourKey, MatchesFromALevelOnOrASignal) {
    using Level = Behaviour::Level;
    const Client bot{.names = {"AhrefsBot"}};
    const auto behaving = [](Level level, std::uint64_t signals = 0) {
        return Sent{.behaviour = {.level = level, .signals = signals}};
    };
    EXPECT_FALSE(matches("{ behaviour: likely }", {}, bot));
    EXPECT_TRUE(matches("{ behaviour: likely }", behaving(Level::likely), bot));
    EXPECT_TRUE(matches("{ behaviour: likely }", behaving(Level::certain), bot));
    EXPECT_FALSE(matches("{ behaviour: certain }", behaving(Level::likely), bot));
    EXPECT_TRUE(matches("{ behaviour: [certain, likely] }", behaving(Level::likely), bot));
    EXPECT_TRUE(matches("{ behaviour: trap }", behaving(Level::normal, 2), bot));
    EXPECT_FALSE(matches("{ behaviour: trap }", behaving(Level::certain, 1), bot));
    EXPECT_TRUE(matches("{ behaviour: [certain, quick] }", behaving(Level::normal, 1), bot));
    EXPECT_TRUE(matches("{ not: { behaviour: likely } }", {}, bot));
}

TEST(BehaviourKey, KnowsItsWords) {
    const auto said = [](const std::string& word) {
        return load({{"a.yaml", site_text("rules: [{ name: a, when: { behaviour: " + word +
                                          " }, then: deny }]\n")}})
            .said;
    };
    EXPECT_EQ(said("certain"), "");
    EXPECT_NE(said("certan").find("did you mean 'certain'"), std::string::npos) << said("certan");
    EXPECT_NE(said("normal").find("nobody behaves"), std::string::npos) << said("normal");
}

TEST(Header, IsThereOrHoldsAValue) {
    const Sent sent{.fields = {{"X-Api-Key", "abc"}, {"accept", "text/html, */*"}, {"Empty", ""}}};
    EXPECT_TRUE(matches("{ header: { x-api-key: present } }", sent));
    EXPECT_TRUE(matches("{ header: { Empty: present } }", sent));
    EXPECT_TRUE(matches("{ header: { X-API-KEY: \"abc\", Accept: \"text/html*\" } }", sent));
    EXPECT_TRUE(matches("{ header: { Accept: [\"image/*\", \"*html*\"] } }", sent));
    EXPECT_TRUE(matches("{ header: { Empty: \"*\" } }", sent));
    EXPECT_FALSE(matches("{ header: { X-Api-Key: \"ABC\" } }", sent)) << "case counts in values";
    EXPECT_FALSE(matches("{ header: { X-Api-Key: \"ab\" } }", sent)) << "the whole value";
    EXPECT_FALSE(matches("{ header: { X-Api-Key: present, Other: present } }", sent));
    EXPECT_FALSE(matches("{ header: { X-Api: present } }", sent));
}

TEST(Header, IsSoughtInEveryLine) {
    const Sent sent{.fields = {{"X-Tag", "a"}, {"X-Tag", "b"}}};
    EXPECT_TRUE(matches("{ header: { X-Tag: b } }", sent));
    EXPECT_FALSE(matches("{ not: { header: { X-Tag: b } } }", sent));
    EXPECT_TRUE(matches("{ not: { header: { X-Tag: c } } }", sent));
}

TEST(Cookie, IsFoundInAnyOfItsLines) {
    const Sent sent{.fields = {{"Cookie", "a=1; session=xyz;c=3"},
                               {"X", "hidden=1"},
                               {"cookie", " late = 4 ;;e"}}};
    for (const char* name : {"a", "session", "c", "late", "[none, a]", "\"sess*\""}) {
        EXPECT_TRUE(matches(std::string("{ cookie: ") + name + " }", sent)) << name;
    }
    for (const char* name : {"e", "hidden", "xyz", "A", "ses", "[none, neither]", "\"s*s\""}) {
        EXPECT_FALSE(matches(std::string("{ cookie: ") + name + " }", sent)) << name;
    }
}

TEST(Cookie, MayBeAskedForItsValue) {
    const Sent sent{.fields = {{"Cookie", "theme=dark=er; lang=de; lang=en; quoted=\"x\""}}};
    EXPECT_TRUE(matches("{ cookie: { theme: present, lang: en } }", sent));
    EXPECT_TRUE(matches("{ cookie: { theme: dark=er } }", sent));
    EXPECT_TRUE(matches("{ cookie: { lang: [fr, \"d*\"] } }", sent));
    EXPECT_TRUE(matches("{ cookie: { quoted: '\"x\"' } }", sent));
    EXPECT_FALSE(matches("{ cookie: { theme: present, missing: present } }", sent));
    EXPECT_FALSE(matches("{ cookie: { lang: fr } }", sent));
}

TEST(Query, MatchesAnyOrAParameter) {
    EXPECT_TRUE(matches("{ query: \"*\" }", {.query = "x"}));
    EXPECT_FALSE(matches("{ query: \"*\" }", {.query = ""}));
    EXPECT_TRUE(matches("{ query: { q: \"*\" } }", {.query = "a=1&q=2"}));
    EXPECT_TRUE(matches("{ query: { q: \"*\" } }", {.query = "q"}));
    EXPECT_TRUE(matches("{ query: { q: \"\\u0041*\" } }", {.query = "q=Abc"}));
    EXPECT_TRUE(matches("{ query: { \"filter*\": \"*\" } }", {.query = "filter%5Bcolor%5D=red"}));
    EXPECT_FALSE(matches("{ query: { q: \"*\" } }", {.query = "qq=1&x=q"}));
    EXPECT_FALSE(matches("{ query: { q: present } }", {.query = "q=1"})) << "a word like others";
    EXPECT_FALSE(matches("{ query: { a: 1, b: 2 } }", {.query = "a=1"}));
    EXPECT_TRUE(matches("{ query: { a: 1, b: 2 } }", {.query = "b=2&a=1"}));
}

TEST(Query, IsDecodedOnceBeforeItIsCompared) {
    const std::string when = "{ query: { action: \"edit page\" } }";
    for (const char* query : {"action=edit+page", "action=edit%20page", "%61ction=%65dit%20pag%65",
                              "x&action=edit+page", "action=view&action=edit+page",
                              "a=1;action=edit+page", "action=edit+page#"}) {
        EXPECT_EQ(matches(when, {.query = query}), std::string_view(query).back() != '#') << query;
    }
    EXPECT_FALSE(matches(when, {.query = "action=edit%2520page"})) << "once, not twice";
    EXPECT_TRUE(matches("{ query: { a: \"50%\" } }", {.query = "a=50%"}));
    EXPECT_TRUE(matches("{ query: { a: \"x%zzy\" } }", {.query = "a=x%zzy"}));
    EXPECT_TRUE(matches("{ query: { a: \"b=c\" } }", {.query = "a=b=c"}));
    EXPECT_TRUE(matches("{ query: { a: \"b;c\" } }", {.query = "a=b;c"}));
    EXPECT_TRUE(matches("{ query: { a: \"b\" } }", {.query = "a=b;c"})) << "read both ways";
}

TEST(Also, LetsAMultiPurposeCrawlerMatchByWhateverElseItServes) {
    Crawler several = crawler("Googlebot", "Google", Category::search_engine);
    several.also = {Category::ai_training};
    Identity identity;
    identity.claims[0].crawler = &several;
    identity.claims[0].category = several.category;
    const auto rule_for = [&](const std::string& when) {
        const Site site = site_when(when);
        const std::string_view path = "/";
        return std::string(
            decide(site, {.readings = {&path, 1}, .user_agents = {}, .identity = &identity}).rule);
    };
    EXPECT_EQ(rule_for("{ category: ai-training }"), "default");
    EXPECT_EQ(rule_for("{ category: ai-training, also: false }"), "default");
    EXPECT_EQ(rule_for("{ category: ai-training, also: true }"), "tried");
    EXPECT_EQ(rule_for("{ category: ai-* }\n    also: true"), "tried");
    EXPECT_EQ(rule_for("{ category: ai-search, also: true }"), "default");
    EXPECT_EQ(rule_for("{ category: search-engine, also: true }"), "tried");
    EXPECT_EQ(rule_for("{ not: { category: ai-training, also: true } }"), "default");
}

TEST(RobotsKey, MatchesWhatTheCrawlerDidAndNotWhatItIs) {
    const auto matches_if = [](const std::string& when, RobotsStanding robots) {
        const Site site = site_when(when);
        EXPECT_TRUE(site.asks_robots) << when;
        const Asked asked({.names = {"GPTBot"}}, "/", {});
        Question question = asked.question().value();
        question.robots = robots;
        return decide(site, question).rule == "tried";
    };
    const RobotsStanding strayed{.disallowed = true, .violator = false};
    const RobotsStanding keeps_straying{.disallowed = false, .violator = true};
    EXPECT_TRUE(matches_if("{ robots: disallowed }", strayed));
    EXPECT_FALSE(matches_if("{ robots: violator }", strayed));
    EXPECT_TRUE(matches_if("{ robots: violator }", keeps_straying));
    EXPECT_TRUE(matches_if("{ robots: [disallowed, violator] }", strayed));
    EXPECT_FALSE(matches_if("{ robots: [disallowed, violator] }", {}));
    EXPECT_TRUE(matches_if("{ not: { robots: violator } }", {}));
    EXPECT_FALSE(site_when("{ category: ai-training }").asks_robots);
}

TEST(Not, NegatesTheWholeOfIt) {
    const std::string when = "{ not: { method: GET, cookie: session } }";
    EXPECT_FALSE(matches(when, {.fields = {{"Cookie", "session=1"}}}));
    EXPECT_TRUE(matches(when, {.method = "POST", .fields = {{"Cookie", "session=1"}}}));
    EXPECT_TRUE(matches(when, {}));
    EXPECT_TRUE(matches("{ method: GET, not: { cookie: a, not: { cookie: b } } }",
                        {.fields = {{"Cookie", "a=1; b=1"}}}));
    EXPECT_FALSE(matches("{ method: GET, not: { cookie: a, not: { cookie: b } } }",
                         {.fields = {{"Cookie", "a=1"}}}));
}

TEST(Not, OfACategoryMatchesEveryoneElse) {
    const std::string when = "{ not: { category: [browser, feed-reader] } }";
    EXPECT_FALSE(matches(when, {}));
    EXPECT_TRUE(matches(when, {}, {.names = {"GPTBot"}}));
}

TEST(When, AsksForAllOfItsKeys) {
    const std::string when =
        "{ category: browser, method: POST, host: example.com, query: { a: 1 }, "
        "header: { X: present }, cookie: c, address: 192.0.2.0/24, path: \"/*\" }";
    const Sent all{.method = "POST", .query = "a=1", .fields = {{"X", "1"}, {"Cookie", "c=1"}}};
    EXPECT_TRUE(matches(when, all));
    for (int i = 0; i < 6; ++i) {
        Sent sent = all;
        if (i == 0) sent.method = "GET";
        if (i == 1) sent.host = "www.example.com";
        if (i == 2) sent.query = "a=2";
        if (i == 3) sent.fields.erase(sent.fields.begin());
        if (i == 4) sent.fields.pop_back();
        if (i == 5) sent.address = "198.51.100.1";
        EXPECT_FALSE(matches(when, sent)) << i;
    }
    EXPECT_FALSE(matches(when, all, {.category = Category::unknown}));
}

TEST(Rate, IsReadWithItsBurstAndItsBucket) {
    const Loaded loaded = load({{"a.yaml", site_text(R"(preset: allow-all
price: USD 0.01
rules:
  - { name: a, when: { path: /a }, then: throttle, rate: 5/s }
  - { name: b, when: { path: /b }, then: allow, rate: 600/min, per: site }
  - { name: c, when: { path: /c }, then: pay, rate: 1000/h, per: address, burst: 7 }
  - { name: d, when: { path: /d }, then: throttle, rate: 10000/d, per: crawler }
  - { name: e, when: { path: /e }, then: allow }
)")}});
    ASSERT_TRUE(loaded.sites) << loaded.said;
    EXPECT_EQ(loaded.said, "");
    using std::chrono::seconds;
    const Site& site = loaded.sites->all().front();
    const auto rate = [&](const char* path) { return judge(site, {}, path)->rate; };
    EXPECT_EQ(*rate("/a"), (Rate{5, seconds(1), 50, Per::client}));
    EXPECT_EQ(*rate("/b"), (Rate{600, seconds(60), 100, Per::site}));
    EXPECT_EQ(*rate("/c"), (Rate{1000, seconds(3600), 7, Per::address}));
    EXPECT_EQ(*rate("/d"), (Rate{10000, seconds(86400), 1, Per::crawler}));
    EXPECT_EQ(rate("/e"), nullptr);
    EXPECT_EQ(judge(site, {}, "/a")->action, Action::throttle);
    EXPECT_EQ(judge(site, {}, "/c")->action, Action::pay);
    EXPECT_EQ(judge(site, {}, "/a")->reason, "this site throttles everyone on /a");
}

TEST(Rate, OfTwoReadingsTheOneWithACeilingStands) {
    const Loaded loaded = load({{"a.yaml", site_text(R"(preset: allow-all
rules: [{ name: slow, when: { path: /a/b }, then: allow, rate: 1/s }]
)")}});
    ASSERT_TRUE(loaded.sites) << loaded.said;
    EXPECT_EQ(judge(loaded.sites->all().front(), {}, "/a%2Fb")->rule, "slow");
}

TEST(Observe, IsRecordedAndEvaluationGoesOn) {
    const Loaded loaded = load({{"a.yaml", site_text(R"(preset: allow-all
rules:
  - { name: try, when: { path: "/**" }, then: deny, observe: true }
  - { name: other, when: { path: /x }, then: deny, observe: true }
  - { name: end, when: { path: "/**" }, then: allow }
  - { name: behind, then: deny, observe: true }
)")}});
    ASSERT_TRUE(loaded.sites) << loaded.said;
    const Site& site = loaded.sites->all().front();
    const auto decision = judge(site, {}, "/");
    EXPECT_EQ(decision->rule, "end");
    ASSERT_EQ(decision->observed_count, 1);
    EXPECT_EQ(decision->observed[0]->name, "try");
    const auto both = judge(site, {}, "/x;y");  // in one of its readings
    ASSERT_EQ(both->observed_count, 2);
    EXPECT_EQ(both->observed[1]->name, "other");
    EXPECT_EQ(judge(site, {}, "/robots.txt")->observed_count, 0);
}

TEST(Reason, TellsWhomAndWhereAndNoSecrets) {
    const auto reason = [](const std::string& when) { return site_when(when).rules[0].reason; };
    EXPECT_EQ(reason("{ method: [POST, PUT], path: \"/api/**\" }"),
              "this site denies everyone on /api/** with POST and PUT");
    EXPECT_EQ(reason("{ header: { X-Secret: \"s3cret\" } }"),
              "this site denies requests like this one");
    EXPECT_EQ(reason("{ category: seo, not: { cookie: hidden } }"), "this site denies seo");
}

}  // namespace
}  // namespace turnpike::test
