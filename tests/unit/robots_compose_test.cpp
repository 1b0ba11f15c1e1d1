// One robots.txt out of what a policy says and what an origin's file says.
#include <gtest/gtest.h>

#include <random>

#include "support/composed.hpp"

namespace turnpike::test {
namespace {

using robots::compose;
using robots::File;
using robots::Reading;
using robots::Wishes;

Wishes block_ai() {
    return {.denied = {{"ai-training", {"ClaudeBot", "GPTBot"}}, {"ai-search", {"OAI-SearchBot"}}},
            .trap = "/library/note-482113",
            .content_signal = "search=yes, ai-train=no",
            .content_usage = "search=y, train-ai=n"};
}

bool allowed(const std::string& text, std::string_view token, std::string_view path) {
    Arena arena;
    return File::parse(text)
        .match(token, robots::read_target(path, arena), Reading::rfc9309)
        .allowed;
}

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(ComposedRobots, WithoutAnOriginsFileSayWhatThePolicySays) {
    const std::string first =
        "# What this site asks of crawlers. Turnpike writes this file from the rules that it "
        "enforces.\n";
    EXPECT_EQ(compose(block_ai(), ""), first + R"(
# Not let in.
# ai-training
User-agent: ClaudeBot
User-agent: GPTBot
# ai-search
User-agent: OAI-SearchBot
Disallow: /

# Content-Signal and Content-Usage say what the content may be used for: a reservation of
# rights as in Article 4 of Directive (EU) 2019/790.

User-agent: *
Content-Signal: search=yes, ai-train=no
Content-Usage: search=y, train-ai=n
Disallow: /library/note-482113
)");
}

TEST(ComposedRobots, KeepWhatElseTheOriginsFileSays) {
    const std::string text = compose(block_ai(), R"(# Ours since 2009
Sitemap: https://example.com/sitemap.xml

User-agent: GPTBot
User-agent: Bingbot  # slowly
Crawl-delay: 5
Disallow: /search

# Everyone
User-agent: *
Disallow: /private/
Allow: /private/press
Clean-param: ref /
)");
    EXPECT_TRUE(has_line(text, "# Ours since 2009")) << text;
    EXPECT_TRUE(has_line(text, "Sitemap: https://example.com/sitemap.xml"));
    EXPECT_TRUE(has_line(text, "User-agent: Bingbot  # slowly"));
    EXPECT_TRUE(has_line(text, "Crawl-delay: 5"));
    EXPECT_TRUE(has_line(text, "# Everyone"));
    EXPECT_TRUE(has_line(text, "Clean-param: ref /"));
    EXPECT_FALSE(allowed(text, "GPTBot", "/"));
    EXPECT_FALSE(allowed(text, "GPTBot", "/private/press"));
    EXPECT_TRUE(allowed(text, "Bingbot", "/"));
    EXPECT_FALSE(allowed(text, "Bingbot", "/search"));
    EXPECT_TRUE(allowed(text, "Robin", "/private/press"));
    EXPECT_FALSE(allowed(text, "Robin", "/private/x"));
}

TEST(ComposedRobots, NeverLetATokenStandInTwoGroups) {
    const std::string text = compose(
        block_ai(),
        "User-agent: GPTBot/1.2\nAllow: /\nSitemap: /s.xml\n\nuser-agent: gptbot\nAllow: /a\n");
    const auto file = File::parse(text);
    int named = 0;
    for (const auto& record : file.records()) {
        const bool agent = record.field == robots::Field::user_agent;
        named +=
            agent && robots::equals_ignoring_case(robots::product_token(record.value), "GPTBot");
    }
    EXPECT_EQ(named, 1) << text;
    EXPECT_FALSE(allowed(text, "GPTBot", "/a"));
    EXPECT_TRUE(has_line(text, "Sitemap: /s.xml")) << "it belongs to no group";
    EXPECT_FALSE(has_line(text, "Allow: /a")) << "its group has gone";
}

TEST(ComposedRobots, RefuseAUseThatEitherOfTheTwoRefuses) {
    const std::string text = compose(block_ai(),
                                     "User-agent: *\nContent-Signal: ai-train=yes, use=reference\n"
                                     "Content-Signal: /docs ai-train=yes\nDisallow: /a\n"
                                     "Content-Usage: search=n\n");
    EXPECT_TRUE(has_line(text, "Content-Signal: search=yes, ai-train=no, use=reference")) << text;
    EXPECT_TRUE(has_line(text, "Content-Usage: search=n, train-ai=n")) << text;
    EXPECT_TRUE(has_line(text, "Content-Signal: /docs ai-train=yes")) << "it is about a path";
    EXPECT_EQ(text.find("ai-train=yes, use"), text.npos);
}

TEST(ComposedRobots, KeepTheTrapFromEverybodyWhateverTheOriginsFileAllows) {
    const std::string text = compose(
        block_ai(), "User-agent: *\nAllow: /library/note-*****************\n\nUser-agent: Wren\n");
    EXPECT_FALSE(allowed(text, "Robin", "/library/note-482113")) << text;
    EXPECT_FALSE(allowed(text, "Wren", "/library/note-482113"));
    EXPECT_TRUE(allowed(text, "Robin", "/library/note-7"));
}

TEST(ComposedRobots, MoveNoCrawlDelayFromWhoGoesToWhoStays) {
    const std::string text =
        compose(block_ai(),
                "User-agent: Wren\nDisallow: /w\n\nUser-agent: GPTBot\nCrawl-delay: 90\n"
                "User-agent: Robin\nDisallow: /r\n");
    const std::size_t robin = text.find("User-agent: Robin");
    EXPECT_LT(robin, text.find("Crawl-delay: 90")) << text;
}

TEST(ComposedRobots, TakeAFileAsGoogleMendsItWhereItsGroupsAreInDoubt) {
    const std::string text =
        compose(block_ai(), "User-agent: GPTBot\nDisallow: /a\nuseragent: Robin\nDissallow: /b\n");
    EXPECT_TRUE(has_line(text, "User-agent: Robin")) << text;
    EXPECT_TRUE(has_line(text, "Disallow: /b"));
    const std::string clear = compose(block_ai(), "User-agent: Robin\nDissallow: /b\n");
    EXPECT_TRUE(has_line(clear, "Dissallow: /b")) << "nothing is in doubt: as it stands";
}

TEST(ComposedRobots, AreLinesOfTextWhateverEndsTheLinesOfTheOrigins) {
    const std::string text =
        compose(block_ai(), "\xEF\xBB\xBFUser-agent: *\r\nDisallow: /a\r\rDisallow: /b");
    EXPECT_EQ(text.find('\r'), text.npos);
    EXPECT_FALSE(allowed(text, "Robin", "/a"));
    EXPECT_FALSE(allowed(text, "Robin", "/b"));
}

TEST(ComposedRobots, LeaveOutWhatNoCrawlingDependsOnWhereTheFileWouldBeCut) {
    std::string origin;
    for (int i = 0; i < 5000; ++i) {
        const std::string name = {static_cast<char>('a' + i % 26),
                                  static_cast<char>('a' + i / 26 % 26),
                                  static_cast<char>('a' + i / 676)};
        origin += "# This is bot " + name + "\nUser-agent: bot-" + name + "\nDisallow: /x\n\n";
    }
    origin += "User-agent: last\nDisallow: /y\n";
    const std::string text = compose(block_ai(), origin);
    EXPECT_LT(text.size(), robots::longest_file);
    EXPECT_EQ(text.find("# This is bot"), text.npos);
    EXPECT_FALSE(allowed(text, "last", "/y"));
    EXPECT_FALSE(allowed(text, "GPTBot", "/"));
    EXPECT_TRUE(has_line(text, "Content-Usage: search=y, train-ai=n"));
}

/// Files of lines that crawlers argue about.
std::string random_file(std::mt19937& random) {
    static const std::vector<std::string> lines = {"User-agent: GPTBot",
                                                   "User-agent: *",
                                                   "User-agent: Wren",
                                                   "user-agent: gptbot/2",
                                                   "User-agent: OwlBot",
                                                   "useragent: Robin",
                                                   "User-agent Wren",
                                                   "User-agent:",
                                                   "User-agent: 360Spider",
                                                   "Disallow: /",
                                                   "Disallow: /a",
                                                   "Disallow:",
                                                   "Allow: /a/b",
                                                   "Allow: /*.html$",
                                                   "Disallow: /a*b",
                                                   "Dissallow: /c",
                                                   "Allow /d",
                                                   "Allow: /index.html",
                                                   "Crawl-delay: 3",
                                                   "Content-Signal: ai-train=yes",
                                                   "Sitemap: /s",
                                                   "Content-Usage: /p train-ai=y",
                                                   "# said",
                                                   "",
                                                   "nonsense",
                                                   "Allow: /library/*******************"};
    std::string text;
    for (std::size_t count = random() % 14; count > 0; --count) {
        text += lines[random() % lines.size()] + "\n";
    }
    return text;
}

TEST(ComposedRobots, KeepEveryPromiseForEveryTokenAndPath) {
    std::mt19937 random(20261125);
    Wishes wishes = block_ai();
    wishes.denied.push_back({"odd", {"360Spider", "Owl Bot"}});
    for (int i = 0; i < 20'000; ++i) {
        const std::string origin = random_file(random);
        ASSERT_EQ(broken_promise(wishes, origin), "") << "\nof\n" << origin;
        ASSERT_EQ(broken_promise({}, origin), "") << "\nof\n" << origin;
    }
}

TEST(ComposedRobots, AreTheSameAgain) {
    std::mt19937 random(7);
    for (int i = 0; i < 100; ++i) {
        const std::string origin = random_file(random);
        EXPECT_EQ(compose(block_ai(), origin), compose(block_ai(), origin));
    }
}

}  // namespace
}  // namespace turnpike::test
