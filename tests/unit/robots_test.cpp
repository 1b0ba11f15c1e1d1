// robots.txt: who is asked what, and which line says so. Sections are those of RFC 9309.
#include "robots/robots.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/allocations.hpp"

namespace turnpike::robots {
namespace {

Verdict ask(const File& file, std::string_view token, std::string_view path, Reading reading) {
    Arena arena;
    return file.match(token, read_target(path, arena), reading);
}

bool allowed(std::string_view text, std::string_view token, std::string_view path,
             Reading reading = Reading::rfc9309) {
    return ask(File::parse(text), token, path, reading).allowed;
}

/// A file for one crawler, and the paths that it may and may not have.
struct Case {
    std::string rules;
    std::vector<std::string> allowed;
    std::vector<std::string> disallowed;
};

void expect(const std::vector<Case>& cases, Reading reading) {
    for (const Case& each : cases) {
        const std::string text = "User-agent: OwlBot\n" + each.rules;
        for (const auto& path : each.allowed) {
            EXPECT_TRUE(allowed(text, "OwlBot", path, reading)) << each.rules << " on " << path;
        }
        for (const auto& path : each.disallowed) {
            EXPECT_FALSE(allowed(text, "OwlBot", path, reading)) << each.rules << " on " << path;
        }
    }
}

// §2.2.1

TEST(RobotsGroups, ACrawlerThatIsNamedIsNotEveryone) {
    const std::string text =
        "User-agent: *\nDisallow: /\n\nUser-agent: owlbot\nDisallow: /nest\n\nUser-agent: Wren\n";
    EXPECT_FALSE(allowed(text, "Robin", "/egg"));
    EXPECT_TRUE(allowed(text, "OwlBot", "/egg"));
    EXPECT_FALSE(allowed(text, "OwlBot", "/nest/1"));
    EXPECT_TRUE(allowed(text, "Wren", "/nest")) << "a group may have no rules";
    EXPECT_TRUE(allowed("User-agent: Owl\nDisallow: /\n", "Robin", "/")) << "nobody asked it";
}

TEST(RobotsGroups, ATokenIsComparedWholeAndInAnyCase) {
    const std::string text = "User-Agent: OWLBOT/2.1 (+http://owl.example)\nDisallow: /a\n";
    EXPECT_FALSE(allowed(text, "owlBot", "/a"));
    EXPECT_TRUE(allowed(text, "Owl", "/a"));
    EXPECT_TRUE(allowed(text, "OwlBot-Image", "/a"));
}

TEST(RobotsGroups, TokensThatAreNoProductTokensAreFoundByTheRfcsReadingOnly) {
    const std::string text = "User-agent: 7owls\nDisallow: /a\n";
    EXPECT_FALSE(allowed(text, "7Owls", "/a"));
    EXPECT_TRUE(allowed(text, "7Owls", "/a", Reading::google));
    EXPECT_TRUE(allowed(text, "", "/a"));
}

TEST(RobotsGroups, GroupsOfATokenAreMerged) {
    const std::string text =
        "User-agent: Owl\nDisallow: /a\nUser-agent: Wren\nDisallow: /\n"
        "User-agent: owl\nAllow: /a/b\nDisallow: /c\n";
    EXPECT_FALSE(allowed(text, "Owl", "/a"));
    EXPECT_TRUE(allowed(text, "Owl", "/a/b"));
    EXPECT_FALSE(allowed(text, "Owl", "/c"));
    EXPECT_TRUE(allowed(text, "Owl", "/d"));
    const std::string all = "User-agent: *\nDisallow: /a\nUser-agent: * (all)\nDisallow: /b\n";
    EXPECT_FALSE(allowed(all, "Owl", "/a"));
    EXPECT_FALSE(allowed(all, "Owl", "/b"));
}

TEST(RobotsGroups, OnlyARuleEndsTheLinesThatNameAGroup) {
    const std::string text =
        "User-agent: Owl\n\nSitemap: https://a.example/s\nCrawl-delay: 3\n# and\nHost: a\n"
        "Content-Signal: search=yes\nwhatever\nUser-agent: Wren\nDisallow: /a\n"
        "User-agent: Robin\nDisallow: /b\n";
    EXPECT_FALSE(allowed(text, "Owl", "/a"));
    EXPECT_FALSE(allowed(text, "Wren", "/a"));
    EXPECT_TRUE(allowed(text, "Owl", "/b"));
    EXPECT_TRUE(allowed(text, "Robin", "/a"));
    const std::string empty = "User-agent: Owl\nDisallow:\nUser-agent: Wren\nDisallow: /\n";
    EXPECT_TRUE(allowed(empty, "Owl", "/a")) << "an empty rule is one too";
}

TEST(RobotsGroups, RulesAheadOfAllGroupsAreNobodys) {
    EXPECT_TRUE(allowed("Disallow: /\nUser-agent: Owl\nAllow: /a\n", "Owl", "/b"));
    EXPECT_TRUE(allowed("User-agent:\nDisallow: /\n", "Owl", "/b"));
}

// §2.2.2 and §2.2.3

TEST(RobotsRules, TheLongestDecidesAndAllowWinsATie) {
    expect({{"Disallow: /a\nAllow: /a/b\nDisallow: /a/b/c", {"/a/b", "/A", "/"}, {"/a", "/a/b/c"}},
            {"Disallow: /p\nAllow: /p", {"/p", "/pp"}, {}},
            {"Allow: /*x\nDisallow: /ax", {"/ax", "/bx"}, {}},
            {"Allow: /owls\nDisallow: /*.html", {"/owls"}, {"/owls.html"}},
            {"Disallow:\nAllow:", {"/", "/a"}, {}},
            {"Disallow: /\nAllow:", {}, {"/", "/a"}}},
           Reading::rfc9309);
}

TEST(RobotsRules, WildcardsAndEndsOfLine) {
    const std::vector<Case> cases = {
        {"Disallow: /a*z", {"/a", "/bz"}, {"/az", "/abz", "/abzc"}},
        {"Disallow: *.pdf$", {"/a.pdf?x", "/a.pdfx"}, {"/a.pdf", "/a.pdf.pdf"}},
        {"Disallow: /a$b", {"/a", "/ab"}, {"/a$b"}},
        {"Disallow: /$", {"/a"}, {"/"}},
        {"Disallow: /**a*$", {"/b"}, {"/a", "/ba", "/bab"}},
        {"Disallow: /aa*aa$", {"/aa", "/aaa"}, {"/aaaa", "/aabaa"}},
        {"Disallow: /*?", {"/a"}, {"/a?", "/?b"}},
        {"Disallow: $", {"/", "/a"}, {}},
        {"Disallow: a", {"/a", "/"}, {}},
        {"Disallow: *", {}, {"/", "/a"}}};
    expect(cases, Reading::rfc9309);
    expect(cases, Reading::google);
}

TEST(RobotsRules, WhatMeansTheSameIsComparedInOneForm) {
    expect({{"Disallow: /nid-d’oiseau", {}, {"/nid-d%E2%80%99oiseau", "/nid-d%e2%80%99oiseau"}},
            {"Disallow: /%6E%65st", {"/%4Eest"}, {"/nest", "/n%65st"}},
            {"Disallow: /a%2fb", {"/a/b"}, {"/a%2Fb", "/a%2fb"}},
            {"Disallow: /5%2A", {"/5", "/55"}, {"/5*", "/5%2a"}},
            {"Disallow: /5%24", {"/5"}, {"/5$", "/5%24x"}},
            {"Disallow: /a b", {"/a"}, {"/a%20b"}},
            {"Disallow: /100%", {"/100"}, {"/100%", "/100%zz", "/100%2"}},
            {"Disallow: /a?q=x:/y", {"/a?q=x%3A/y"}, {"/a?q=x:/y"}}},
           Reading::rfc9309);
}

TEST(RobotsRules, TheFileItselfMayAlwaysBeFetched) {
    expect(
        {{"Disallow: /", {"/robots.txt", "/robots.txt?v=2"}, {"/robots.txt/a", "/a/robots.txt"}}},
        Reading::rfc9309);
    expect({{"Disallow: /", {}, {"/robots.txt"}}}, Reading::google);
}

// §2.2 and what files look like

TEST(RobotsFiles, LinesEndInAnyWay) {
    for (const std::string end : {"\n", "\r", "\r\n"}) {
        const std::string text =
            "User-agent: Owl" + end + end + "Disallow: /a" + end + "Disallow: /b";
        EXPECT_FALSE(allowed(text, "Owl", "/a"));
        EXPECT_FALSE(allowed(text, "Owl", "/b"));
        EXPECT_EQ(ask(File::parse(text), "Owl", "/b", Reading::rfc9309).line, 4U);
    }
}

TEST(RobotsFiles, CommentsWhiteSpaceAndAByteOrderMarkMeanNothing) {
    const std::string text =
        "\xEF\xBB\xBF \t useR-agent \t:Owl\t# hoo\n\tDISALLOW :\t/a#b \n#Disallow: /c\n";
    EXPECT_FALSE(allowed(text, "Owl", "/a"));
    EXPECT_TRUE(allowed(text, "Owl", "/c"));
}

TEST(RobotsFiles, WhatIsNotUnderstoodIsSkipped) {
    const std::string text =
        "<html>\n:::\nUser-agent: Owl\n: /\n\x01\x02\nDisallow\nDisallow: /a\n";
    EXPECT_FALSE(allowed(text, "Owl", "/a"));
    EXPECT_TRUE(allowed(text, "Owl", "/b"));
    EXPECT_TRUE(allowed(std::string("User-agent: Owl\0Disallow: /", 27), "Owl", "/a"));
}

// Google's reading beside it

TEST(RobotsGoogle, MendsWhatRfc9309DoesNotKnow) {
    const std::vector<std::string> mistakes = {
        "User-agent Owl\nDisallow: /a",   "User-agent: Owl\nDisallow /a",
        "User-agent: Owl\nDissallow: /a", "User-agent: Owl\ndisalow: /a",
        "useragent: Owl\nDisallow: /a",   "User agent: Owl\nDisallow: /a",
        "User-agents: Owl\nDisallow: /a", "User-agent: Owl\nDisallow-ed: /a"};
    for (const std::string& text : mistakes) {
        EXPECT_TRUE(allowed(text, "Owl", "/a", Reading::rfc9309)) << text;
        const Verdict verdict = ask(File::parse(text), "Owl", "/a", Reading::google);
        EXPECT_FALSE(verdict.allowed) << text;
        EXPECT_TRUE(verdict.mended) << text;
    }
    EXPECT_TRUE(allowed("User-agent: Owl\nDisallow /a /b", "Owl", "/a", Reading::google));
    EXPECT_TRUE(allowed("User-agent: Owl\nIsallow: /a", "Owl", "/a", Reading::google));
}

TEST(RobotsGoogle, AMendedLineEndsAGroupForGoogleOnly) {
    const std::string text = "User-agent: Owl\nDisalow: /a\nUser-agent: Wren\nDisallow: /b\n";
    EXPECT_FALSE(allowed(text, "Owl", "/b", Reading::rfc9309));
    EXPECT_TRUE(allowed(text, "Owl", "/b", Reading::google));
    EXPECT_EQ(File::parse(text).groups(Reading::rfc9309).size(), 1U);
    EXPECT_EQ(File::parse(text).groups(Reading::google).size(), 2U);
}

TEST(RobotsGoogle, TheIndexSpeaksForItsFolder) {
    const Case index = {"Disallow: /\nAllow: /nest/index.html", {"/nest/index.html"}, {"/nest"}};
    expect({index}, Reading::rfc9309);
    expect({index}, Reading::google);
    const std::string text = "User-agent: Owl\n" + index.rules;
    EXPECT_FALSE(allowed(text, "Owl", "/nest/"));
    const auto file = File::parse(text);
    const Verdict verdict = ask(file, "Owl", "/nest/", Reading::google);
    EXPECT_TRUE(verdict.allowed);
    EXPECT_TRUE(verdict.mended);
    EXPECT_EQ(verdict.rule, "Allow: /nest/index.html");
}

TEST(RobotsGoogle, ComparesOctetsAsTheyCome) {
    expect({{"Disallow: /%6eest", {"/nest", "/%6eest"}, {"/%6Eest"}},
            {"Disallow: /é", {"/é", "/%c3%a9"}, {"/%C3%A9"}},
            {"Disallow: /5%2A", {"/5*"}, {"/5%2A"}}},
           Reading::google);
}

// Evidence

TEST(RobotsVerdicts, SayWhichLineDecided) {
    const auto file = File::parse(
        "User-agent: *\nDisallow: /\n\nUser-agent: OwlBot/1 # ours\nAllow: /a # yes\n"
        "User-agent: owlbot\nDisallow: /a/b*\n");
    const Verdict shut = ask(file, "OWLBOT", "/a/b", Reading::rfc9309);
    EXPECT_FALSE(shut.allowed);
    EXPECT_EQ(shut.line, 7U);
    EXPECT_EQ(shut.rule, "Disallow: /a/b*");
    EXPECT_EQ(shut.agent, "owlbot");
    const Verdict open = ask(file, "OwlBot", "/a", Reading::rfc9309);
    EXPECT_TRUE(open.allowed);
    EXPECT_EQ(open.line, 5U);
    EXPECT_EQ(open.rule, "Allow: /a");
    EXPECT_EQ(open.agent, "OwlBot/1");
    const Verdict silent = ask(file, "OwlBot", "/c", Reading::rfc9309);
    EXPECT_TRUE(silent.allowed);
    EXPECT_EQ(silent.line, 0U);
    EXPECT_EQ(silent.agent, "OwlBot/1");
    EXPECT_EQ(ask(file, "Wren", "/c", Reading::rfc9309).agent, "*");
    EXPECT_EQ(ask(File::parse(""), "Wren", "/c", Reading::rfc9309).agent, "");
}

TEST(RobotsVerdicts, DoNotAllocate) {
    const auto file = File::parse("User-agent: *\nDisallow: /a\nAllow: /a/*/c\n");
    Arena arena;
    read_target("/%62", arena);  // has its memory from here on
    const test::Allocations allocations;
    for (const Reading reading : {Reading::rfc9309, Reading::google}) {
        EXPECT_TRUE(file.match("Owl", read_target("/a/%62/c", arena), reading).allowed);
    }
    EXPECT_EQ(allocations.count(), 0U);
}

}  // namespace
}  // namespace turnpike::robots
