// Where words begin and end, held against a plain loop over bytes.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "identity/words.hpp"

namespace turnpike::identity {
namespace {

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    for_each_word(text, [&](const Word& word) {
        words.emplace_back(text.substr(word.begin, word.end - word.begin));
        EXPECT_FALSE(is_digit(text[word.letters_end - 1]));
        for (std::size_t i = word.letters_end; i < word.end; ++i) EXPECT_TRUE(is_digit(text[i]));
    });
    return words;
}

/// The same by the definition: runs of word bytes with a letter among them.
std::vector<std::string> words_by_definition(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    bool letter = false;
    const auto finish = [&] {
        if (letter) words.push_back(word);
        word.clear();
        letter = false;
    };
    for (const char c : text) {
        if (!is_word(c)) {
            finish();
            continue;
        }
        word += c;
        letter |= !is_digit(c);
    }
    finish();
    return words;
}

TEST(Words, AreRunsOfLettersAndDigitsWithALetterInThem) {
    EXPECT_EQ(words_of("Mozilla/5.0 (X11; rv:153.0) 2ip.ru"),
              (std::vector<std::string>{"Mozilla", "X11", "rv", "2ip", "ru"}));
    EXPECT_EQ(words_of("\xD0\x9F\xD0\xBE-1"), (std::vector<std::string>{"\xD0\x9F\xD0\xBE"}));
    EXPECT_TRUE(words_of("").empty());
    EXPECT_TRUE(words_of("537.36 (124.0.0.0)").empty());
}

TEST(Words, ReachOverTheEdgesOfBlocks) {
    for (std::size_t lead = 0; lead < 140; ++lead) {
        for (const std::string word : {"a", "GPTBot", "360Spider", "12345678x"}) {
            const std::string text = std::string(lead, ' ') + word;
            EXPECT_EQ(words_of(text), std::vector<std::string>{word}) << lead;
            EXPECT_EQ(words_of(text + "/1.0"), std::vector<std::string>{word}) << lead;
        }
    }
    EXPECT_EQ(words_of(std::string(1000, '7') + "x").size(), 1U);
    EXPECT_TRUE(words_of(std::string(1000, '7')).empty());
}

TEST(Words, AreThoseOfTheDefinitionInAnyText) {
    std::mt19937 random(20261124);
    constexpr std::string_view alphabet = "aZ019  .-/(\xFF";
    for (int round = 0; round < 20000; ++round) {
        std::string text(random() % 200, ' ');
        for (char& c : text) c = alphabet[random() % alphabet.size()];
        ASSERT_EQ(words_of(text), words_by_definition(text)) << text;
    }
}

TEST(Words, AreVisitedWhereSomethingHintsAtThem) {
    std::string visited;
    for_each_word(
        "a b c d e f", [](const Word& word) { return word.begin % 4 == 0 ? 7U : 0U; },
        [&](const Word& word, unsigned hints) {
            visited += std::to_string(word.begin) + ":" + std::to_string(hints) + " ";
        });
    EXPECT_EQ(visited, "0:7 4:7 8:7 ");
}

TEST(Words, VersionsAreDigitsWithDotsBetween) {
    EXPECT_EQ(version_length("1.96.4 Chrome"), 6U);
    EXPECT_EQ(version_length("12"), 2U);
    EXPECT_EQ(version_length("1."), 1U);
    EXPECT_EQ(version_length("1..2"), 1U);
    EXPECT_EQ(version_length("v1"), 0U);
    EXPECT_EQ(version_length(""), 0U);
}

}  // namespace
}  // namespace turnpike::identity
