// Task, Nursery and Event: order of execution, results, exceptions, depth of the stack.
#include "core/task.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace turnpike {
namespace {

/// Suspends until the test resumes it, as a socket would.
struct Gate {
    std::coroutine_handle<> waiter;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) { waiter = handle; }
    void await_resume() const noexcept {}
    void open() { std::exchange(waiter, nullptr).resume(); }
};

Task<int> immediate(int value) {
    co_return value;
}

Task<int> after(Gate& gate, int value) {
    co_await gate;
    co_return value;
}

TEST(Task, MayBeDoneFromTheStart) {
    int result = 0;
    const auto parent = [](int& into) -> Task<void> {
        Task<int> seven = Task<int>::done(7);
        Task<int> moved = std::move(seven);
        into = co_await moved;
        Task<void> nothing = Task<void>::done();
        co_await nothing;
        into += 1;
    };
    Nursery nursery;
    nursery.start(parent(result));
    EXPECT_EQ(result, 8);
    EXPECT_EQ(nursery.running(), 0u);
}

TEST(Task, RunsOnlyWhenAwaited) {
    std::vector<std::string> log;
    const auto child = [](std::vector<std::string>& lines) -> Task<void> {
        lines.push_back("child");
        co_return;
    };
    const auto parent = [](std::vector<std::string>& lines, auto make) -> Task<void> {
        Task<void> task = make(lines);
        lines.push_back("made");
        co_await task;
        lines.push_back("done");
    };
    Nursery nursery;
    nursery.start(parent(log, child));
    EXPECT_EQ(log, (std::vector<std::string>{"made", "child", "done"}));
}

TEST(Task, HandsItsResultToTheParentAfterWaiting) {
    Gate gate;
    int result = 0;
    const auto parent = [](Gate& where, int& out) -> Task<void> {
        out = co_await after(where, 7);
        out += co_await immediate(10);
    };
    Nursery nursery;
    nursery.start(parent(gate, result));
    EXPECT_EQ(result, 0);
    EXPECT_EQ(nursery.running(), 1u);
    gate.open();
    EXPECT_EQ(result, 17);
    EXPECT_EQ(nursery.running(), 0u);
}

TEST(Task, LetsExceptionsThroughToTheParent) {
    const auto thrower = []() -> Task<int> {
        throw std::runtime_error("broken");
        co_return 0;
    };
    std::string seen;
    const auto parent = [](auto make, std::string& out) -> Task<void> {
        try {
            (void)co_await make();
        } catch (const std::runtime_error& error) {
            out = error.what();
        }
    };
    Nursery nursery;
    nursery.start(parent(thrower, seen));
    EXPECT_EQ(seen, "broken");
}

TEST(Task, AMillionImmediateTasksDoNotGrowTheStack) {
    std::int64_t sum = 0;
    const auto parent = [](std::int64_t& out) -> Task<void> {
        for (int i = 0; i < 1'000'000; ++i) out += co_await immediate(1);
    };
    Nursery nursery;
    nursery.start(parent(sum));
    EXPECT_EQ(sum, 1'000'000);
}

TEST(Nursery, JoinWaitsForEveryChild) {
    Gate first;
    Gate second;
    bool joined = false;
    const auto child = [](Gate& gate) -> Task<void> { (void)co_await after(gate, 0); };
    const auto parent = [](Nursery& children, bool& out) -> Task<void> {
        co_await children.join();
        out = true;
    };
    Nursery children;
    Nursery waiting;
    children.start(child(first));
    children.start(child(second));
    waiting.start(parent(children, joined));
    first.open();
    EXPECT_FALSE(joined);
    second.open();
    EXPECT_TRUE(joined);
}

TEST(Nursery, HandsAnEscapedExceptionToItsOwner) {
    static int caught = 0;
    const auto thrower = []() -> Task<void> {
        throw std::runtime_error("bug");
        co_return;
    };
    Nursery nursery;
    nursery.on_exception = [](std::exception_ptr) { ++caught; };
    nursery.start(thrower());
    EXPECT_EQ(caught, 1);
    EXPECT_EQ(nursery.running(), 0u);
}

TEST(Nursery, AChildsLocalsAreGoneBeforeJoinResumes) {
    struct Flag {
        bool& gone;
        ~Flag() { gone = true; }
    };
    Gate gate;
    bool gone = false;
    bool gone_when_joined = false;
    const auto child = [](Gate& where, bool& out) -> Task<void> {
        const Flag flag{out};
        co_await where;
    };
    const auto parent = [](Nursery& children, bool& gone_now, bool& out) -> Task<void> {
        co_await children.join();
        out = gone_now;
    };
    Nursery children;
    Nursery waiting;
    children.start(child(gate, gone));
    waiting.start(parent(children, gone, gone_when_joined));
    gate.open();
    EXPECT_TRUE(gone_when_joined);
}

}  // namespace
}  // namespace turnpike
