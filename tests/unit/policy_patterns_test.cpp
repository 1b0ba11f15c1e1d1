// Globs over paths and user-agent tokens, by table and against slow twins that are plainly right.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <random>

#include "turnpike/conditions.hpp"

namespace turnpike {
namespace {

TEST(PathPattern, StarsStayWithinASegmentAndDoubleStarsDoNot) {
    struct Case {
        const char* pattern;
        const char* path;
        bool matches;
    };
    const Case cases[] = {
        {"/a", "/a", true},
        {"/a", "/a/", false},
        {"/a", "/A", false},
        {"/a", "/ab", false},
        {"/*", "/", true},
        {"/*", "/a", true},
        {"/*", "/a/b", false},
        {"/*/b", "/a/b", true},
        {"/*/b", "//b", true},
        {"/a*c", "/abbc", true},
        {"/a*c", "/ab/c", false},
        {"/**", "/", true},
        {"/**", "/a/b/c", true},
        {"/a/**", "/a/", true},
        {"/a/**", "/a", false},
        {"/a**", "/a", true},
        {"/a/**/z", "/a/b/c/z", true},
        {"/a/**/z", "/a/z", false},
        {"/*/*/blame/**", "/x/y/blame/z/w", true},
        {"/*/*/blame/**", "/x/blame/z", false},
        {"/**/*.pdf", "/a/b/c.pdf", true},
        {"/**/*.pdf", "/a/b.pdf/c", false},
        {"**.pdf", "/a/b.pdf", true},
        {"/**b*c", "/ab/bxc", true},
        {"/*?", "/a", false},
        {"", "", true},
        {"", "/", false},
        {"/a.c", "/abc", false},
    };
    for (const auto& [pattern, path, matches] : cases) {
        EXPECT_EQ(PathPattern(pattern).matches(path), matches) << pattern << " on " << path;
    }
}

bool slow_path(std::string_view pattern, std::string_view path) {
    if (pattern.empty()) return path.empty();
    if (pattern.front() != '*') {
        return !path.empty() && path.front() == pattern.front() &&
               slow_path(pattern.substr(1), path.substr(1));
    }
    const bool across = pattern.starts_with("**");
    if (slow_path(pattern.substr(across ? 2 : 1), path)) return true;
    return !path.empty() && (across || path.front() != '/') && slow_path(pattern, path.substr(1));
}

std::string random_text(std::mt19937& random, std::string_view letters, std::size_t longest) {
    std::string text;
    for (auto size = random() % (longest + 1); size > 0; --size) {
        text += letters[random() % letters.size()];
    }
    return text;
}

TEST(PathPattern, AgreesWithItsDefinition) {
    std::mt19937 random(11);
    int matched = 0;
    for (int round = 0; round < 300'000; ++round) {
        const std::string pattern = random_text(random, "/ab**", 9);
        const std::string path = random_text(random, "/ab", 10);
        const bool wanted = slow_path(pattern, path);
        matched += wanted;
        ASSERT_EQ(PathPattern(pattern).matches(path), wanted) << pattern << " on " << path;
    }
    EXPECT_GT(matched, 20'000);
}

TEST(PathPattern, TakesNoLongTimeOverHostileInput) {
    std::string pattern = "/";
    for (int i = 0; i < 40; ++i) pattern += "**a*";
    EXPECT_FALSE(PathPattern(pattern + "b").matches("/" + std::string(8'000, 'a')));
}

TEST(TokenPattern, MatchesAtTokenBoundariesInAnyCase) {
    struct Case {
        const char* token;
        const char* agent;
        bool matches;
    };
    const Case cases[] = {
        {"OurBot", "OurBot/1.0", true},
        {"OurBot", "ourbot", true},
        {"OurBot", "Mozilla/5.0 (compatible; OURBOT; +http://x)", true},
        {"OurBot", "YourBot/1.0", false},
        {"OurBot", "OurBots/1.0", false},
        {"OurBot", "OurBot2", false},
        {"OurBot", "x-OurBot_y", true},
        {"OurBot", "", false},
        {"Inner*", "InnerMost/3", true},
        {"Inner*", "xInnerMost", false},
        {"*Bot", "YourBot/1.0", true},
        {"*Bot", "YourBots BotX robot", true},
        {"*Bot", "YourBots", false},
        {"a*z", "a1z2 b", false},
        {"a*z", "a1z2z", true},
        {"Foo*bar", "Foo1bars2bar", true},
        {"*", "anything", true},
        {"Our Bot", "the our bot", true},
        {"(x)", "a(X)b", true},
    };
    for (const auto& [token, agent, matches] : cases) {
        EXPECT_EQ(TokenPattern(token).matches(agent), matches) << token << " on " << agent;
    }
}

TEST(PathList, MatchesWhereAnyOfItsPatternsDoes) {
    static const char* const texts[] = {"/",   "/a", "/a/*", "/**", "/*/b", "**.pdf",
                                        "/b*", "/B", "*",    "/ä",  "/a%",  "/ab**"};
    static const char* const paths[] = {"/",      "/a",     "/a/c", "/b",    "/x/b",
                                        "/x.pdf", "/bcd/e", "/B",   "*",     "/ä",
                                        "/a%",    "/abc/d", "",     "/\x81", "/A"};
    std::mt19937 random(13);
    for (int round = 0; round < 20'000; ++round) {
        PathList list;
        std::vector<PathPattern> patterns;
        for (auto count = random() % 4; count > 0; --count) {
            const char* text = texts[random() % std::size(texts)];
            list.add(text);
            patterns.emplace_back(text);
        }
        const std::string_view path = paths[random() % std::size(paths)];
        const bool wanted =
            std::any_of(patterns.begin(), patterns.end(),
                        [&](const PathPattern& pattern) { return pattern.matches(path); });
        ASSERT_EQ(list.matches(path), wanted) << path;
    }
}

bool slow_glob(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return text.empty();
    if (pattern.front() == '*') {
        return slow_glob(pattern.substr(1), text) ||
               (!text.empty() && slow_glob(pattern, text.substr(1)));
    }
    return !text.empty() && text.front() == pattern.front() &&
           slow_glob(pattern.substr(1), text.substr(1));
}

TEST(ValuePattern, ComparesTheWholeValueAndTheCaseOfLetters) {
    struct Case {
        const char* pattern;
        const char* value;
        bool matches;
    };
    const Case cases[] = {
        {"", "", true},           {"", "a", false},     {"*", "", true},
        {"*", "a/b c", true},     {"a*", "abc", true},  {"a*", "ba", false},
        {"*a", "ba", true},       {"a", "A", false},    {"a*b*c", "axbxbc", true},
        {"a**b", "ab", true},     {"a*b", "a/b", true}, {"text/*", "text/html", true},
        {"text/*", "text", false}};
    for (const auto& [pattern, value, matches] : cases) {
        EXPECT_EQ(ValuePattern(pattern).matches(value), matches) << pattern << " on " << value;
    }
}

std::string decode(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && std::isxdigit(text[i + 1]) &&
                            std::isxdigit(text[i + 2]);
        plain += escape
                     ? static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16))
                 : text[i] == '+' ? ' '
                                  : text[i];
        if (escape) i += 2;
    }
    return plain;
}

TEST(ValuePattern, AgreesWithItsDefinitionAndDecodesFirst) {
    std::mt19937 random(14);
    int matched = 0;
    for (int round = 0; round < 300'000; ++round) {
        const std::string pattern = random_text(random, "ab *1", 6);
        const std::string value = random_text(random, "ab+%612", 9);
        ASSERT_EQ(ValuePattern(pattern).matches(value), slow_glob(pattern, value))
            << pattern << " on " << value;
        const bool wanted = slow_glob(pattern, decode(value));
        matched += wanted;
        ASSERT_EQ(ValuePattern(pattern).matches_query(value), wanted) << pattern << " on " << value;
    }
    EXPECT_GT(matched, 10'000);
}

/// Every piece of the text that begins and ends at boundaries, or at a star.
bool slow_token(std::string_view token, std::string_view text) {
    const auto inside = [&](std::size_t at) {
        return at > 0 && at < text.size() && std::isalnum(text[at - 1]) && std::isalnum(text[at]);
    };
    for (std::size_t from = 0; from <= text.size(); ++from) {
        if (inside(from) && !token.starts_with('*')) continue;
        for (std::size_t to = from; to <= text.size(); ++to) {
            if (inside(to) && !token.ends_with('*')) continue;
            if (slow_glob(token, text.substr(from, to - from))) return true;
        }
    }
    return false;
}

TEST(TokenPattern, AgreesWithItsDefinition) {
    std::mt19937 random(12);
    int matched = 0;
    for (int round = 0; round < 200'000; ++round) {
        const std::string token = random_text(random, "ab-*", 4) + "a";
        const std::string text = random_text(random, "ab- ", 8);
        const bool wanted = slow_token(token, text);
        matched += wanted;
        ASSERT_EQ(TokenPattern(token).matches(text), wanted) << token << " on " << text;
    }
    EXPECT_GT(matched, 20'000);
}

}  // namespace
}  // namespace turnpike
