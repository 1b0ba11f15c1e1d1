// The judge: order of open paths, forgeries and rules; the strictest of readings and claims; no way
// around; the same answer each time, without allocation.
#include <gtest/gtest.h>

#include "support/allocations.hpp"
#include "support/sites.hpp"

namespace turnpike::test {
namespace {

/// The one site of a file with `rest`; the test ends where it does not load.
Site site_with(const std::string& rest) {
    const Loaded loaded = load({{"a.yaml", site_text(rest)}});
    if (!loaded.sites) throw std::runtime_error(loaded.said);
    return loaded.sites->all().front();
}

TEST(Decide, OpenPathsAreOpenToThoseWhoAreDenied) {
    const Site site = site_with("rules: [{ name: nobody, then: deny }]");
    for (const char* path :
         {"/robots.txt", "/.well-known/security.txt", "/.well-known/acme-challenge/x/y",
          "/favicon.ico", "/sitemap.xml", "/sitemap_index.xml", "/security.txt", "/ads.txt",
          "/app-ads.txt", "/llms.txt", "/crawlers.json", "/license.xml", "/rsl.xml", "//robots.txt",
          "/./robots.txt", "/x/../robots.txt", "/robots%2etxt"}) {
        const auto decision = judge(site, {.names = {"GPTBot"}}, path);
        EXPECT_EQ(decision->action, Action::allow) << path;
        EXPECT_EQ(decision->rule, "open-path") << path;
        EXPECT_EQ(decision->where, nullptr) << path;
        EXPECT_EQ(action_for(site, {.names = {"GPTBot"}, .proof = Proof::forged}, path), "allow");
    }
    EXPECT_EQ(action_for(site, {}, "/"), "deny");
}

// Each reads as an open path to somebody and as /secret to somebody else.
TEST(Decide, NoDisguiseOfAPathIsOpen) {
    const Site site = site_with("");
    for (const char* path : {"/robots.txt/../secret",
                             "/robots.txt/%2e%2e/secret",
                             "/robots.txt/%2E./secret",
                             "//robots.txt/..//secret",
                             "/.well-known/../secret",
                             "/.well-known/./../secret",
                             "/.well-known/a/../../secret",
                             "/.well-known/%2e%2e/secret",
                             "/.well-known/..%2Fsecret",
                             "/.well-known%2F..%2Fsecret",
                             "/robots.txt%2F..%2Fsecret",
                             "/.well-known/..%5Csecret",
                             "/.well-known/..\\secret",
                             "/robots.txt;/../secret",
                             "/.well-known/..;/secret",
                             "/secret;/../robots.txt",
                             "/secret/..%2Frobots.txt",
                             "/secret%2F..%2Frobots.txt",
                             "/secret\\..\\robots.txt",
                             "/.well-known;/../secret",
                             "/ROBOTS.TXT",
                             "/robots.txt/",
                             "/robots.txt/x",
                             "/robots.txt%3f",
                             "/x/robots.txt",
                             "/robots.txt;x",
                             "/robots.txt%3Bx",
                             "/robots.txt.",
                             "/robots.txt%20",
                             "/.well-known",
                             "/robots%252etxt",
                             "/%252e%252e/robots.txt",
                             "/favicon.ico/..;/secret",
                             "/",
                             "/%2e/",
                             "/.well-known/acme-challenge/../../secret"}) {
        EXPECT_EQ(action_for(site, {.names = {"GPTBot"}}, path), "deny") << path;
    }
    for (const char* path : {"/robots.txt%00", "/robots.txt%00.html", "/robots.txt%0a"}) {
        EXPECT_EQ(action_for(site, {.names = {"GPTBot"}}, path), "400") << path;
    }
}

TEST(Decide, TheFirstRuleThatMatchesWins) {
    const Site site = site_with(R"(
price: USD 0.01
rules:
  - name: partner
    when: { crawler: GPTBot, path: "/archive/**" }
    then: allow
  - name: toll
    when: { operator: Anthropic }
    then: pay
  - name: dear
    when: { crawler: [Diffbot, Bytespider] }
    then: pay
    price: EUR 2.50
  - name: no-seo
    when: { category: seo }
    then: deny
  - name: own-bot
    when: { user_agent: [OurBot, "Inner*"] }
    then: deny
  - name: closed-area
    when: { path: ["/members/*", "/staff/**"] }
    then: deny
)");
    struct Case {
        Client client;
        const char* path;
        const char* action;
        const char* rule;
    };
    const Case cases[] = {
        {{.names = {"GPTBot"}}, "/archive/2020/a", "allow", "partner"},
        {{.names = {"GPTBot"}}, "/archive", "deny", "no-ai"},
        {{.names = {"GPTBot"}}, "/other", "deny", "no-ai"},
        {{.names = {"ClaudeBot"}}, "/archive/a", "pay", "toll"},
        {{.names = {"Diffbot"}}, "/", "pay", "dear"},
        {{.names = {"Bytespider"}}, "/", "pay", "dear"},
        {{.names = {"AhrefsBot"}}, "/", "deny", "no-seo"},
        {{.names = {"Googlebot"}}, "/", "allow", "default"},
        {{.names = {}, .user_agent = "OurBot/1.0"}, "/", "deny", "own-bot"},
        {{.names = {}, .user_agent = "YourBot/1.0"}, "/", "allow", "default"},
        {{.names = {}, .user_agent = "InnerMost/3"}, "/", "deny", "own-bot"},
        {{}, "/members/list", "deny", "closed-area"},
        {{}, "/members/a/b", "allow", "default"},
        {{}, "/staff/a/b", "deny", "closed-area"},
        {{}, "/%6dembers/list", "deny", "closed-area"},
        {{}, "/x/..%2Fmembers%2Flist", "deny", "closed-area"},
        {{}, "/members;v=1/list", "deny", "closed-area"},
        {{.names = {}, .user_agent = "OurBot/1.0"}, "/robots.txt", "allow", "open-path"},
    };
    for (const auto& [client, path, action, rule] : cases) {
        const auto decision = judge(site, client, path);
        EXPECT_EQ(name_of(decision->action), action) << path << " " << rule;
        EXPECT_EQ(decision->rule, rule) << path;
        const bool built_in = decision->rule == "default" || decision->rule == "open-path";
        EXPECT_EQ(decision->where == nullptr, built_in) << path;
        EXPECT_NE(decision->reason, "");
    }
}

TEST(Decide, ThePriceIsTheRulesElseTheSites) {
    const Site site = site_with(R"(
price: USD 0.01
rules:
  - { name: dear, when: { crawler: GPTBot }, then: pay, price: EUR 2.50 }
  - { name: toll, when: { crawler: ClaudeBot }, then: pay }
)");
    EXPECT_EQ(*judge(site, {.names = {"GPTBot"}}, "/")->price, (Money{"EUR", 2'500'000}));
    EXPECT_EQ(*judge(site, {.names = {"ClaudeBot"}}, "/")->price, (Money{"USD", 10'000}));
    EXPECT_EQ(judge(site, {.names = {"Diffbot"}}, "/")->price, nullptr);
}

TEST(Decide, AForgedClaimIsDeniedAheadOfTheRules) {
    const Site site = site_with("preset: allow-all\nrules: [{ name: all, then: allow }]");
    const auto decision = judge(site, {.names = {"GPTBot"}, .proof = Proof::forged}, "/");
    EXPECT_EQ(decision->action, Action::deny);
    EXPECT_EQ(decision->rule, "forged");
    EXPECT_EQ(decision->where, nullptr);
}

TEST(Decide, TheStrictestOfAllReadingsStands) {
    const Site site = site_with(R"(
preset: allow-all
rules:
  - { name: shut, when: { path: "/a/b" }, then: deny }
  - { name: open, when: { path: "/**" }, then: allow }
)");
    EXPECT_EQ(judge(site, {}, "/a%2Fb")->rule, "shut");
    EXPECT_EQ(judge(site, {}, "/a\\b")->rule, "shut");
    EXPECT_EQ(judge(site, {}, "/a/b;x")->rule, "shut");
    EXPECT_EQ(judge(site, {}, "/a/b;x/c")->rule, "shut");
    EXPECT_EQ(judge(site, {}, "/a/c;x")->rule, "open");
}

TEST(Decide, EveryAiClaimIsJudgedAndTheStrictestStands) {
    const Site site = site_with(R"(
price: USD 0.01
rules:
  - { name: friend, when: { crawler: GPTBot }, then: allow }
  - { name: payer, when: { crawler: ClaudeBot }, then: pay }
)");
    EXPECT_EQ(judge(site, {.names = {"GPTBot"}}, "/")->rule, "friend");
    const auto two = judge(site, {.names = {"GPTBot", "ClaudeBot"}}, "/");
    EXPECT_EQ(two->rule, "payer");
    EXPECT_EQ(two->claim, 1);
    const auto three = judge(site, {.names = {"GPTBot", "ClaudeBot", "Diffbot"}}, "/");
    EXPECT_EQ(three->rule, "no-ai");
    EXPECT_EQ(three->claim, 2);
}

TEST(Decide, ClaimsBesideTheMainOneCountOnlyWhereTheyAdmitToAi) {
    const Site site = site_with("rules: [{ name: no-seo, when: { category: seo }, then: deny }]");
    EXPECT_EQ(judge(site, {.names = {"AhrefsBot"}}, "/")->rule, "no-seo");
    EXPECT_EQ(judge(site, {.names = {"Googlebot", "AhrefsBot"}}, "/")->rule, "default");
    EXPECT_EQ(judge(site, {.names = {"Googlebot", "GPTBot"}}, "/")->rule, "no-ai");
}

TEST(Decide, ACrawlerUnknownToTheCatalogueMatchesBesideAKnownOne) {
    const Site site =
        site_with("rules: [{ name: both, when: { crawler: [AhrefsBot, NewBot] }, then: deny }]");
    EXPECT_EQ(judge(site, {.names = {"AhrefsBot"}}, "/")->rule, "both");
    EXPECT_EQ(judge(site, {.names = {}, .user_agent = "newbot/2"}, "/")->rule, "both");
    EXPECT_EQ(judge(site, {.names = {}, .user_agent = "renewbot/2"}, "/")->rule, "default");
}

TEST(Decide, OpenPathsCanBeAddedAndRemoved) {
    const Site site =
        site_with("open_paths: { add: [/legal/terms, /press/**], remove: [/llms.txt] }");
    EXPECT_EQ(action_for(site, {.names = {"GPTBot"}}, "/legal/terms"), "allow");
    EXPECT_EQ(action_for(site, {.names = {"GPTBot"}}, "/press/a/b"), "allow");
    EXPECT_EQ(action_for(site, {.names = {"GPTBot"}}, "/legal/terms/x"), "deny");
    EXPECT_EQ(action_for(site, {.names = {"GPTBot"}}, "/llms.txt"), "deny");
    EXPECT_EQ(action_for(site, {.names = {"GPTBot"}}, "/robots.txt"), "allow");
}

TEST(Decide, DoesNotAllocate) {
    const Site site = site_with(
        "rules: [{ name: a, when: { user_agent: 'x*y', path: '/q/**' }, "
        "then: deny }]");
    const Identity identity = identity_of({.names = {"GPTBot", "ClaudeBot"}});
    const std::string_view line = "GPTBot ClaudeBot xyz";
    const std::array<std::string_view, 2> readings{"/q/w/e/r/t/y", "/z"};
    const Allocations allocations;
    const Decision decision =
        decide(site, {.readings = readings, .user_agents = {&line, 1}, .identity = &identity});
    EXPECT_EQ(allocations.count(), 0U);
    EXPECT_EQ(decision.action, Action::deny);
}

}  // namespace
}  // namespace turnpike::test
