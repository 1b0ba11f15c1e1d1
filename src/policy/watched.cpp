// Whose behaviour is looked at: only where a rule may come to ask about it.
#include "policy/watched.hpp"

#include <algorithm>

namespace turnpike::policy {
namespace {

bool is_asked(const When& when) {
    return std::any_of(when.conditions.begin(), when.conditions.end(), [](const Condition& each) {
        const auto* negated = std::get_if<when::Not>(&each.key);
        if (negated != nullptr) return is_asked(negated->when);
        return std::holds_alternative<when::Behaviours>(each.key);
    });
}

}  // namespace

CategorySet watched_categories(const RuleList& rules) {
    CategorySet watched;
    CategorySet settled;  // an earlier rule decides, however they behave
    for (const Rule& rule : rules) {
        const auto& conditions = rule.when.conditions;
        const bool asks = is_asked(rule.when);
        const auto* categories =
            conditions.size() == 1 ? std::get_if<when::Categories>(&conditions[0].key) : nullptr;
        for (std::size_t i = 0; i < category_count; ++i) {
            const auto category = static_cast<Category>(i);
            const bool settles =
                conditions.empty() || (categories != nullptr && categories->set.has(category));
            if (asks && !settled.has(category)) watched.add(category);
            if (settles && !rule.observe) settled.add(category);
        }
    }
    return watched;
}

}  // namespace turnpike::policy
