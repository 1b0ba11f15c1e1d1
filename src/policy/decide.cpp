// The judge. Pure and total: no clock, no I/O, no allocation.
#include <algorithm>

#include "turnpike/policy.hpp"

namespace turnpike {
namespace {

/// One claim about one reading of the path: what a single pass over the rules judges.
struct Case {
    const Question& question;
    const Claim& claim;
    std::string_view path;
};

template <class List, class Matches>
bool any_of(const List& list, Matches matches) {
    return std::any_of(list.begin(), list.end(), matches);
}

bool is_sent(const TokenPattern& token, const Question& question) {
    return any_of(question.user_agents, [&](std::string_view line) { return token.matches(line); });
}

bool matches_crawler(const When& when, const Case& judged) {
    if (when.crawlers.empty() && when.crawler_tokens.empty()) return true;
    return any_of(when.crawlers,
                  [&](const Crawler* named) { return named == judged.claim.crawler; }) ||
           any_of(when.crawler_tokens,
                  [&](const TokenPattern& token) { return is_sent(token, judged.question); });
}

bool matches_operator(const When& when, const Case& judged) {
    const Crawler* crawler = judged.claim.crawler;
    return when.operators.empty() || any_of(when.operators, [&](const std::string& name) {
               return crawler != nullptr && crawler->operator_name == name;
           });
}

/// By the main category only, so that no rule on AI takes a site out of a search engine.
bool matches_category(const When& when, const Case& judged) {
    return when.categories.empty() || any_of(when.categories, [&](Category category) {
               return category == judged.claim.category;
           });
}

bool matches_user_agent(const When& when, const Case& judged) {
    return when.user_agents.empty() || any_of(when.user_agents, [&](const TokenPattern& token) {
               return is_sent(token, judged.question);
           });
}

bool matches_path(const When& when, const Case& judged) {
    return when.paths.empty() || any_of(when.paths, [&](const PathPattern& pattern) {
               return pattern.matches(judged.path);
           });
}

bool matches(const When& when, const Case& judged) {
    return matches_category(when, judged) && matches_crawler(when, judged) &&
           matches_operator(when, judged) && matches_path(when, judged) &&
           matches_user_agent(when, judged);
}

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
    if (rule.then == Action::pay) {
        const auto& price = rule.price ? rule.price : site.price;
        decision.price = price ? &*price : nullptr;
    }
    return decision;
}

/// First match wins.
Decision decide_case(const Site& site, const Case& judged) {
    if (judged.claim.proof == Proof::forged) {
        return built_in(Action::deny, "forged", "the name in the user agent is not its sender's");
    }
    for (const Rule& rule : site.rules) {
        if (matches(rule.when, judged)) return decision_of(rule, site);
    }
    return built_in(Action::allow, "default", "no rule of this site is about it");
}

bool is_open(const Site& site, std::string_view path) {
    return any_of(site.open_paths,
                  [&](const PathPattern& pattern) { return pattern.matches(path); });
}

}  // namespace

Decision decide(const Site& site, const Question& question) {
    if (std::all_of(question.readings.begin(), question.readings.end(),
                    [&](std::string_view path) { return is_open(site, path); })) {
        return built_in(Action::allow, "open-path", "this path is open to everyone");
    }
    std::optional<Decision> strictest;
    const auto claims = question.identity->all();
    for (std::uint8_t i = 0; i < claims.size(); ++i) {
        // The main claim is judged whatever it is; of the others only what admits to AI.
        if (i > 0 && !is_ai(claims[i].category)) continue;
        for (const std::string_view path : question.readings) {
            Decision decision = decide_case(site, {question, claims[i], path});
            decision.claim = i;
            if (!strictest || decision.action > strictest->action) strictest = decision;
        }
    }
    return *strictest;
}

}  // namespace turnpike
