// The names of the vocabulary, amounts as text, and permits.
#include <gtest/gtest.h>

#include <set>
#include <type_traits>

#include "turnpike/decision.hpp"
#include "turnpike/facts.hpp"

namespace turnpike {
namespace {

TEST(Words, EveryCategoryHasANameOfItsOwnThatReadsBack) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < category_count; ++i) {
        const auto category = static_cast<Category>(i);
        EXPECT_EQ(category_named(name_of(category)), category);
        EXPECT_EQ(name_of(category).starts_with("ai-"), is_ai(category)) << name_of(category);
        names.insert(name_of(category));
    }
    EXPECT_EQ(names.size(), category_count);
    EXPECT_FALSE(category_named("AI-Training"));
    EXPECT_FALSE(category_named(""));
}

// One of each end of the enumeration and one of the middle would show a list out of step.
TEST(Words, CategoriesAreNamedInTheirOrder) {
    EXPECT_EQ(name_of(Category::ai_training), "ai-training");
    EXPECT_EQ(name_of(Category::search_engine), "search-engine");
    EXPECT_EQ(name_of(Category::security_scanner), "security-scanner");
    EXPECT_EQ(name_of(Category::unknown), "unknown");
}

TEST(Words, ActionsReadBackAndGrowStricter) {
    for (std::size_t i = 0; i < action_count; ++i) {
        const auto action = static_cast<Action>(i);
        EXPECT_EQ(action_named(name_of(action)), action);
    }
    EXPECT_EQ(name_of(Action::allow), "allow");
    EXPECT_EQ(name_of(Action::throttle), "throttle");
    EXPECT_EQ(name_of(Action::pay), "pay");
    EXPECT_EQ(name_of(Action::deny), "deny");
    EXPECT_LT(Action::allow, Action::throttle);
    EXPECT_LT(Action::throttle, Action::pay);
    EXPECT_LT(Action::pay, Action::deny);
    EXPECT_FALSE(action_named("block"));
}

TEST(Words, ProofsAndModesHaveNames) {
    EXPECT_EQ(name_of(Proof::none), "none");
    EXPECT_EQ(name_of(Proof::pending), "pending");
    EXPECT_EQ(name_of(Proof::address), "address");
    EXPECT_EQ(name_of(Proof::reverse_dns), "reverse-dns");
    EXPECT_EQ(name_of(Proof::signature), "signature");
    EXPECT_EQ(name_of(Proof::forged), "forged");
    EXPECT_EQ(name_of(Mode::enforce), "enforce");
    EXPECT_EQ(name_of(Mode::observe), "observe");
}

TEST(Money, IsWrittenWithAsManyDecimalsAsItNeedsAndAtLeastTwo) {
    EXPECT_EQ(to_string(Money{"USD", 10'000}), "USD 0.01");
    EXPECT_EQ(to_string(Money{"USD", 1}), "USD 0.000001");
    EXPECT_EQ(to_string(Money{"EUR", 2'500'000}), "EUR 2.50");
    EXPECT_EQ(to_string(Money{"JPY", 100'000'000}), "JPY 100.00");
    EXPECT_EQ(to_string(Money{"USD", 1'234'500}), "USD 1.2345");
    EXPECT_EQ(to_string(Money{"USD", 0}), "USD 0.00");
}

TEST(Permit, IsGivenWhereTheDecisionAllowsOrThrottlesAndTheRateLeavesRoom) {
    for (std::size_t i = 0; i < action_count; ++i) {
        Decision decision;
        decision.action = static_cast<Action>(i);
        const bool passes = decision.action == Action::allow || decision.action == Action::throttle;
        const auto given = permit_for(decision, Mode::enforce, Admission::admitted);
        EXPECT_EQ(given.has_value(), passes);
        EXPECT_FALSE(permit_for(decision, Mode::enforce, Admission::over_rate));
    }
}

TEST(Permit, IsAlwaysGivenWhereTheModeOnlyObserves) {
    for (std::size_t i = 0; i < action_count; ++i) {
        Decision decision;
        decision.action = static_cast<Action>(i);
        for (const Admission admission : {Admission::admitted, Admission::over_rate}) {
            const auto observed = permit_for(decision, Mode::observe, admission);
            ASSERT_TRUE(observed);
            EXPECT_EQ(observed->action(), decision.action);
        }
    }
}

TEST(Permit, CannotBeMadeOrCopied) {
    static_assert(!std::is_default_constructible_v<Permit>);
    static_assert(!std::is_constructible_v<Permit, Action>);
    static_assert(!std::is_copy_constructible_v<Permit>);
    static_assert(std::is_move_constructible_v<Permit>);
}

}  // namespace
}  // namespace turnpike
