// The deadline wheel: never early, at most one tick late, safe to change while it turns.
#include "core/deadline.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>
#include <vector>

namespace turnpike {
namespace {

using namespace std::chrono_literals;

class Alarm : public Deadline {
public:
    std::function<void()> on_expired;
    int count = 0;

private:
    void expired() override {
        ++count;
        if (on_expired) on_expired();
    }
};

class DeadlineTest : public testing::Test {
protected:
    void advance(std::chrono::milliseconds by) {
        now += by;
        wheel.turn(now);
    }
    Deadline::Time now{std::chrono::hours(1000)};
    DeadlineWheel wheel;
    void SetUp() override { wheel.turn(now); }
};

TEST_F(DeadlineTest, ExpiresOnceAfterItsTimeAndNotBefore) {
    Alarm alarm;
    wheel.set(alarm, now + 1s);
    for (int i = 0; i < 10; ++i) advance(99ms);
    EXPECT_EQ(alarm.count, 0);
    advance(210ms);
    EXPECT_EQ(alarm.count, 1);
    advance(10s);
    EXPECT_EQ(alarm.count, 1);
}

TEST_F(DeadlineTest, ALimitBeyondOneRoundWaitsForItsRound) {
    Alarm alarm;
    wheel.set(alarm, now + 1h);
    for (int i = 0; i < 3599; ++i) advance(1s);
    EXPECT_EQ(alarm.count, 0);
    advance(2s);
    EXPECT_EQ(alarm.count, 1);
}

TEST_F(DeadlineTest, AMovedLimitForgetsItsOldTime) {
    Alarm alarm;
    wheel.set(alarm, now + 500ms);
    wheel.set(alarm, now + 2s);
    advance(1s);
    EXPECT_EQ(alarm.count, 0);
    advance(1200ms);
    EXPECT_EQ(alarm.count, 1);
}

TEST_F(DeadlineTest, ClearingAndDestroyingUnlink) {
    Alarm kept;
    wheel.set(kept, now + 1s);
    {
        Alarm gone;
        wheel.set(gone, now + 1s);
    }
    kept.clear();
    advance(5s);
    EXPECT_EQ(kept.count, 0);
}

TEST_F(DeadlineTest, WhatExpiresMayClearAndSetOthersOfTheSameSlot) {
    Alarm first;
    Alarm second;
    Alarm third;
    first.on_expired = [&] {
        second.clear();
        wheel.set(third, now);
    };
    wheel.set(first, now + 1s);
    wheel.set(second, now + 1s);
    advance(1200ms);
    EXPECT_EQ(first.count, 1);
    EXPECT_EQ(second.count, 0);
    advance(200ms);
    EXPECT_EQ(third.count, 1);
}

TEST_F(DeadlineTest, AClockThatJumpsFarStillExpiresEverything) {
    Alarm soon;
    Alarm late;
    wheel.set(soon, now + 1s);
    wheel.set(late, now + 10min);
    advance(24h);
    EXPECT_EQ(soon.count, 1);
    EXPECT_EQ(late.count, 1);
}

TEST_F(DeadlineTest, RandomLimitsAreNeverEarlyAndAtMostATickLate) {
    std::mt19937 random(7);
    struct Timed : Deadline {
        Deadline::Time when;
        Deadline::Time* clock = nullptr;
        bool done = false;
        void expired() override {
            done = true;
            EXPECT_GE(*clock, when);
            EXPECT_LE(*clock, when + 2 * DeadlineWheel::tick);
        }
    };
    std::vector<std::unique_ptr<Timed>> all;
    for (int i = 0; i < 2000; ++i) {
        auto timed = std::make_unique<Timed>();
        timed->when = now + std::chrono::milliseconds(random() % 300'000);
        timed->clock = &now;
        wheel.set(*timed, timed->when);
        all.push_back(std::move(timed));
    }
    for (int i = 0; i < 3100; ++i) advance(100ms);
    for (const auto& timed : all) EXPECT_TRUE(timed->done);
}

}  // namespace
}  // namespace turnpike
