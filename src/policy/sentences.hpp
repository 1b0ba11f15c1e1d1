// Sentences about rules: what one says to whoever meets it, and why it did or did not match.
// Private to policy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/evaluate.hpp"

namespace turnpike::policy {

/// `a, b and c`, with whatever word comes before the last; cut where it grows long.
std::string join(std::vector<std::string> words, std::string_view last);

/// The names of the set, those of all that is AI as one.
std::vector<std::string> names_of(CategorySet set, std::string_view every_ai);

/// For whoever meets the rule: `this site denies AI crawlers on /archive/**`.
std::string describe(const Rule& rule);

/// `category is browser, wanted ai-*`; what is as wanted, where it matched.
std::string say_why(const When& when, const Case& judged);

}  // namespace turnpike::policy
