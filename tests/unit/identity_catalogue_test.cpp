// Loading a catalogue from files, and what it makes of user agents. In-memory files only; the
// installed catalogue has a test of its own.
#include <gtest/gtest.h>

#include "identity/identity.hpp"

namespace turnpike::identity {
namespace {

constexpr const char* head = R"(version: 1
operator: Example
source: https://example.com/bots
date: 2026-11-20
crawlers:
)";

constexpr const char* usual = R"(
  - {token: GPTBot, category: ai-training, robots: GPTBot, status: documented}
  - {token: SearchGPT, category: ai-search}
  - {token: AskUser, category: ai-assistant, aliases: [Ask-User]}
  - {token: DoAgent, category: ai-agent}
  - {token: Soaker, category: ai-scraper}
  - {token: Googlebot, category: search-engine, also: [ai-training]}
  - {token: Google-Extended, category: ai-training, control_only: true}
  - {token: python-httpx, category: http-library}
  - {token: Linkcheck, category: monitor}
)";

struct Loaded {
    std::unique_ptr<const Catalogue> catalogue;
    std::string messages;
};

Loaded load(const std::vector<std::string>& entries) {
    std::vector<CatalogueFile> files;
    for (const std::string& text : entries) {
        const std::string name = std::string(1, static_cast<char>('a' + files.size())) + ".yaml";
        files.push_back({.name = name, .text = head + text});
    }
    Diagnostics diagnostics;
    Loaded loaded{.catalogue = Catalogue::load(files, diagnostics), .messages = {}};
    loaded.messages = diagnostics.to_string();
    return loaded;
}

/// Each claim as `crawler category proof`, the strictest first.
std::vector<std::string> claims(const Catalogue& catalogue,
                                const std::vector<std::string_view>& agents) {
    std::vector<std::string> result;
    const Identity identity = catalogue.identify(agents);
    for (const Claim& claim : identity.all()) {
        result.push_back((claim.crawler != nullptr ? claim.crawler->name : "-") + " " +
                         std::string(name_of(claim.category)) + " " +
                         std::string(name_of(claim.proof)));
    }
    return result;
}
using Lines = std::vector<std::string>;

TEST(Catalogue, ReadsEveryFactOfAnEntry) {
    const auto [catalogue, messages] = load({R"(
  - token: Foobot
    aliases: [Foo-Old]
    operator: Foo Ltd
    category: ai-search
    also: [ai-training, search-engine]
    robots: foobot
    proof: {addresses: foo-list, reverse_dns: [.foo.com], signature: "https://foo.com/keys"}
    exclusive: true
    hired: true
    status: observed
    examples: ["Foobot/1.0", "foo-old"]
    lookalikes: [Foobottle]
    source: https://foo.com/bot
    date: 2026-11-24
)"});
    ASSERT_TRUE(catalogue) << messages;
    EXPECT_EQ(messages, "");
    const Crawler& crawler = *catalogue->crawlers()[0];
    EXPECT_EQ(crawler.name, "Foobot");
    EXPECT_EQ(crawler.operator_name, "Foo Ltd");
    EXPECT_EQ(crawler.category, Category::ai_search);
    EXPECT_EQ(crawler.also, (std::vector{Category::ai_training, Category::search_engine}));
    EXPECT_EQ(crawler.robots_token, "foobot");
    EXPECT_EQ(crawler.proof.addresses, "foo-list");
    EXPECT_EQ(crawler.proof.reverse_dns, std::vector<std::string>{".foo.com"});
    EXPECT_EQ(crawler.proof.signature, "https://foo.com/keys");
    EXPECT_TRUE(crawler.exclusive && crawler.hired && !crawler.control_only);
    EXPECT_EQ(crawler.certainty, Certainty::observed);
    EXPECT_EQ(crawler.source, "https://foo.com/bot");
    EXPECT_EQ(crawler.date, "2026-11-24");
    EXPECT_EQ(catalogue->newest(), 1795478400);  // 2026-11-24T00:00:00Z
    EXPECT_EQ(catalogue->find("FOOBOT"), &crawler);
    EXPECT_EQ(catalogue->find("foo-old"), &crawler);
    EXPECT_EQ(catalogue->find("foo"), nullptr);
}

TEST(Catalogue, SaysAllThatIsWrongAndWhere) {
    const auto [catalogue, messages] = load({R"(
  - {token: ab, category: ai-trainin, date: 2026-02-30}
  - {token: Foobot, category: seo, hird: true}
  - {token: foobot, category: seo}
  - {category: [seo, browser], proof: {reverse_dns: [foo.com]}}
  - {token: Barbot, category: [seo, monitor]}
  - {token: Bazbot, category: seo, exclusive: true}
  - {token: Quxbot, category: monitor, exclusive: true, proof: {addresses: qux}}
)"});
    EXPECT_EQ(catalogue, nullptr);
    EXPECT_EQ(messages,
              R"(a.yaml:7:5: error: 'ab' is too short; write a pattern with what follows it
      - {token: ab, category: ai-trainin, date: 2026-02-30}
        ^
a.yaml:7:5: error: this crawler needs a 'date'
      - {token: ab, category: ai-trainin, date: 2026-02-30}
        ^
a.yaml:7:27: error: 'ai-trainin' is no category
      - {token: ab, category: ai-trainin, date: 2026-02-30}
                              ^ did you mean 'ai-training'?
a.yaml:8:36: error: unknown key 'hird'
      - {token: Foobot, category: seo, hird: true}
                                       ^ did you mean 'hired'?
a.yaml:9:5: error: 'foobot' is in this file twice
      - {token: foobot, category: seo}
        ^
a.yaml:10:5: error: this crawler needs a 'token'
      - {category: [seo, browser], proof: {reverse_dns: [foo.com]}}
        ^
a.yaml:10:22: error: a crawler is not 'browser'
      - {category: [seo, browser], proof: {reverse_dns: [foo.com]}}
                         ^
a.yaml:10:39: error: 'foo.com' must begin with a dot
      - {category: [seo, browser], proof: {reverse_dns: [foo.com]}}
                                          ^
a.yaml:11:5: error: a crawler has one 'category'; what else it serves is 'also'
      - {token: Barbot, category: [seo, monitor]}
        ^
a.yaml:12:5: error: 'exclusive' is said of a list: this crawler needs 'proof: addresses'
      - {token: Bazbot, category: seo, exclusive: true}
        ^
a.yaml:13:5: error: a monitor is never exclusive: people's own machines send its name too
      - {token: Quxbot, category: monitor, exclusive: true, proof: {addresses: qux}}
        ^
)");
}

TEST(Catalogue, WarnsOfExamplesThatAreTakenForSomethingElse) {
    const auto [catalogue, messages] = load({R"(
  - {token: Foobot, category: seo, examples: [Foobots], lookalikes: ["x Foobot/1"]}
)"});
    ASSERT_TRUE(catalogue) << messages;
    EXPECT_NE(messages.find("a.yaml:7:47: warning: this example is not taken for 'Foobot'"),
              std::string::npos)
        << messages;
    EXPECT_NE(messages.find("a.yaml:7:70: warning: this look-alike is taken for 'Foobot'"),
              std::string::npos)
        << messages;
}

TEST(Catalogue, LetsLaterFilesAddAndOverride) {
    const auto [catalogue, messages] = load(
        {"  - {token: Foobot, category: seo, aliases: [Foo]}\n  - {token: Oldbot, category: seo}",
         "  - {token: FOOBOT, category: ai-scraper}\n  - {token: Barbot, category: monitor}"});
    ASSERT_TRUE(catalogue) << messages;
    EXPECT_EQ(catalogue->crawlers().size(), 3U);
    EXPECT_EQ(claims(*catalogue, {"Foobot/1"}), Lines{"FOOBOT ai-scraper none"});
    EXPECT_EQ(claims(*catalogue, {"Foo/1"}), Lines{"- unknown none"});
    EXPECT_EQ(claims(*catalogue, {"Oldbot Barbot"}),
              (Lines{"Oldbot seo none", "Barbot monitor none"}));
}

TEST(Identify, PutsTheStrictestClaimFirst) {
    const auto [catalogue, messages] = load({usual});
    ASSERT_TRUE(catalogue) << messages;
    EXPECT_EQ(claims(*catalogue, {"Googlebot GPTBot"}),
              (Lines{"GPTBot ai-training none", "Googlebot search-engine none"}));
    EXPECT_EQ(claims(*catalogue, {"SearchGPT AskUser DoAgent GPTBot Soaker Googlebot"}),
              (Lines{"Soaker ai-scraper none", "GPTBot ai-training none", "DoAgent ai-agent none",
                     "AskUser ai-assistant none"}));
    EXPECT_EQ(claims(*catalogue, {"python-httpx/1 Linkcheck/2"}),
              (Lines{"Linkcheck monitor none", "python-httpx http-library none"}));
}

TEST(Identify, CallsAControlOnlyTokenForgedAndStricterThanAll) {
    const auto [catalogue, messages] = load({usual});
    ASSERT_TRUE(catalogue) << messages;
    EXPECT_EQ(claims(*catalogue, {"Soaker", "google-extended"}),
              (Lines{"Google-Extended ai-training forged", "Soaker ai-scraper none"}));
}

TEST(Identify, JudgesEveryLine) {
    const auto [catalogue, messages] = load({usual});
    ASSERT_TRUE(catalogue) << messages;
    EXPECT_EQ(claims(*catalogue, {"Mozilla/5.0 (X11) Gecko/20100101", "Ask-User/1", "Googlebot"}),
              (Lines{"AskUser ai-assistant none", "Googlebot search-engine none"}));
    EXPECT_EQ(claims(*catalogue, {"GPTBot", "gptbot/2"}), Lines{"GPTBot ai-training none"});
    EXPECT_EQ(claims(*catalogue, {}), Lines{"- unknown none"});
    EXPECT_EQ(claims(*catalogue, {""}), Lines{"- unknown none"});
}

TEST(Identify, TakesTheLongestOfTwoTokens) {
    const auto [catalogue, messages] =
        load({"  - {token: Foobot, category: seo}\n  - {token: Foobot-AI, category: ai-search}"});
    ASSERT_TRUE(catalogue) << messages;
    EXPECT_EQ(claims(*catalogue, {"Foobot-AI/1.0"}), Lines{"Foobot-AI ai-search none"});
    EXPECT_EQ(claims(*catalogue, {"Foobot-AIX/1.0"}), Lines{"Foobot seo none"});
}

TEST(Identify, GivesTheTokenAsTheCatalogueSpellsIt) {
    const auto [catalogue, messages] = load({usual});
    ASSERT_TRUE(catalogue) << messages;
    const std::string_view agent = "ASK-USER/3";
    EXPECT_EQ(catalogue->identify({&agent, 1}).main().token, "Ask-User");
}

TEST(Identify, StaysLinearInHostileUserAgents) {
    const auto [catalogue, messages] = load({usual});
    ASSERT_TRUE(catalogue) << messages;
    for (const char* piece : {"google-", "GPTBot/", "(", "x@", "a.b/", "((compatible;bot", "1"}) {
        std::string agent = "Mozilla/5.0 (compatible; bot; +http://";
        while (agent.size() < 1'000'000) agent += piece;
        const std::string_view view = agent;
        EXPECT_GE(catalogue->identify({&view, 1}).claim_count, 1) << piece;
    }
}

TEST(Tsv, HasCrawlerCategoryAndUserAgent) {
    const auto [catalogue, messages] = load({usual});
    ASSERT_TRUE(catalogue) << messages;
    const std::string_view bot = "gptbot/1.2";
    EXPECT_EQ(to_tsv(catalogue->identify({&bot, 1}), bot), "GPTBot\tai-training\tgptbot/1.2");
    const std::string_view nobody = "curious";
    EXPECT_EQ(to_tsv(catalogue->identify({&nobody, 1}), nobody), "-\tunknown\tcurious");
}

}  // namespace
}  // namespace turnpike::identity
