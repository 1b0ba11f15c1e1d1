// Whether conditions hold for one claim about one reading of a path. Private to policy.
#pragma once

#include "turnpike/policy.hpp"

namespace turnpike::policy {

/// What a single pass over the rules judges.
struct Case {
    const Question& question;
    const Claim& claim;
    std::string_view path;
};

bool has_field(const Case& judged, const NamedValue& wanted);
bool has_cookie(const Case& judged, const NamedValue& wanted);
bool has_parameter(const Case& judged, const NamedValue& wanted);

bool matches(const Condition& condition, const Case& judged);

/// The first condition that does not hold; null where all do.
const Condition* first_miss(const When& when, const Case& judged);

}  // namespace turnpike::policy
