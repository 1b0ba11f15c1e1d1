// The little language of tokens and patterns, and the set that finds them.
#include "identity/pattern.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "identity/texts.hpp"
#include "identity/words.hpp"

namespace turnpike::identity {
namespace {

/// The part of the user agent that the pattern takes, at the first place where it stands.
std::string found(const Pattern& pattern, std::string_view agent) {
    const Texts texts(std::span(&pattern.head(), 1));
    std::string result;
    for_each_word(agent, [&](const Word& word) {
        if (!result.empty() || !texts.may_begin(agent, word)) return;
        texts.find(agent, word, [&](std::uint32_t) {
            result = agent.substr(word.begin, pattern.match(agent, word.begin));
        });
    });
    return result;
}
std::string token(const char* text, std::string_view agent) {
    std::string error;
    return found(*Pattern::of_token(text, error), agent);
}
std::string pattern(const char* text, std::string_view agent) {
    std::string error;
    return found(*Pattern::of_pattern(text, error), agent);
}
std::string error_of(const char* text) {
    std::string error;
    EXPECT_FALSE(Pattern::of_pattern(text, error));
    return error;
}

TEST(Token, IsFoundAtBoundariesInAnyCase) {
    for (const char* agent : {"GPTBot", "gptbot/1.2", "x;GPTBOT,y", "my-GPTBot", "GPTBot_foo",
                              "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"}) {
        EXPECT_EQ(to_lower(token("GPTBot", agent)), "gptbot") << agent;
    }
}

TEST(Token, IsNotFoundInsideAWord) {
    for (const char* agent : {"NotGPTBotanyApp", "GPTBot2", "GPTBots", "1GPTBot", "GPTBo"}) {
        EXPECT_EQ(token("GPTBot", agent), "") << agent;
    }
}

TEST(Token, InAnotherBotsAddressIsNoName) {
    for (const char* agent : {"librabot/1.0 (+http://search.msn.com/msnbot.htm)",
                              "x (+www.msnbot.com/about)", "x (search.msn.com/msnbot)",
                              "x (+msnbot@microsoft.com)", "x (bot.owner+msnbot@example.org)"}) {
        EXPECT_EQ(token("msnbot", agent), "") << agent;
    }
    EXPECT_EQ(token("msnbot", "x/1.2/msnbot"), "msnbot");
}

TEST(Token, WithADotNamesAHostAndMayStandInAnAddress) {
    EXPECT_EQ(token("iask.ai", "Mozilla/5.0 (compatible; +https://iask.ai/)"), "iask.ai");
    EXPECT_EQ(token("iask.ai", "Mozilla/5.0 (compatible; +https://iask.aix.com/)"), "");
}

TEST(Token, InTheNameOfAnAndroidDeviceIsNoName) {
    EXPECT_EQ(token("Fever", "Mozilla/5.0 (Linux; Android 8.1.0; Fever_Plus_J) Chrome/95.0"), "");
    EXPECT_EQ(token("Fever", "Mozilla/5.0 (Linux; Android 7.0) Chrome/95.0 (Fever/1.1)"), "Fever");
}

TEST(Pattern, KnowsVersionsStartAndEnd) {
    EXPECT_EQ(pattern("Operator/{version}", "x; Operator/1.0; y"), "Operator/1.0");
    EXPECT_EQ(pattern("Operator/{version}", "x; Operator/beta; y"), "");
    EXPECT_EQ(pattern("Operator/{version}", "x; Operator/1.0b; y"), "");
    EXPECT_EQ(pattern("Code/{version} Chrome/{version}", "Code/1.9 Chrome/2"), "Code/1.9 Chrome/2");
    EXPECT_EQ(pattern("Code/{version} Chrome/{version}", "Code/1.9 Safari/2"), "");
    EXPECT_EQ(pattern("^LCC (", "LCC (+http://x.y)"), "LCC (");
    EXPECT_EQ(pattern("^LCC (", "x LCC (+http://x.y)"), "");
    EXPECT_EQ(pattern("^Spider$", "Spider"), "Spider");
    EXPECT_EQ(pattern("^Spider$", "Spider 8"), "");
}

TEST(Pattern, ComparesTheCaseWhereToldTo) {
    std::string error;
    auto exact = Pattern::of_token("YaK", error);
    exact->compare_case();
    EXPECT_EQ(found(*exact, "YaK"), "YaK");
    EXPECT_EQ(found(*exact, "yak"), "");
}

TEST(Pattern, SaysWhatIsWrongWithIt) {
    EXPECT_EQ(error_of("ab"), "is too short; write a pattern with what follows it");
    EXPECT_EQ(error_of("^a{version}"), "must have a sign such as '/' or a space before {version}");
    EXPECT_EQ(error_of("+https://x"), "must begin with a letter or a digit");
    EXPECT_EQ(error_of("008/{version}"), "begins with a plain number, as versions do");
}

TEST(Texts, FindTheLongestFirstThenAllThatBeginIt) {
    const std::vector<std::string> list = {"Google", "Google-Extended", "Google-Ext", "Googlebot",
                                           "GOOGLE-EXTENDED"};
    const Texts texts(list);
    std::vector<std::uint32_t> order;
    texts.find("google-extended/1", {.begin = 0, .end = 6, .letters_end = 6},
               [&](std::uint32_t text) { order.push_back(text); });
    EXPECT_EQ(order, (std::vector<std::uint32_t>{4, 1, 2, 0}));
}

TEST(Texts, FindWhatAPlainSearchFinds) {
    std::mt19937 random(7);
    constexpr std::string_view alphabet = "abAB-/. ";
    const auto text = [&](std::size_t size) {
        std::string result(size, 'a');
        for (char& c : result) c = alphabet[random() % alphabet.size()];
        return result;
    };
    for (int round = 0; round < 300; ++round) {
        std::vector<std::string> list(40);
        for (std::string& entry : list) entry = "a" + text(2 + random() % 8);
        const Texts texts(list);
        const std::string agent = text(60);
        for_each_word(agent, [&](const Word& at) {
            std::vector<std::uint32_t> expected;
            for (std::uint32_t i = 0; i < list.size(); ++i) {
                const std::string_view entry = list[i];
                const std::size_t sign = entry.find_first_of("-/. ");
                const std::size_t word = std::min(sign, entry.size());
                const bool here = starts_with_lower(agent.substr(at.begin), to_lower(entry));
                if (here && word == at.end - at.begin) expected.push_back(i);
            }
            std::vector<std::uint32_t> got;
            if (texts.may_begin(agent, at)) {
                texts.find(agent, at, [&](std::uint32_t i) { got.push_back(i); });
            }
            std::size_t last = SIZE_MAX;
            for (const std::uint32_t i : got) {
                EXPECT_LE(list[i].size(), last);
                last = list[i].size();
            }
            std::sort(got.begin(), got.end());
            EXPECT_EQ(got, expected) << agent << " at " << at.begin;
        });
    }
}

}  // namespace
}  // namespace turnpike::identity
