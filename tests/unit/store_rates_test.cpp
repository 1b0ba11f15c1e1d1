// GCRA: what a bucket grants, what it says of the next request, and that no clock and no number
// breaks it.
#include <gtest/gtest.h>

#include <limits>

#include "store/store.hpp"

namespace turnpike::store {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

Rate rate_of(std::uint32_t requests, seconds period, std::uint32_t burst) {
    return {.requests = requests, .period = period, .burst = burst, .per = Per::client};
}

class ABucket : public testing::Test {
protected:
    Taken take(const Rate& rate) { return store::take(bucket_, rate, now_); }
    /// How many of `count` requests pass that come at once.
    int passing(const Rate& rate, int count) {
        int passed = 0;
        for (int i = 0; i < count; ++i) passed += take(rate).granted;
        return passed;
    }
    Bucket bucket_{};
    Time now_{hours(1000)};
};

TEST_F(ABucket, GrantsAheadOfTimeToThoseWhoCanWait) {
    const Rate rate = rate_of(1, seconds(1), 2);
    const auto ask = [&] { return store::take(bucket_, rate, now_, seconds(2)); };
    EXPECT_EQ(ask().delay.count(), 0);
    EXPECT_EQ(ask().delay.count(), 0);
    EXPECT_EQ(ask().delay, seconds(1));
    const Taken last = ask();
    EXPECT_EQ(last.delay, seconds(2));
    EXPECT_EQ(last.left, 0);
    const Taken refused = ask();
    EXPECT_FALSE(refused.granted);
    EXPECT_EQ(refused.wait, seconds(3));
    now_ += seconds(1);
    EXPECT_EQ(ask().delay, seconds(2));
    now_ += seconds(10);
    EXPECT_EQ(passing(rate, 5), 2);
}

TEST_F(ABucket, GrantsItsBurstAtOnceAndThenTheRate) {
    const Rate rate = rate_of(5, seconds(1), 50);
    EXPECT_EQ(passing(rate, 100), 50);
    now_ += milliseconds(199);
    EXPECT_EQ(passing(rate, 10), 0);
    now_ += milliseconds(1);
    EXPECT_EQ(passing(rate, 10), 1);
    now_ += seconds(2);
    EXPECT_EQ(passing(rate, 100), 10);
}

TEST_F(ABucket, OfOneGrantsOneAnInterval) {
    const Rate rate = rate_of(1, seconds(60), 1);
    EXPECT_EQ(passing(rate, 3), 1);
    now_ += seconds(59);
    EXPECT_EQ(passing(rate, 3), 0);
    now_ += seconds(1);
    EXPECT_EQ(passing(rate, 3), 1);
}

TEST_F(ABucket, IsFullAgainAfterALongPauseAndNotFuller) {
    const Rate rate = rate_of(10, seconds(1), 20);
    EXPECT_EQ(passing(rate, 100), 20);
    now_ += hours(24);
    EXPECT_EQ(passing(rate, 100), 20);
}

TEST_F(ABucket, SaysHowManyMayFollowAndWhenThereIsOneMore) {
    const Rate rate = rate_of(2, seconds(1), 3);
    EXPECT_EQ(take(rate).left, 2u);
    now_ += milliseconds(100);
    const Taken second = take(rate);
    EXPECT_EQ(second.left, 1u);
    EXPECT_EQ(second.wait, milliseconds(400));
    EXPECT_EQ(take(rate).left, 0u);
    const Taken refused = take(rate);
    EXPECT_FALSE(refused.granted);
    EXPECT_EQ(refused.left, 0u);
    EXPECT_EQ(refused.wait, milliseconds(400));
    now_ += refused.wait;
    EXPECT_TRUE(take(rate).granted);
}

TEST_F(ABucket, IsNotEmptiedByWhatItRefuses) {
    const Rate rate = rate_of(1, seconds(1), 1);
    EXPECT_TRUE(take(rate).granted);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(take(rate).wait, seconds(1));
    now_ += seconds(1);
    EXPECT_TRUE(take(rate).granted);
}

// Never more than the rate over a long time, whatever the interval rounds to.
TEST_F(ABucket, GrantsNoMoreThanTheRateInTheLongRun) {
    for (const std::uint32_t requests : {1u, 3u, 7u, 600u, 999u, 100'003u}) {
        bucket_ = {};
        const Rate rate = rate_of(requests, seconds(7), 1);
        std::uint64_t granted = 0;
        const Time end = now_ + seconds(70);
        while (now_ < end) {
            const Taken taken = take(rate);
            granted += taken.granted;
            now_ += taken.wait;
        }
        EXPECT_LE(granted, 10ull * requests + 1) << requests;
        EXPECT_GE(granted, 10ull * requests - 10ull * requests / 1000 - 1) << requests;
    }
}

TEST_F(ABucket, ForgivesAClockThatGoesBack) {
    const Rate rate = rate_of(1, seconds(1), 5);
    EXPECT_EQ(passing(rate, 10), 5);
    now_ -= hours(900);
    const Taken refused = take(rate);
    EXPECT_FALSE(refused.granted);
    EXPECT_LE(refused.wait, seconds(2));
    now_ += refused.wait;
    EXPECT_TRUE(take(rate).granted);
}

// Another thread read its clock a little earlier: nobody gains a request by that.
TEST_F(ABucket, GivesNothingAwayToAThreadWhoseClockIsBehind) {
    const Rate rate = rate_of(1, seconds(1), 5);
    EXPECT_EQ(passing(rate, 10), 5);
    for (int i = 0; i < 100; ++i) {
        now_ -= milliseconds(300);
        EXPECT_EQ(passing(rate, 3), 0);
        now_ += milliseconds(300);
        EXPECT_EQ(passing(rate, 3), 0);
    }
}

TEST_F(ABucket, FollowsARateThatBecameFaster) {
    EXPECT_EQ(passing(rate_of(1, hours(1), 24), 100), 24);
    const Rate faster = rate_of(10, seconds(1), 20);
    const Taken refused = take(faster);
    EXPECT_FALSE(refused.granted);
    now_ += refused.wait;
    EXPECT_TRUE(take(faster).granted);
    now_ += seconds(2);
    EXPECT_EQ(passing(faster, 100), 20);
}

TEST_F(ABucket, SurvivesNumbersThatMeanNothing) {
    constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
    for (const std::uint32_t requests : {0u, 1u, most}) {
        for (const seconds period : {seconds(0), seconds(-5), seconds(1), seconds::max()}) {
            for (const std::uint32_t burst : {0u, 1u, most}) {
                bucket_ = {};
                const Rate rate = rate_of(requests, period, burst);
                for (int i = 0; i < 3; ++i) {
                    const Taken taken = take(rate);
                    EXPECT_TRUE(taken.granted || i > 0);
                    EXPECT_GT(taken.wait, nanoseconds(0));
                }
                bucket_.full_at = Time::max();
                EXPECT_FALSE(take(rate).granted);
                bucket_.full_at = Time(nanoseconds(1));
                EXPECT_TRUE(take(rate).granted);
            }
        }
    }
}

TEST_F(ABucket, ExpiresWhenItIsFull) {
    EXPECT_LE(Bucket{}.expires(), Time{});
    take(rate_of(1, seconds(10), 3));
    EXPECT_EQ(bucket_.expires(), now_ + seconds(10));
}

TEST(Rates, KeepABucketForEachKey) {
    Rates rates(64 * 1024);
    const Rate rate = rate_of(1, seconds(1), 1);
    const Time now{hours(1)};
    const Key one = rates.key().add("site").add("rule").add(1).key();
    const Key other = rates.key().add("site").add("rule").add(2).key();
    EXPECT_TRUE(rates.take(one, rate, now).granted);
    EXPECT_TRUE(rates.take(other, rate, now).granted);
    EXPECT_FALSE(rates.take(one, rate, now).granted);
    EXPECT_EQ(rates.entries(now), 2u);
    EXPECT_EQ(rates.entries(now + seconds(1)), 0u);
    EXPECT_TRUE(rates.take(one, rate, now + seconds(1)).granted);
    EXPECT_EQ(rates.evictions(), 0u);
}

TEST(Rates, HaveKeysThatNobodyCanForesee) {
    const Rates one(1024);
    const Rates other(1024);
    EXPECT_NE(one.key().add("a").key(), other.key().add("a").key());
}

}  // namespace
}  // namespace turnpike::store
