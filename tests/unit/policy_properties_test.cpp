// What holds for every policy and every request: decided, always the same way, by the first rule
// that matches; and explained as it was decided.
#include <gtest/gtest.h>

#include "support/allocations.hpp"
#include "support/random_policies.hpp"

namespace turnpike::test {
namespace {

constexpr std::uint32_t seed = 20261126;

class Properties : public testing::Test {
protected:
    Properties() { RecordProperty("seed", std::to_string(seed)); }
    void TearDown() override {
        if (HasFailure()) std::printf("seed %u\n", seed);
    }
    Chance chance_{seed};
};

bool same(const Decision& a, const Decision& b) {
    return a.action == b.action && a.rule == b.rule && a.where == b.where && a.claim == b.claim &&
           a.reading == b.reading && a.price == b.price && a.rate == b.rate &&
           a.observed_count == b.observed_count && a.observed == b.observed;
}

TEST_F(Properties, EveryQuestionIsDecidedAndAlwaysTheSameWay) {
    std::array<int, action_count> seen{};
    for (int round = 0; round < 50'000; ++round) {
        const Site site = random_site(chance_);
        const RandomRequest request(chance_);
        const Allocations allocations;
        const Decision first = decide(site, request.question());
        ASSERT_EQ(allocations.count(), 0U);
        ASSERT_TRUE(same(first, decide(site, request.question())));
        ASSERT_FALSE(first.rule.empty());
        ASSERT_FALSE(first.reason.empty());
        ASSERT_EQ(first.price != nullptr, first.action == Action::pay);
        ASSERT_TRUE(first.rate != nullptr || first.action != Action::throttle);
        ASSERT_LT(first.claim, request.identity.claim_count);
        ASSERT_LT(first.reading, request.readings.size());
        ++seen[static_cast<std::size_t>(first.action)];
    }
    for (const int count : seen) EXPECT_GT(count, 1'000);
}

/// The rule that decides by what `trace` says of each.
const Rule* deciding_rule(const std::vector<RuleTrace>& traces) {
    for (const RuleTrace& trace : traces) {
        if (trace.matched && !trace.rule->observe) return trace.rule;
    }
    return nullptr;
}

TEST_F(Properties, WhatIsExplainedIsWhatWasDecided) {
    int by_rule = 0;
    for (int round = 0; round < 100'000; ++round) {
        const Site site = random_site(chance_);
        const RandomRequest request(chance_);
        const Decision decision = decide(site, request.question());
        const auto traces = trace(site, request.question(), decision);
        ASSERT_EQ(traces.size(), site.rules.size());
        for (const RuleTrace& trace : traces) ASSERT_FALSE(trace.why.empty());
        if (decision.rule == "open-path" || decision.rule == "forged") continue;
        const Rule* rule = deciding_rule(traces);
        ASSERT_EQ(rule == nullptr, decision.rule == "default");
        if (rule == nullptr) continue;
        ASSERT_EQ(&rule->where, decision.where);
        ASSERT_EQ(rule->then, decision.action);
        ++by_rule;
    }
    EXPECT_GT(by_rule, 30'000);
}

TEST_F(Properties, ARuleThatObservesAndMatchesOnTheWayIsNamed) {
    for (int round = 0; round < 20'000; ++round) {
        const Site site = random_site(chance_);
        const RandomRequest request(chance_);
        const Decision decision = decide(site, request.question());
        if (decision.rule == "open-path" || decision.rule == "forged") continue;
        for (const RuleTrace& trace : trace(site, request.question(), decision)) {
            if (trace.matched && !trace.rule->observe) break;
            if (!trace.matched || decision.observed_count == Decision::max_observed) continue;
            const auto end = decision.observed.begin() + decision.observed_count;
            ASSERT_NE(std::find(decision.observed.begin(), end, trace.rule), end);
        }
    }
}

/// Of one claim and one reading: a rule below one case's winner may win another case.
TEST_F(Properties, ARuleBelowTheWinnerNeverChangesADecision) {
    int changed_nothing = 0;
    for (int round = 0; round < 50'000; ++round) {
        Site site = random_site(chance_);
        const RandomRequest request(chance_);
        Question question = request.question();
        question.readings = question.readings.first(1);
        Identity identity = request.identity;
        identity.claim_count = 1;
        question.identity = &identity;
        const Decision before = decide(site, question);
        if (before.where == nullptr) continue;
        const std::string winner(before.rule);
        const auto at = std::find_if(site.rules.begin(), site.rules.end(),
                                     [&](const Rule& rule) { return &rule.where == before.where; });
        const auto room = static_cast<std::size_t>(site.rules.end() - at);
        const auto below = at + 1 + static_cast<std::ptrdiff_t>(chance_.below(room));
        std::vector<Rule> rules(site.rules.begin(), below);
        rules.push_back(random_rule(chance_, "new"));
        rules.insert(rules.end(), below, site.rules.end());
        site.rules = RuleList(std::move(rules));
        const Decision after = decide(site, question);
        ASSERT_EQ(after.rule, winner);
        ASSERT_EQ(after.action, before.action);
        ++changed_nothing;
    }
    EXPECT_GT(changed_nothing, 10'000);
}

TEST_F(Properties, MoreReadingsNeverMakeADecisionMilder) {
    for (int round = 0; round < 50'000; ++round) {
        const Site site = random_site(chance_);
        const RandomRequest request(chance_);
        Question question = request.question();
        const Decision all = decide(site, question);
        if (all.rule == "open-path") continue;
        question.readings = question.readings.first(1);
        const Decision one = decide(site, question);
        if (one.rule == "open-path") continue;
        ASSERT_GE(all.action, one.action);
    }
}

}  // namespace
}  // namespace turnpike::test
