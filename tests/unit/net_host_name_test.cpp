// Names of hosts, with a resolver that the test holds back: what waits, for how long, and on what.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "net/net.hpp"
#include "support/sockets.hpp"

namespace turnpike::net {
namespace {

using namespace std::chrono_literals;
using test::run_for;
using test::run_until;
using Addresses = std::vector<Address>;

const Address first = *Address::parse("192.0.2.1");
const Address second = *Address::parse("2001:db8::2");

/// Answers when the test says what. Outlives whoever asks, as the system's resolver may.
class Resolver {
public:
    HostName::LookUp look_up() const {
        return [state = state_](const std::string& host) {
            std::unique_lock lock(state->mutex);
            state->asked.push_back(host);
            state->changed.wait(lock, [&] { return state->answer.has_value(); });
            return *std::exchange(state->answer, std::nullopt);
        };
    }
    void answer(Addresses addresses) {
        const std::scoped_lock lock(state_->mutex);
        state_->answer = std::move(addresses);
        state_->changed.notify_one();
    }
    std::size_t asked() const {
        const std::scoped_lock lock(state_->mutex);
        return state_->asked.size();
    }

private:
    struct State {
        std::mutex mutex;
        std::condition_variable changed;
        std::vector<std::string> asked;
        std::optional<Addresses> answer;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

class HostNameTest : public testing::Test {
protected:
    struct Ended {
        bool yet = false;
        Addresses addresses;
        std::optional<Error> error;
    };

    void SetUp() override {
        loop_.clock().set(std::chrono::steady_clock::now(), std::chrono::system_clock::now());
        loop_.deadlines().turn(loop_.clock().now());
    }
    void TearDown() override {
        // A thread of the resolver's that still waits would never end.
        while (resolver_.asked() > answered_) answer({});
    }
    Task<void> ask(Ended& ended) {
        const auto addresses = co_await name_.addresses(5s);
        ended.yet = true;
        if (addresses) ended.addresses = *addresses;
        if (!addresses) ended.error = addresses.error();
    }
    void start(Ended& ended) { tasks_.start(ask(ended)); }
    void answer(Addresses addresses) {
        EXPECT_TRUE(until([this] { return resolver_.asked() > answered_; }));
        ++answered_;
        resolver_.answer(std::move(addresses));
    }
    /// Asked, answered, taken in.
    Addresses learn(Addresses addresses) {
        Ended ended;
        start(ended);
        answer(std::move(addresses));
        EXPECT_TRUE(until([&] { return ended.yet; }));
        return ended.addresses;
    }
    bool until(const std::function<bool()>& done) { return run_until(loop_, done); }
    void pass(std::chrono::milliseconds time) {
        loop_.clock().advance(time);
        loop_.deadlines().turn(loop_.clock().now());
    }

    Loop loop_;
    Resolver resolver_;
    HostName name_{loop_, "origin.test", resolver_.look_up()};
    Nursery tasks_;
    std::size_t answered_ = 0;
};

TEST_F(HostNameTest, ManyAskAndTheResolverIsAskedOnce) {
    Ended one, other;
    start(one);
    start(other);
    EXPECT_FALSE(one.yet);
    answer({first, second});
    ASSERT_TRUE(until([&] { return one.yet && other.yet; }));
    EXPECT_EQ(one.addresses, (Addresses{first, second}));
    EXPECT_EQ(other.addresses, one.addresses);
    EXPECT_EQ(resolver_.asked(), 1u);
}

TEST_F(HostNameTest, AnAnswerLastsForHalfAMinute) {
    learn({first});
    pass(29s);
    Ended ended;
    start(ended);
    EXPECT_EQ(ended.addresses, Addresses{first});
    pass(2s);
    EXPECT_EQ(learn({second}), Addresses{second});
    EXPECT_EQ(resolver_.asked(), 2u);
}

TEST_F(HostNameTest, AResolverThatHangsIsWaitedForWithinTheLimit) {
    Ended ended;
    start(ended);
    pass(4900ms);
    EXPECT_FALSE(ended.yet);
    pass(300ms);
    ASSERT_TRUE(ended.yet);
    ASSERT_TRUE(ended.error);
    EXPECT_EQ(ended.error->fault, Fault::timed_out);
    EXPECT_EQ(ended.error->side, Side::origin);
    EXPECT_EQ(ended.error->status, 504);
    // Whoever comes next waits for the same answer.
    Ended next;
    start(next);
    answer({first});
    ASSERT_TRUE(until([&] { return next.yet; }));
    EXPECT_EQ(next.addresses, Addresses{first});
    EXPECT_EQ(resolver_.asked(), 1u);
}

TEST_F(HostNameTest, AnOldAnswerServesWhileTheResolverHangs) {
    learn({first});
    pass(31s);
    Ended ended;
    start(ended);
    EXPECT_FALSE(ended.yet);
    pass(700ms);
    ASSERT_TRUE(ended.yet);
    EXPECT_EQ(ended.addresses, Addresses{first});
    Ended next;  // waits no more for what has been late for others
    start(next);
    EXPECT_EQ(next.addresses, Addresses{first});
    answer({second});
    ASSERT_TRUE(until([&] {
        Ended now;
        start(now);
        return now.addresses == Addresses{second};
    }));
}

TEST_F(HostNameTest, AnOldAnswerServesWhileTheResolverFails) {
    learn({first});
    pass(31s);
    EXPECT_EQ(learn({}), Addresses{first});
}

TEST_F(HostNameTest, ANameWithoutAddressIsRefusedAndAskedForAgain) {
    Ended ended;
    start(ended);
    answer({});
    ASSERT_TRUE(until([&] { return ended.yet; }));
    ASSERT_TRUE(ended.error);
    EXPECT_EQ(ended.error->fault, Fault::refused);
    EXPECT_EQ(ended.error->status, 502);
    EXPECT_EQ(learn({first}), Addresses{first});
}

TEST_F(HostNameTest, AnAddressStandsForItself) {
    HostName literal(loop_, "2001:db8::2", resolver_.look_up());
    Addresses found;
    const auto ask = [](HostName& name, Addresses& out) -> Task<void> {
        const auto addresses = co_await name.addresses(5s);
        if (addresses) out = *addresses;
    };
    tasks_.start(ask(literal, found));
    EXPECT_EQ(found, Addresses{second});
    EXPECT_EQ(resolver_.asked(), 0u);
}

TEST_F(HostNameTest, AnAnswerThatNobodyWaitsForAnyMoreIsDropped) {
    {
        HostName other(loop_, "other.test", resolver_.look_up());
        Ended ended;
        const auto ask = [](HostName& name, Ended& out) -> Task<void> {
            const auto addresses = co_await name.addresses(5s);
            out.yet = true;
            (void)addresses;
        };
        tasks_.start(ask(other, ended));
        pass(5200ms);
        EXPECT_TRUE(ended.yet);
    }
    answer({first});
    run_for(loop_, 20ms);
}

TEST(AskSystem, KnowsTheLoopbackAddressAndNoInventedName) {
    const Addresses found = ask_system("localhost");
    ASSERT_FALSE(found.empty());
    for (const Address& address : found) {
        EXPECT_TRUE(address == *Address::parse("127.0.0.1") || address == *Address::parse("::1"));
    }
    EXPECT_TRUE(ask_system("no-such-host.invalid").empty());
}

}  // namespace
}  // namespace turnpike::net
