// The sentences that say why a rule matched or did not, one for each key.
#include <gtest/gtest.h>

#include "support/sites.hpp"

namespace turnpike::test {
namespace {

const Sent sent{.method = "GET",
                .host = "www.example.com",
                .query = "page=2&q",
                .address = "192.0.2.1",
                .fields = {{"Accept", "text/html"}, {"Cookie", "a=1; b=2"}}};

/// Whether a rule with this `when` matched, and the sentence about it.
std::string why(const std::string& when, const Client& client = {},
                const std::string& path = "/x/y") {
    const Loaded loaded =
        load({{"a.yaml", site_text("rules: [{ name: tried, when: " + when + ", then: deny }]\n")}});
    if (!loaded.sites) throw std::runtime_error(loaded.said);
    const auto traces = explain(loaded.sites->all().front(), client, path, sent);
    return (traces[0].matched ? "hit: " : "miss: ") + traces[0].why;
}

TEST(Why, SaysWhatIsAndWhatWasWanted) {
    const Client openai{.names = {"GPTBot"}, .user_agent = "GPTBot/1 NewBot/2"};
    struct Case {
        const char* when;
        const char* said;
    };
    for (const auto& [when, said] : std::vector<Case>{
             {"{ category: ai-* }", "miss: category is browser, wanted ai-*"},
             {"{ category: [ai-*, seo] }", "miss: category is browser, wanted ai-* or seo"},
             {"{ category: browser }", "hit: category is browser"},
             {"{ crawler: GPTBot }", "miss: crawler is none, wanted GPTBot"},
             {"{ operator: OpenAI }", "miss: operator is none, wanted OpenAI"},
             {"{ user_agent: OurBot }", "miss: the user agent lacks OurBot"},
             {"{ method: [POST, PUT] }", "miss: method is GET, wanted POST or PUT"},
             {"{ method: get }", "hit: method is GET"},
             {"{ host: example.com }", "miss: host is 'www.example.com', wanted example.com"},
             {"{ address: private }", "miss: address is 192.0.2.1, wanted private"},
             {"{ address: 192.0.2.0/24 }", "hit: address is 192.0.2.1"},
             {"{ path: [\"/a/**\", /b] }", "miss: path is '/x/y', wanted /a/** or /b"},
             {"{ path: \"/x/*\" }", "hit: path is '/x/y'"},
             {"{ header: { X-Key: present } }", "miss: header lacks X-Key"},
             {"{ header: { X-Key: \"a*\" } }", "miss: header lacks X-Key = a*"},
             {"{ header: { Accept: present, ACCEPT: [\"a*\", b] } }",
              "miss: header ACCEPT is 'text/html', wanted a* or b"},
             {"{ header: { Accept: \"text/*\" } }", "hit: header has Accept = text/*"},
             {"{ cookie: [c, d] }", "miss: cookie lacks c or d"},
             {"{ cookie: { a: \"2\", b: present } }", "miss: cookie lacks a = 2 and b"},
             {"{ cookie: [a, d] }", "hit: cookie has a or d"},
             {"{ query: { page: \"3*\" } }", "miss: query is 'page=2&q', wanted page = 3*"},
             {"{ query: \"*\" }", "hit: query is 'page=2&q'"},
             {"{ not: { cookie: a } }", "miss: not: cookie has a"},
             {"{ not: { method: GET, cookie: c } }", "hit: not: cookie lacks c"},
             {"{ category: browser, not: { cookie: c } }",
              "hit: category is browser; not: cookie lacks c"},
             {"{}", "hit: every request"}}) {
        EXPECT_EQ(why(when), said) << when;
    }
    EXPECT_EQ(why("{ crawler: GPTBot }", openai), "hit: crawler is GPTBot");
    EXPECT_EQ(why("{ crawler: [ClaudeBot, NewBot] }", openai), "hit: the user agent has NewBot");
    EXPECT_EQ(why("{ operator: [Google, Anthropic] }", openai),
              "miss: operator is OpenAI, wanted Google or Anthropic");
    EXPECT_EQ(why("{ user_agent: \"New*\" }", openai), "hit: the user agent has New*");
}

TEST(Why, CutsWhatIsLong) {
    const std::string path = "/" + std::string(500, 'a');
    EXPECT_EQ(why("{ path: [/a, /b, /c, /d, /e] }", {}, path),
              "miss: path is '/" + std::string(59, 'a') + "…', wanted /a, /b, /c or 2 more");
}

TEST(Trace, ShowsTheReadingAndTheClaimThatDecided) {
    const Loaded loaded = load({{"a.yaml", site_text(R"(preset: allow-all
rules:
  - { name: friend, when: { crawler: GPTBot }, then: allow }
  - { name: shut, when: { crawler: ClaudeBot, path: /a/b }, then: deny }
  - { name: end, then: allow }
)")}});
    ASSERT_TRUE(loaded.sites) << loaded.said;
    const auto traces =
        explain(loaded.sites->all().front(), {.names = {"GPTBot", "ClaudeBot"}}, "/a%2Fb");
    ASSERT_EQ(traces.size(), 3U);
    EXPECT_EQ(traces[0].why, "crawler is ClaudeBot, wanted GPTBot");
    EXPECT_EQ(traces[1].why, "crawler is ClaudeBot; path is '/a/b'");
    EXPECT_TRUE(traces[1].matched);
    EXPECT_TRUE(traces[2].matched) << "rules behind the one that decided are shown as well";
}

}  // namespace
}  // namespace turnpike::test
