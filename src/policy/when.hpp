// Reading `when`, and comparing what two of them match. Private to policy.
#pragma once

#include "policy/policy.hpp"

namespace turnpike::policy {

/// Mistakes go to `context.out`.
When read_when(const config::Node& node, const Context& context);

/// The first condition of that key; null where there is none.
template <class Key>
const Key* find(const When& when) {
    for (const Condition& condition : when.conditions) {
        if (const auto* key = std::get_if<Key>(&condition.key)) return key;
    }
    return nullptr;
}

/// Reports an `also` without a `category`.
void report_lonely_also(const config::Node& node, Diagnostics& out);

/// Reports what can be no path of a normalised request.
void check_path(const config::Node& item, Diagnostics& out);

/// Whether whatever matches `narrow` matches `wide` too, as far as that can be seen by comparing
/// lists.
bool covers(const When& wide, const When& narrow);

/// Why nothing can match, as far as that can be seen without a request; empty where something may.
std::string contradiction(const When& when, const Vocabulary& vocabulary);

}  // namespace turnpike::policy
