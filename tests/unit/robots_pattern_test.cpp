// Patterns against a matcher that tries everything, hostile ones, and what must hold of any file.
#include "robots/pattern.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <vector>

#include "robots/robots.hpp"

namespace turnpike::robots {
namespace {

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
}

std::string random_text(Random& random, std::string_view alphabet, std::size_t longest) {
    std::string text(below(random, longest + 1), '\0');
    for (char& c : text) c = alphabet[below(random, alphabet.size())];
    return text;
}

/// All ways to read a star, one after another.
bool tries_everything(std::string_view pattern, std::string_view target) {
    if (pattern.empty()) return true;
    if (pattern == "$") return target.empty();
    if (pattern.front() == '*') {
        return tries_everything(pattern.substr(1), target) ||
               (!target.empty() && tries_everything(pattern, target.substr(1)));
    }
    return !target.empty() && target.front() == pattern.front() &&
           tries_everything(pattern.substr(1), target.substr(1));
}

TEST(RobotsPattern, MatchesAsOneThatTriesEverything) {
    Random random(9309);
    std::size_t matched = 0;
    for (int i = 0; i < 100'000; ++i) {
        const std::string pattern = random_text(random, "aab**$", 8);
        const std::string target = random_text(random, "aab$", 10);
        const bool expected = tries_everything(pattern, target);
        matched += expected ? 1 : 0;
        ASSERT_EQ(matches(pattern, target), expected) << pattern << " on " << target;
    }
    EXPECT_GT(matched, 10'000U);
}

TEST(RobotsPattern, NormalFormsAreTheirOwn) {
    Random random(3986);
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = random_text(random, "%%%24aAfF*$ /\x80\xff~", 12);
        const std::string once = normal_pattern(text);
        EXPECT_EQ(normal_pattern(once), once) << text;
        std::string target(longest_normal(text.size()), '\0');
        const char* end = write_normal_target(target.data(), text);
        target.resize(static_cast<std::size_t>(end - target.data()));
        EXPECT_EQ(target.find_first_of("*$"), std::string::npos) << "nothing reads as a wildcard";
        EXPECT_TRUE(!is_normal_target(text) || target == text) << text;
    }
}

/// The quickest of several runs, which is the one that nothing disturbed.
std::chrono::nanoseconds time_of(const std::string& pattern, const std::string& target) {
    auto best = std::chrono::nanoseconds::max();
    for (int run = 0; run < 15; ++run) {
        const auto start = std::chrono::steady_clock::now();
        EXPECT_FALSE(matches(pattern, target));
        best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - start);
    }
    return best;
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

TEST(RobotsPattern, HostileOnesTakeLinearTime) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "a sanitizer looks at all of a text ahead of each search in it";
#endif
    constexpr std::size_t small = 16'000;
    constexpr std::size_t large = 8 * small;
    // Pieces that are found everywhere, and pieces that are nearly found everywhere.
    for (const std::string& piece : {std::string("*a"), "*" + std::string(31, 'a')}) {
        const auto pattern = [&](std::size_t size) {
            return "/" + repeated(piece, size / piece.size()) + "*b$";
        };
        const auto before = time_of(pattern(small), "/" + std::string(small, 'a'));
        const auto after = time_of(pattern(large), "/" + std::string(large, 'a'));
        EXPECT_LT(after, 24 * before) << piece << ": linear is 8 times, quadratic 64";
    }
    const std::string nearly = "/*" + std::string(200, 'a') + "b";
    const auto before = time_of(nearly, "/" + std::string(small, 'a'));
    const auto after = time_of(nearly, "/" + std::string(large, 'a'));
    EXPECT_LT(after, 24 * before);
}

// What holds of any file.

std::string random_rule(Random& random) {
    return (below(random, 2) == 0 ? "Allow: /" : "Disallow: /") +
           random_text(random, "ab*$%62", 5) + "\n";
}

struct Asked {
    std::string text;
    std::string path;
    Reading reading;

    Verdict verdict(std::string_view token = "Owl") const {
        Arena arena;
        // Views into the file die with it: only what does not matter then is compared.
        return File::parse(text).match(token, read_target(path, arena), reading);
    }
};

Asked random_question(Random& random, std::vector<std::string>& rules) {
    rules.resize(1 + below(random, 6));
    for (std::string& rule : rules) rule = random_rule(random);
    return {{},
            "/" + random_text(random, "ab$%6", 5),
            below(random, 2) == 0 ? Reading::rfc9309 : Reading::google};
}

TEST(RobotsProperties, TheOrderOfRulesDoesNotMatter) {
    Random random(1);
    for (int i = 0; i < 5'000; ++i) {
        std::vector<std::string> rules;
        Asked asked = random_question(random, rules);
        const auto answer = [&] {
            asked.text = "User-agent: Owl\n";
            for (const std::string& rule : rules) asked.text += rule;
            return asked.verdict().allowed;
        };
        const bool first = answer();
        std::shuffle(rules.begin(), rules.end(), random);
        ASSERT_EQ(answer(), first) << asked.text << asked.path;
    }
}

TEST(RobotsProperties, AGroupOfAnotherChangesNothing) {
    Random random(2);
    for (int i = 0; i < 5'000; ++i) {
        std::vector<std::string> rules;
        Asked asked = random_question(random, rules);
        const std::string other = "User-agent: Wren\n" + random_rule(random);
        std::string before = "User-agent: Owl\n";
        for (const std::string& rule : rules) before += rule;
        asked.text = before;
        const Verdict alone = asked.verdict();
        asked.text = before + other;
        EXPECT_EQ(asked.verdict().allowed, alone.allowed);
        EXPECT_EQ(asked.verdict().line, alone.line);
        asked.text = other + before;
        EXPECT_EQ(asked.verdict().allowed, alone.allowed);
        asked.text = before + "User-agent: *\nDisallow: /\n" + other;
        EXPECT_EQ(asked.verdict().allowed, alone.allowed) << "nor does everyone's";
    }
}

TEST(RobotsProperties, RulesInOneGroupOrInSeveralSayTheSame) {
    Random random(3);
    for (int i = 0; i < 5'000; ++i) {
        std::vector<std::string> rules;
        Asked asked = random_question(random, rules);
        asked.text = "User-agent: Owl\n";
        for (const std::string& rule : rules) asked.text += rule;
        const bool together = asked.verdict().allowed;
        asked.text.clear();
        for (const std::string& rule : rules) asked.text += "User-agent: Owl\n" + rule;
        EXPECT_EQ(asked.verdict().allowed, together) << asked.text << asked.path;
    }
}

}  // namespace
}  // namespace turnpike::robots
