// Whose behaviour is looked at. Private to policy.
#pragma once

#include "turnpike/policy.hpp"

namespace turnpike::policy {

/// Those categories of which a rule may come to ask how they behave: no earlier rule decides about
/// all of them.
CategorySet watched_categories(const RuleList& rules);

}  // namespace turnpike::policy
