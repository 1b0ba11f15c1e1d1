// What a replay counts with: tables that stay within their room, time in steps, numbers in words.
#include <gtest/gtest.h>

#include <map>

#include "replay/referrals.hpp"
#include "replay/share.hpp"
#include "replay/summary.hpp"

namespace turnpike::replay {
namespace {

struct HashNumber {
    std::size_t operator()(int number) const { return static_cast<std::size_t>(number); }
};
using Names = Tally<int, HashNumber, std::string>;

std::map<std::string, std::uint64_t> kept(const Names& tally) {
    std::map<std::string, std::uint64_t> result;
    tally.for_each([&](int, const std::string& text, const Names::Entry& entry) {
        result[text] = entry.count.requests;
    });
    return result;
}

void count(Names& tally, const std::string& text) {
    tally.add(0, text, {1, 10}, [&] { return "sample of " + text; });
}

TEST(ReplayTally, WhatIsFrequentStaysAndWhatIsLeftOutIsCounted) {
    Names tally(8);
    for (int i = 0; i < 1000; ++i) {
        count(tally, "often");
        count(tally, "rare " + std::to_string(i));
    }
    const auto names = kept(tally);
    EXPECT_LE(names.size(), 8U);
    EXPECT_EQ(names.at("often"), 1000U);
    EXPECT_EQ(tally.left_out() + names.size() - 1, 1000U);
}

TEST(ReplayTally, TheSameLinesLeaveTheSameTable) {
    Names one(16), two(16);
    for (Names* tally : {&one, &two}) {
        for (int i = 0; i < 5000; ++i) count(*tally, std::to_string(i * i % 97));
    }
    EXPECT_EQ(kept(one), kept(two));
    EXPECT_EQ(one.left_out(), two.left_out());
}

TEST(ReplayTally, TheFirstOfItsKindIsTheSample) {
    Names tally(8);
    int made = 0;
    for (int i = 0; i < 3; ++i) {
        tally.add(7, std::string(600, 'x'), {1, 1}, [&] { return std::to_string(made++); });
    }
    tally.for_each([&](int lead, const std::string& text, const Names::Entry& entry) {
        EXPECT_EQ(lead, 7);
        EXPECT_EQ(text.size(), Names::longest_text);
        EXPECT_EQ(entry.sample, "0");
        EXPECT_EQ(entry.count, (Count{3, 3}));
    });
    EXPECT_EQ(made, 1);
}

std::vector<std::tuple<std::int64_t, std::uint64_t>> times(const Series& series) {
    std::vector<std::tuple<std::int64_t, std::uint64_t>> result;
    for (const Moment& each : series.moments()) {
        result.emplace_back(each.begin, each.count.requests);
    }
    return result;
}

TEST(ReplaySeries, StepsGrowWithTheTimeThatALogSpans) {
    Series series;
    for (const std::int64_t second : {120, 130, 180}) {
        series.add(second, {}, Action::allow, {1, 1});
    }
    EXPECT_EQ(series.step(), 60);
    EXPECT_EQ(times(series).size(), 2U);
    series.add(10 * 86400, {}, Action::allow, {1, 1});
    EXPECT_EQ(series.step(), 3600 * 3);
    ASSERT_EQ(times(series).size(), 2U);
    EXPECT_EQ(times(series)[0], std::tuple(0, 3U));
    series.add(std::int64_t{200} * 365 * 86400, {}, Action::allow, {1, 1});
    EXPECT_LE(series.moments().back().begin / series.step(), 240);
}

TEST(ReplaySeries, InHowManyPartsItWasCountedMakesNoDifference) {
    Series whole, left, right, sum;
    for (std::int64_t i = 0; i < 3000; ++i) {
        const std::int64_t second = i * i % 90'000;
        whole.add(second, {}, Action::deny, {1, 1});
        (i % 3 == 0 ? left : right).add(second, {}, Action::deny, {1, 1});
    }
    sum.add(right);
    sum.add(left);
    sum.add(Series());
    EXPECT_EQ(sum.step(), whole.step());
    EXPECT_EQ(times(sum), times(whole));
}

TEST(ReplayProducts, AVisitorIsKnownByRefererOrByWhatTheLinkSays) {
    const Products products = Products::installed();
    const auto name = [&](std::string_view referer, std::string_view target = "/") {
        const auto found = products.find(referer, target);
        return found ? products.all()[*found].name : std::string();
    };
    EXPECT_EQ(name("https://chatgpt.com/c/1"), "ChatGPT");
    EXPECT_EQ(name("https://www.perplexity.ai"), "Perplexity");
    EXPECT_EQ(name("", "/a?x=1&utm_source=chatgpt.com"), "ChatGPT");
    EXPECT_EQ(name("https://example.com/?q=https://chatgpt.com/"), "");
    EXPECT_EQ(name("https://notchatgpt.com/"), "");
    EXPECT_EQ(name("chatgpt.com"), "");
    EXPECT_EQ(name("", "/a?utm_source=newsletter"), "");
}

TEST(ReplayWords, NumbersAreWrittenAsPeopleReadThem) {
    EXPECT_EQ(number(0), "0");
    EXPECT_EQ(number(999), "999");
    EXPECT_EQ(number(1'234'567), "1,234,567");
    EXPECT_EQ(size(1023), "1023 B");
    EXPECT_EQ(size(1536), "1.5 KiB");
    EXPECT_EQ(size(std::uint64_t{200} << 20), "200 MiB");
    EXPECT_EQ(size((std::uint64_t{1} << 20) - 1), "1.0 MiB");
    EXPECT_EQ(percent(0, 0), "0 %");
    EXPECT_EQ(percent(1, 3), "33.3 %");
    EXPECT_EQ(percent(1, 100'000), "< 0.1 %");
    EXPECT_EQ(percent(99'999, 100'000), "> 99.9 %");
    EXPECT_EQ(percent(7, 7), "100 %");
    EXPECT_EQ(point_in_time(1795600800), "2026-11-25 10:00:00");
    EXPECT_EQ(span_of_time(1), "1 second");
    EXPECT_EQ(span_of_time(3600), "1 hour");
    EXPECT_EQ(span_of_time(3 * 86400 + 11 * 3600), "3 days 11 hours");
}

}  // namespace
}  // namespace turnpike::replay
