// The judge. Pure and total: no clock, no I/O, no allocation.
#include <algorithm>

#include "policy/evaluate.hpp"

namespace turnpike {
namespace {

using policy::Case;

/// What is decided without a rule.
struct BuiltIn {
    Action action;
    std::string_view name;
    std::string_view reason;
};
constexpr BuiltIn open_path{Action::allow, "open-path", "this path is open to everyone"};
constexpr BuiltIn forged{Action::deny, "forged", "the name in the user agent is not its sender's"};
constexpr BuiltIn by_default{Action::allow, "default", "no rule of this site is about it"};

/// What is left to people who would be refused for how they behave: a page every two seconds.
constexpr Rate slow{.requests = 30, .period = std::chrono::minutes(1), .burst = 10, .per = {}};

/// What decided a case: a rule, or where there is none, something built in.
struct Verdict {
    const Rule* rule = nullptr;
    const BuiltIn* built_in = nullptr;
    bool gentle = false;  ///< The rule's refusal is one by behaviour, and may be of a person.
    std::uint8_t claim = 0;
    std::uint8_t reading = 0;

    Action action() const {
        if (gentle) return Action::throttle;
        return rule != nullptr ? rule->then : built_in->action;
    }
    bool has_rate() const { return gentle || (rule != nullptr && rule->rate.has_value()); }

    /// A ceiling is stricter than none.
    bool is_stricter_than(const Verdict& other) const {
        if (action() != other.action()) return action() > other.action();
        return has_rate() && !other.has_rate();
    }
};

Decision decision_of(const BuiltIn& built_in) {
    Decision decision;
    decision.action = built_in.action;
    decision.rule = built_in.name;
    decision.reason = built_in.reason;
    return decision;
}

Decision decision_of(const Verdict& verdict, const Site& site) {
    const Rule& rule = *verdict.rule;
    Decision decision;
    decision.action = verdict.action();
    decision.rule = rule.name;
    decision.reason = rule.reason;
    decision.where = &rule.where;
    decision.rate = rule.rate ? &*rule.rate : nullptr;
    if (verdict.gentle) decision.rate = &slow;
    decision.by_behaviour = rule.by_behaviour;
    if (decision.action == Action::pay) {
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

/// Behaviour is never known for sure, and a wrong refusal is an outage: whoever may be a person is
/// refused only where no person does by mistake what he did.
bool is_gentle(const Rule& rule, const Case& judged) {
    if (!rule.by_behaviour || rule.then < Action::pay) return false;
    const Behaviour& behaviour = judged.question.behaviour;
    const bool is_sure = behaviour.level == Behaviour::Level::certain && behaviour.damning;
    return stands_for_people(judged.claim.category) && !is_sure;
}

/// First match wins.
Verdict judge_case(const Site& site, const Case& judged, Observed& observed) {
    if (judged.claim.proof == Proof::forged) return {.built_in = &forged};
    const RequestHead& head = *judged.question.head;
    const Traits traits{.category = judged.claim.category,
                        .path = judged.path,
                        .is_known = judged.claim.crawler != nullptr,
                        .has_query = !head.query.empty(),
                        .has_cookie = head.fields.has(FieldId::cookie)};
    const Rule* rule = site.rules.find(traits, [&](const Rule& candidate) {
        if (first_miss(candidate.when, judged) != nullptr) return false;
        if (candidate.observe) observed.add(candidate);
        return !candidate.observe;
    });
    if (rule == nullptr) return {.built_in = &by_default};
    return {.rule = rule, .gentle = is_gentle(*rule, judged)};
}

/// The main claim is judged whatever it is; of the others only what admits to AI.
bool counts(const Identity& identity, std::size_t claim) {
    return claim == 0 || is_ai(identity.claims[claim].category);
}

}  // namespace

Decision decide(const Site& site, const Question& question) {
    if (std::all_of(question.readings.begin(), question.readings.end(),
                    [&](std::string_view path) { return site.open_paths.matches(path); })) {
        return decision_of(open_path);
    }
    std::optional<Verdict> strictest;
    Observed observed;
    const auto claims = question.identity->all();
    for (std::uint8_t i = 0; i < claims.size(); ++i) {
        if (!counts(*question.identity, i)) continue;
        for (std::uint8_t k = 0; k < question.readings.size(); ++k) {
            const Case judged{question, claims[i], question.readings[k]};
            Verdict verdict = judge_case(site, judged, observed);
            verdict.claim = i;
            verdict.reading = k;
            if (!strictest || verdict.is_stricter_than(*strictest)) strictest = verdict;
        }
    }
    Decision decision = strictest->rule != nullptr ? decision_of(*strictest, site)
                                                   : decision_of(*strictest->built_in);
    decision.claim = strictest->claim;
    decision.reading = strictest->reading;
    decision.observed_count = observed.count;
    decision.observed = observed.rules;
    return decision;
}

}  // namespace turnpike
