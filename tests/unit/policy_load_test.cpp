// Site files: what they become, presets behind presets, and mistakes that need more than one file.
// Mistakes within one file: tests/config/bad.
#include <gtest/gtest.h>

#include "support/sites.hpp"
#include "support/source_tree.hpp"

namespace turnpike::test {
namespace {

TEST(SiteFile, BecomesASite) {
    const Loaded loaded = load({{"sites.d/example.yaml", R"(version: 1
site: example
hosts: [Example.com, "*.example.org"]
origin: http://127.0.0.1:3000
contact: mailto:web@example.com
mode: observe
preset: charge-ai
price: USD 0.01
rules:
  - name: partner
    when: { crawler: GPTBot, path: "/archive/**" }
    then: allow
)"}});
    ASSERT_TRUE(loaded.sites) << loaded.said;
    EXPECT_EQ(loaded.said, "");
    const Site* site = loaded.sites->find("x.example.org");
    ASSERT_NE(site, nullptr);
    EXPECT_EQ(site, loaded.sites->find("example.com:80"));
    EXPECT_EQ(site->name, "example");
    EXPECT_EQ(site->hosts, (std::vector<std::string>{"example.com", "*.example.org"}));
    EXPECT_EQ(site->origin.address.authority(), "127.0.0.1:3000");
    EXPECT_EQ(site->contact, "mailto:web@example.com");
    EXPECT_EQ(site->mode, Mode::observe);
    EXPECT_EQ(site->preset, "charge-ai");
    EXPECT_EQ(site->price, (Money{"USD", 10'000}));
    EXPECT_EQ(site->where.file, "sites.d/example.yaml");
    ASSERT_EQ(site->rules.size(), 5U);
    EXPECT_EQ(site->rules[0].name, "partner");
    EXPECT_EQ(site->rules[0].where, (Where{"sites.d/example.yaml", 10}));
    EXPECT_EQ(site->rules[0].reason, "this site lets in GPTBot on /archive/**");
    EXPECT_EQ(site->rules[1].name, "no-undocumented-ai");
    EXPECT_EQ(site->rules[1].reason, "this site denies ai-undocumented");
    EXPECT_EQ(site->rules[2].reason, "this site charges AI crawlers");
}

TEST(SiteFile, MayBeWrittenWithoutAnythingThatHasADefault) {
    const Loaded loaded = load({{"a.yaml", site_text("")}});
    ASSERT_TRUE(loaded.sites) << loaded.said;
    const Site& site = loaded.sites->all().front();
    EXPECT_EQ(site.mode, Mode::enforce);
    EXPECT_EQ(site.preset, "block-ai");
    EXPECT_EQ(site.contact, "");
    EXPECT_FALSE(site.price);
}

TEST(SiteFile, NamesATrapOrNoneOrTakesTheOneThatIsMadeForIt) {
    const auto trap_with = [](const std::string& line) {
        const Loaded loaded = load({{"a.yaml", site_text(line)}});
        EXPECT_TRUE(loaded.sites) << loaded.said;
        return loaded.sites ? loaded.sites->all().front().trap : "?";
    };
    EXPECT_EQ(trap_with(""), "/made/for/example");
    EXPECT_EQ(trap_with("trap: off\n"), "");
    EXPECT_EQ(trap_with("trap: /archive/notes-2741\n"), "/archive/notes-2741");
}

TEST(SiteFile, ReasonsNameAFewAndCountTheRest) {
    const Loaded loaded = load({{"a.yaml", site_text(R"(
rules:
  - name: many
    when: { category: [seo, archiver, monitor, http-library, other-bot, feed-reader] }
    then: deny
  - name: all
    then: deny
)")}});
    ASSERT_TRUE(loaded.sites) << loaded.said;
    const auto& rules = loaded.sites->all().front().rules;
    EXPECT_EQ(rules[0].reason, "this site denies feed-reader, monitor, archiver and 3 more");
    EXPECT_EQ(rules[1].reason, "this site denies everyone");
}

TEST(Preset, AFileStandsBesideTheOneThatNamesItAndMayNameItsOwn) {
    const Files presets = {
        {"sites.d/house.yaml",
         "preset: ../shared/base.yaml\n"
         "rules: [{ name: house, when: { crawler: GPTBot }, then: allow }]\n"
         "open_paths: { add: [/house] }\n"},
        {"sites.d/../shared/base.yaml",
         "preset: block-training\n"
         "price: EUR 1.00\n"
         "rules: [{ name: base, when: { crawler: ClaudeBot }, then: pay }]\n"
         "open_paths: { add: [/base], remove: [/rsl.xml] }\n"},
    };
    const Loaded loaded = load({{"sites.d/a.yaml", site_text(R"(preset: house.yaml
rules: [{ name: own, when: { crawler: Diffbot }, then: allow }]
open_paths: { add: [/rsl.xml], remove: [/base] }
)")}},
                               presets);
    ASSERT_TRUE(loaded.sites) << loaded.said;
    EXPECT_EQ(loaded.said, "");
    const Site& site = loaded.sites->all().front();
    std::vector<std::string> names;
    for (const Rule& rule : site.rules) names.push_back(rule.name);
    EXPECT_EQ(names, (std::vector<std::string>{"own", "house", "base", "no-ai-training",
                                               "hidden-crawler", "probably-a-crawler"}));
    EXPECT_EQ(site.rules[2].where.file, "sites.d/../shared/base.yaml");
    EXPECT_EQ(site.price, (Money{"EUR", 1'000'000}));
    const Client trainer{.names = {"Bytespider"}};
    EXPECT_EQ(action_for(site, trainer, "/house"), "allow");
    EXPECT_EQ(action_for(site, trainer, "/rsl.xml"), "allow");
    EXPECT_EQ(action_for(site, trainer, "/base"), "deny");
}

Files chain(int length) {
    Files presets;
    for (int i = 1; i < length; ++i) {
        presets["p" + std::to_string(i) + ".yaml"] =
            "preset: p" + std::to_string(i + 1) + ".yaml\n";
    }
    presets["p" + std::to_string(length) + ".yaml"] = "rules: []\n";
    return presets;
}

TEST(Preset, MayBeFourDeepAndNotFive) {
    const Files site = {{"a.yaml", site_text("preset: p1.yaml\n")}};
    EXPECT_TRUE(load(site, chain(4)).sites);
    EXPECT_EQ(load(site, chain(5)).said,
              "p4.yaml:1:9: error: presets name one another at most four deep\n"
              "    preset: p5.yaml\n"
              "            ^\n");
}

TEST(Preset, MayNotLeadBackToItself) {
    const Loaded loaded =
        load({{"a.yaml", site_text("preset: p1.yaml\n")}},
             {{"p1.yaml", "preset: p2.yaml\n"}, {"p2.yaml", "preset: p1.yaml\n"}});
    EXPECT_FALSE(loaded.sites);
    EXPECT_EQ(loaded.said,
              "p2.yaml:1:9: error: the preset 'p1.yaml' leads back to itself\n"
              "    preset: p1.yaml\n"
              "            ^\n");
}

TEST(Preset, MistakesAreShownInTheFileTheyStandIn) {
    const Loaded loaded =
        load({{"a.yaml", site_text("preset: p.yaml\n")}}, {{"p.yaml", "hosts: [a.example]\n"}});
    EXPECT_FALSE(loaded.sites);
    EXPECT_EQ(loaded.said,
              "p.yaml:1:1: error: unknown key 'hosts'\n"
              "    hosts: [a.example]\n"
              "    ^ known here: version, preset, price, open_paths, rules\n");
}

TEST(Preset, ThatChargesNeedsThePriceOfTheSite) {
    EXPECT_EQ(load({{"a.yaml", site_text("preset: charge-ai\n")}}).said,
              "a.yaml:4:9: error: this preset charges, but nothing says how much\n"
              "    preset: charge-ai\n"
              "            ^ add a price to the site: price: USD 0.01\n");
    EXPECT_TRUE(load({{"a.yaml", site_text("preset: p.yaml\n")}},
                     {{"p.yaml", "preset: charge-ai\nprice: USD 0.02\n"}})
                    .sites);
}

TEST(Sites, AHostOfTwoFilesIsAnErrorThatNamesBoth) {
    const Loaded loaded =
        load({{"a.yaml", "site: a\nhosts: [example.com, b.example]\norigin: http://x\n"},
              {"b.yaml", "site: b\nhosts:\n  - c.example\n  - Example.COM.\norigin: http://y\n"}});
    EXPECT_FALSE(loaded.sites);
    EXPECT_EQ(loaded.said,
              "b.yaml:4:5: error: the host 'example.com' is in a.yaml:2 already\n"
              "      - Example.COM.\n"
              "        ^\n");
}

TEST(Sites, ANameOfTwoFilesIsAnErrorThatNamesBoth) {
    const Loaded loaded = load({{"a.yaml", "site: a\nhosts: [a.example]\norigin: http://x\n"},
                                {"b.yaml", "site: a\nhosts: [b.example]\norigin: http://y\n"}});
    EXPECT_FALSE(loaded.sites);
    EXPECT_EQ(loaded.said,
              "b.yaml:1:7: error: the site 'a' is in a.yaml:1 already\n"
              "    site: a\n"
              "          ^\n");
}

TEST(Sites, MistakesOfAllFilesAreSaidAtOnce) {
    const Loaded loaded =
        load({{"a.yaml", "site: a\nhosts: [a.example]\norigin: http://x\nmod: e\n"},
              {"b.yaml", "site: b\nhosts: [b.example]\n"}});
    EXPECT_FALSE(loaded.sites);
    EXPECT_EQ(loaded.said,
              "a.yaml:4:1: error: unknown key 'mod'\n"
              "    mod: e\n"
              "    ^ did you mean 'mode'?\n"
              "b.yaml:1:1: error: 'origin' is missing\n"
              "    site: b\n"
              "    ^ for example: origin: http://127.0.0.1:3000\n");
}

TEST(Warnings, DoNotKeepASiteFromLoading) {
    const Loaded loaded = load({{"a.yaml", site_text(R"(rules:
  - { name: a, when: { crawler: GPTbott }, then: deny }
  - { name: b, when: { operator: OpneAI }, then: deny }
  - { name: c, when: { category: [seo, monitor] }, then: deny, price: USD 0.01 }
  - { name: d, when: { category: seo, path: /x }, then: allow }
open_paths: { remove: [/robot.txt] }
)")}});
    EXPECT_TRUE(loaded.sites);
    EXPECT_EQ(
        loaded.said,
        "a.yaml:5:33: warning: no crawler of the catalogue is called 'GPTbott'; it matches "
        "as a user-agent token\n"
        "      - { name: a, when: { crawler: GPTbott }, then: deny }\n"
        "                                    ^ did you mean 'GPTBot'?\n"
        "a.yaml:6:34: warning: no operator of the catalogue is called 'OpneAI'; this matches "
        "nobody\n"
        "      - { name: b, when: { operator: OpneAI }, then: deny }\n"
        "                                     ^ did you mean 'OpenAI'?\n"
        "a.yaml:7:71: warning: a price counts only with 'then: pay'\n"
        "      - { name: c, when: { category: [seo, monitor] }, then: deny, price: USD 0.01 }\n"
        "                                                                          ^\n"
        "a.yaml:8:5: warning: this rule is never reached: 'c' before it matches all that it "
        "matches\n"
        "      - { name: d, when: { category: seo, path: /x }, then: allow }\n"
        "        ^ if it shall count, move it up, ahead of line 7\n"
        "a.yaml:9:24: warning: '/robot.txt' is not an open path\n"
        "    open_paths: { remove: [/robot.txt] }\n"
        "                           ^ did you mean '/robots.txt'?\n");
}

/// What loading says of a site with these rules, without the lines that it quotes.
std::string warnings_for(const std::string& rules, const std::string& hosts = "example.com") {
    const std::string start = "site: example\nhosts: [" + hosts + "]\norigin: http://127.0.0.1\n";
    const Loaded loaded = load({{"a.yaml", start + "rules:\n" + rules}});
    EXPECT_TRUE(loaded.sites) << loaded.said;
    std::string messages;
    for (const std::string_view line : lines_of(loaded.said)) {
        if (!line.starts_with("    ")) messages += std::string(line) + "\n";
    }
    return messages;
}

TEST(Warnings, TellOfARuleThatAnEarlierOneHides) {
    struct Case {
        const char* first;
        const char* second;
        bool hidden;
    };
    for (const auto& [first, second, hidden] : std::vector<Case>{
             {"category: ai-*", "crawler: GPTBot", true},
             {"category: ai-*", "crawler: [GPTBot, Googlebot]", false},
             {"category: ai-*", "crawler: [GPTBot, ClaudeBot], path: /x", true},
             {"category: ai-training", "category: ai-*", false},
             {"operator: OpenAI", "crawler: GPTBot", true},
             {"operator: OpenAI", "crawler: ClaudeBot", false},
             {"path: \"/a/**\"", "path: [/a/b, \"/a/*/c\"]", true},
             {"path: \"/a/*\"", "path: \"/a/**\"", false},
             {"path: \"/**/a/**\"", "path: \"/**/a/b\"", false},
             {"method: [GET, HEAD]", "method: get", true},
             {"method: GET", "method: [GET, HEAD]", false},
             {"host: \"*.example.com\"", "host: [a.example.com, \"*.b.example.com\"]", true},
             {"host: \"*.example.com\"", "host: example.com", false},
             {"address: [private, loopback]", "address: private", true},
             {"header: { A: present }", "header: { A: x, B: y }", true},
             {"header: { A: x }", "header: { A: present }", false},
             {"cookie: [a, b]", "cookie: a", true},
             {"cookie: { a: present }", "cookie: { a: x, b: y }", true},
             {"query: \"*\"", "query: { a: x }", true},
             {"query: { a: [x, y] }", "query: { a: x }", true},
             {"query: { a: x }", "query: { b: x }", false},
             {"not: { method: GET, cookie: a }", "not: { method: GET }", true},
             {"not: { method: GET }", "not: { method: GET, cookie: a }", false},
             {"category: ai-training", "category: ai-training, also: true", false},
             {"category: ai-training, also: true", "category: ai-training", true}}) {
        const std::string rules = std::string("  - { name: a, when: { ") + first +
                                  " }, then: deny }\n  - { name: b, when: { " + second +
                                  " }, then: deny }\n";
        EXPECT_EQ(warnings_for(rules, "example.com, \"*.example.com\""),
                  hidden ? "a.yaml:6:5: warning: this rule is never reached: 'a' before it matches "
                           "all that it matches\n"
                         : "")
            << rules;
    }
}

TEST(Warnings, TellOfNamesThatTheSiteDoesNotHave) {
    const auto said = [](const std::string& host) {
        return warnings_for("  - { name: a, when: { host: \"" + host + "\" }, then: deny }\n");
    };
    EXPECT_EQ(said("exmaple.com"),
              "a.yaml:5:5: warning: this site is not called 'exmaple.com', so no request for it "
              "comes here\n");
    EXPECT_NE(said("www.example.com"), "");
    EXPECT_NE(said("*.example.com"), "");
    for (const char* possible : {"example.com", "EXAMPLE.com.", "*.com", "*"}) {
        EXPECT_EQ(said(possible), "") << possible;
    }
}

TEST(Warnings, TellOfPathsThatAreOpenToEveryone) {
    const auto said = [](const std::string& path, const std::string& rest = "") {
        return warnings_for("  - { name: a, when: { path: " + path + " }, then: deny }\n" + rest);
    };
    EXPECT_EQ(said("[/llms.txt, \"/.well-known/**\"]"),
              "a.yaml:5:5: warning: this rule is never reached: '/llms.txt' is open to everyone\n");
    EXPECT_NE(said("/.well-known/x"), "");
    EXPECT_EQ(said("[/llms.txt, /x]"), "");
    EXPECT_EQ(said("\"/llms*\""), "");
    EXPECT_EQ(said("/llms.txt", "open_paths: { remove: [/llms.txt] }\n"), "");
}

TEST(Warnings, KnowThatARuleThatObservesHidesNothing) {
    EXPECT_EQ(warnings_for("  - { name: a, then: deny, observe: true }\n"
                           "  - { name: b, when: { path: /x }, then: deny }\n"),
              "");
}

TEST(Warnings, TellOfARuleWhoseKeysContradictOneAnother) {
    const auto said = [](const std::string& when) {
        return warnings_for("  - { name: a, when: { " + when + " }, then: deny }\n");
    };
    const std::string nothing = "a.yaml:5:5: warning: this rule matches nothing: ";
    EXPECT_EQ(said("crawler: GPTBot, category: browser"),
              nothing + "of GPTBot, category is ai-training, wanted browser\n");
    EXPECT_EQ(said("crawler: [GPTBot, ClaudeBot], operator: Google"),
              nothing + "of GPTBot, operator is OpenAI, wanted Google\n");
    EXPECT_EQ(said("operator: Google, category: ai-*"),
              nothing + "of Googlebot, category is search-engine, wanted ai-*\n");
    EXPECT_EQ(said("crawler: GPTBot, not: { category: ai-* }"),
              nothing + "'not' takes away all that the rest asks for\n");
    EXPECT_EQ(said("operator: OpenAI, not: { operator: [OpenAI, Google] }"),
              nothing + "'not' takes away all that the rest asks for\n");
    EXPECT_EQ(said("method: GET, cookie: a, not: { method: [GET, HEAD] }"),
              nothing + "'not' takes away all that the rest asks for\n");
    for (const char* possible :
         {"crawler: [GPTBot, Googlebot], category: search-engine",
          "operator: OpenAI, category: ai-*", "crawler: GPTBot, not: { crawler: ClaudeBot }",
          "method: GET, not: { cookie: a }", "operator: OpenAI, not: { crawler: GPTBot }",
          "category: browser, not: { category: seo }",
          "crawler: GPTBot, not: { category: ai-*, path: /x }"}) {
        EXPECT_EQ(said(possible), "") << possible;
    }
}

}  // namespace
}  // namespace turnpike::test
