// The judge. Pure and total: no clock, no I/O, no allocation.
#include <algorithm>

#include "policy/evaluate.hpp"

namespace turnpike {
namespace {

using policy::Case;

Decision built_in(Action action, std::string_view rule, std::string_view reason) {
    Decision decision;
    decision.action = action;
    decision.rule = rule;
    decision.reason = reason;
    return decision;
}

Decision decision_of(const Rule& rule, const Site& site) {
    Decision decision = built_in(rule.then, rule.name, rule.reason);
    decision.where = &rule.where;
    decision.rate = rule.rate ? &*rule.rate : nullptr;
    if (rule.then == Action::pay) {
        const auto& price = rule.price ? rule.price : site.price;
        decision.price = price ? &*price : nullptr;
    }
    return decision;
}

/// Rules that only observe, from all cases, each once. What exceeds the room is left out.
struct Observed {
    std::uint8_t count = 0;
    std::array<const Rule*, Decision::max_observed> rules{};

    void add(const Rule& rule) {
        const auto end = rules.begin() + count;
        if (count < rules.size() && std::find(rules.begin(), end, &rule) == end) {
            rules[count++] = &rule;
        }
    }
};

/// First match wins.
Decision decide_case(const Site& site, const Case& judged, Observed& observed) {
    if (judged.claim.proof == Proof::forged) {
        return built_in(Action::deny, "forged", "the name in the user agent is not its sender's");
    }
    for (const Rule& rule : site.rules) {
        if (first_miss(rule.when, judged) != nullptr) continue;
        if (!rule.observe) return decision_of(rule, site);
        observed.add(rule);
    }
    return built_in(Action::allow, "default", "no rule of this site is about it");
}

bool is_open(const Site& site, std::string_view path) {
    return std::any_of(site.open_paths.begin(), site.open_paths.end(),
                       [&](const PathPattern& pattern) { return pattern.matches(path); });
}

/// The main claim is judged whatever it is; of the others only what admits to AI.
bool counts(const Identity& identity, std::size_t claim) {
    return claim == 0 || is_ai(identity.claims[claim].category);
}

/// A ceiling is stricter than none.
bool is_stricter(const Decision& a, const Decision& b) {
    if (a.action != b.action) return a.action > b.action;
    return a.rate != nullptr && b.rate == nullptr;
}

}  // namespace

Decision decide(const Site& site, const Question& question) {
    if (std::all_of(question.readings.begin(), question.readings.end(),
                    [&](std::string_view path) { return is_open(site, path); })) {
        return built_in(Action::allow, "open-path", "this path is open to everyone");
    }
    std::optional<Decision> strictest;
    Observed observed;
    const auto claims = question.identity->all();
    for (std::uint8_t i = 0; i < claims.size(); ++i) {
        if (!counts(*question.identity, i)) continue;
        for (const std::string_view path : question.readings) {
            Decision decision = decide_case(site, {question, claims[i], path}, observed);
            decision.claim = i;
            if (!strictest || is_stricter(decision, *strictest)) strictest = decision;
        }
    }
    strictest->observed_count = observed.count;
    strictest->observed = observed.rules;
    return *strictest;
}

}  // namespace turnpike
