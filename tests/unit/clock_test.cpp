// Dates as HTTP and the log write them, and when a Clock reads the system's clocks.
#include "core/clock.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <random>
#include <string>
#include <thread>

namespace turnpike {
namespace {

using namespace std::chrono_literals;

Clock::Wall at(std::int64_t seconds) {
    return Clock::Wall(std::chrono::seconds(seconds));
}

std::string http_date(Clock::Wall time) {
    std::string text(http_date_size, '?');
    write_http_date(text.data(), time);
    return text;
}

std::string iso_second(Clock::Wall time) {
    std::string text(iso_second_size, '?');
    write_iso_second(text.data(), time);
    return text;
}

TEST(Dates, WriteTheExampleOfRfc9110) {
    EXPECT_EQ(http_date(at(784111777)), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(iso_second(at(784111777)), "1994-11-06T08:49:37");
}

TEST(Dates, KnowLeapDaysAndTheEpoch) {
    EXPECT_EQ(http_date(at(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
    EXPECT_EQ(http_date(at(1709251199)), "Thu, 29 Feb 2024 23:59:59 GMT");
    EXPECT_EQ(iso_second(at(4107542400)), "2100-03-01T00:00:00");
    EXPECT_EQ(iso_second(at(-1)), "1969-12-31T23:59:59");
}

TEST(Dates, RoundFractionsDown) {
    EXPECT_EQ(iso_second(at(784111777) + 999ms), "1994-11-06T08:49:37");
    EXPECT_EQ(iso_second(at(0) - 1ms), "1969-12-31T23:59:59");
}

TEST(Dates, AgreeWithStrftime) {
    std::mt19937_64 random(20260103);
    for (int round = 0; round < 50'000; ++round) {
        const auto seconds = static_cast<std::time_t>(random() % 9223372036U);  // up to year 2262
        std::tm parts;
        gmtime_r(&seconds, &parts);
        char expected[64];
        std::strftime(expected, sizeof expected, "%a, %d %b %Y %H:%M:%S GMT", &parts);
        ASSERT_EQ(http_date(at(seconds)), expected);
        std::strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S", &parts);
        ASSERT_EQ(iso_second(at(seconds)), expected);
    }
}

TEST(Clock, StandsStillWithinATurn) {
    Clock clock;
    const Clock::Steady steady = clock.now();
    const Clock::Wall wall = clock.wall();
    std::this_thread::sleep_for(2ms);
    EXPECT_EQ(clock.now(), steady);
    EXPECT_EQ(clock.wall(), wall);
    clock.invalidate();
    EXPECT_GE(clock.now(), steady + 2ms);
    EXPECT_NE(clock.wall(), wall);
}

TEST(Clock, TellsTheSystemsTime) {
    Clock clock;
    const auto before = std::chrono::system_clock::now();
    const auto told = clock.wall();
    EXPECT_LE(before, told);
    EXPECT_LE(told, std::chrono::system_clock::now());
}

TEST(Clock, RenewsItsTextsWithTheSecond) {
    Clock clock;
    clock.set(Clock::Steady(1s), at(784111777) + 900ms);
    EXPECT_EQ(clock.http_date(), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(clock.iso_second(), "1994-11-06T08:49:37");
    clock.advance(99ms);
    EXPECT_EQ(clock.http_date(), "Sun, 06 Nov 1994 08:49:37 GMT");
    clock.advance(1ms);
    EXPECT_EQ(clock.http_date(), "Sun, 06 Nov 1994 08:49:38 GMT");
    EXPECT_EQ(clock.iso_second(), "1994-11-06T08:49:38");
}

TEST(Clock, FollowsAWallClockThatIsSetBack) {
    Clock clock;
    clock.set(Clock::Steady(1s), at(784111777));
    EXPECT_EQ(clock.iso_second(), "1994-11-06T08:49:37");
    clock.set(Clock::Steady(2s), at(784111776));
    EXPECT_EQ(clock.iso_second(), "1994-11-06T08:49:36");
}

TEST(Clock, SetByHandStaysSetThroughNewTurns) {
    Clock clock;
    clock.set(Clock::Steady(5s), at(1000));
    clock.invalidate();
    EXPECT_EQ(clock.now(), Clock::Steady(5s));
    EXPECT_EQ(clock.wall(), at(1000));
    clock.advance(250ms);
    EXPECT_EQ(clock.now(), Clock::Steady(5250ms));
    EXPECT_EQ(clock.wall(), at(1000) + 250ms);
}

}  // namespace
}  // namespace turnpike
