// Findings as sums that people ask for, and numbers as people read them. The three reports show
// the same ones.
#pragma once

#include "replay/replay.hpp"

namespace turnpike::replay {

/// By what they would have got, in the order of Action.
struct Fates {
    std::array<Count, action_count> by_action;
    Count total() const;
    Count refused() const;
    const Count& of(Action action) const { return by_action[static_cast<std::size_t>(action)]; }
};

struct ByRule {
    Verdict verdict;  ///< The first of those by this rule with this outcome.
    Count count;
    std::vector<std::pair<std::string_view, std::uint64_t>> who;  ///< Most requests first.
};
struct ByWho {
    Who who;
    Fates fates;
    std::vector<Verdict> verdicts;  ///< Most frequent first.
};

struct Summary {
    explicit Summary(const Findings& findings);
    Fates all;
    Fates people;               ///< Of what may be people.
    std::vector<ByRule> rules;  ///< Most requests first, like the next two.
    std::vector<ByWho> crawlers;
    std::vector<std::pair<Category, Fates>> categories;
};

/// Refused people or tools whom one rule refuses in one way.
struct RefusedGroup {
    Verdict verdict;  ///< Its crawler is null where there are several, or none.
    Count count;
    std::vector<const Refused*> agents;
};
std::vector<RefusedGroup> group(const std::vector<Refused>& refused);

/// What would let a group in.
struct Advice {
    std::string sentence;
    std::string rule;  ///< An item of `rules`; may be empty.
    std::string or_else;
    std::string command;  ///< May be empty.
};
Advice advice_for(const RefusedGroup& group);
/// The rules that let all of these in, in one piece to paste.
std::string rules_for(const std::vector<RefusedGroup>& groups);

/// What somebody must know to read the report right.
std::vector<std::string> warnings(const Findings& findings);
/// What no log can show.
std::vector<std::string> limits(const Findings& findings);

std::string place(const Verdict& verdict);  ///< `file:line`, or `built in`.
std::string place(const Findings& findings, const Place& place);
std::string_view status_of(Action got);    ///< `403`; empty for allow.
std::string number(std::uint64_t number);  ///< `12,345`
std::string size(std::uint64_t bytes);     ///< `1.2 GiB`
std::string percent(std::uint64_t part, std::uint64_t whole);
std::string point_in_time(std::int64_t second);  ///< `2026-11-25 10:00:03`
std::string span_of_time(std::int64_t seconds);  ///< `3 days 11 hours`

}  // namespace turnpike::replay
