// Keys that cannot all match at once: how a rule is known to match nothing.
#include <algorithm>

#include "policy/sentences.hpp"
#include "policy/when.hpp"

namespace turnpike::policy {
namespace {

/// Whether a condition can be decided by knowing the crawler, and nothing else.
bool is_about_crawlers(const Condition& condition) {
    if (const auto* negated = std::get_if<when::Not>(&condition.key)) {
        return std::all_of(negated->when.conditions.begin(), negated->when.conditions.end(),
                           is_about_crawlers);
    }
    const auto* crawlers = std::get_if<when::Crawlers>(&condition.key);
    return std::holds_alternative<when::Categories>(condition.key) ||
           std::holds_alternative<when::Operators>(condition.key) ||
           (crawlers != nullptr && crawlers->tokens.empty());
}

/// Who may match at all; nothing where that is not known.
std::vector<const Crawler*> candidates_for(const When& when, const Vocabulary& vocabulary) {
    if (const auto* crawlers = find<when::Crawlers>(when)) {
        return crawlers->tokens.empty() ? crawlers->known : std::vector<const Crawler*>{};
    }
    std::vector<const Crawler*> candidates;
    const auto* operators = find<when::Operators>(when);
    if (operators == nullptr) return candidates;
    for (const std::string& name : vocabulary.crawlers) {
        const Crawler* crawler = vocabulary.find_crawler(name);
        const bool named = std::find(operators->names.begin(), operators->names.end(),
                                     crawler->operator_name) != operators->names.end();
        if (named) candidates.push_back(crawler);
    }
    return candidates;
}

/// What keeps a crawler from matching; empty where nothing does.
std::string objection(const When& when, const Crawler& crawler) {
    Identity identity;
    identity.claims[0].crawler = &crawler;
    identity.claims[0].category = crawler.category;
    const Question question{.readings = {}, .user_agents = {}, .identity = &identity};
    const Case judged{question, identity.main(), "/"};
    return first_miss(when, judged) == nullptr ? "" : say_why(when, judged);
}

}  // namespace

std::string contradiction(const When& when, const Vocabulary& vocabulary) {
    When about_crawlers;
    for (const Condition& condition : when.conditions) {
        if (is_about_crawlers(condition)) about_crawlers.conditions.push_back(condition);
        const auto* negated = std::get_if<when::Not>(&condition.key);
        if (negated == nullptr) continue;
        When others = when;
        others.conditions.erase(others.conditions.begin() + (&condition - when.conditions.data()));
        if (covers(negated->when, others)) return "'not' takes away all that the rest asks for";
    }
    std::string first;
    for (const Crawler* crawler : candidates_for(when, vocabulary)) {
        const std::string why = objection(about_crawlers, *crawler);
        if (why.empty()) return {};
        if (first.empty()) first = "of " + crawler->name + ", " + why;
    }
    return first;
}

}  // namespace turnpike::policy
