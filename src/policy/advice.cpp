// Rules that do what they say, and perhaps not what was meant: names that anybody can write, rates
// that crawlers get in at.
#include <algorithm>

#include "policy/rules.hpp"
#include "policy/when.hpp"

namespace turnpike::policy {
namespace {

bool lets_in(const Rule& rule) {
    return rule.then == Action::allow || rule.then == Action::pay;
}

/// Whether a client must have something that not everybody has.
bool asks_for_more_than_a_name(const When& when) {
    return find<when::Addresses>(when) != nullptr || find<when::Headers>(when) != nullptr ||
           find<when::Cookies>(when) != nullptr;
}

/// Whether the author thought of who asks.
bool asks_who(const Condition& condition) {
    if (const auto* negated = std::get_if<when::Not>(&condition.key)) {
        const auto& inside = negated->when.conditions;
        return std::any_of(inside.begin(), inside.end(), asks_who);
    }
    return std::holds_alternative<when::Categories>(condition.key) ||
           std::holds_alternative<when::Crawlers>(condition.key) ||
           std::holds_alternative<when::Operators>(condition.key) ||
           std::holds_alternative<when::UserAgents>(condition.key);
}

bool refuses_ai(const Rule& rule) {
    if (rule.observe || (rule.then != Action::deny && rule.then != Action::pay)) return false;
    const auto* categories = find<when::Categories>(rule.when);
    if (categories == nullptr) return false;
    for (std::size_t i = 0; is_ai(static_cast<Category>(i)); ++i) {
        if (categories->set.has(static_cast<Category>(i))) return true;
    }
    return false;
}

}  // namespace

void check_names(const Rule& rule, const Subject& subject, const Vocabulary& vocabulary) {
    if (!lets_in(rule) || rule.observe || asks_for_more_than_a_name(rule.when)) return;
    const auto when = subject.node.child("when");
    const auto crawlers = when ? when->child("crawler") : std::nullopt;
    if (!crawlers) return;
    for (const config::Node& item : crawlers->items()) {
        const Crawler* crawler = vocabulary.find_crawler(item.text());
        if (crawler == nullptr || crawler->proof.addresses.empty()) continue;
        report(subject.out, item,
               std::string("this lets in everyone who writes '") + item.text() + "'" +
                   (rule.then == Action::pay ? " and pays" : ""),
               crawler->operator_name + " publishes its addresses: ask for them with 'address'",
               Severity::warning);
        return;
    }
}

void check_throttle(const Rule& rule, std::span<const Rule> behind, const Subject& subject) {
    const auto& conditions = rule.when.conditions;
    if (rule.then != Action::throttle || rule.observe ||
        std::any_of(conditions.begin(), conditions.end(), asks_who)) {
        return;
    }
    const auto refusal = std::find_if(behind.begin(), behind.end(), refuses_ai);
    if (refusal == behind.end()) return;
    report(subject.out, subject.node,
           "this lets in AI crawlers, too, at its rate: '" + refusal->name +
               "' behind it is never asked",
           "if they are to stay out, add to 'when': not: { category: ai-* }", Severity::warning);
}

}  // namespace turnpike::policy
