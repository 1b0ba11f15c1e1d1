// Rules and open paths: what site files and presets have in common. Private to policy.
#pragma once

#include <optional>
#include <vector>

#include "policy/policy.hpp"

namespace turnpike::policy {

struct ReadRule {
    Rule rule;
    std::optional<config::Node> node;      ///< Where it stands.
    std::optional<config::Node> unpriced;  ///< Its `then: pay`, where the rule names no price.
};

/// The list under `rules`, checked also for names that stand twice and for rules that are never
/// reached. Mistakes go to `context.out`.
std::vector<ReadRule> read_rules(config::Mapping& mapping, const Context& context);

/// What a warning points at, and where it goes.
struct Subject {
    const config::Node& node;
    Diagnostics& out;
};

/// Warns of names that the site does not have and of paths that are open to everyone.
void check_reach(const Rule& rule, const Site& site, const Subject& subject);

/// Warns where a name is all that a rule asks for before it lets somebody in, and its operator says
/// how to know better.
void check_names(const Rule& rule, const Subject& subject, const Vocabulary& vocabulary);
/// Warns where a throttle rule lets in crawlers that a rule `behind` it refuses.
void check_throttle(const Rule& rule, std::span<const Rule> behind, const Subject& subject);

/// `open_paths: {add, remove}` applied to the list.
void change_open_paths(const config::Node& node, PathList& paths, const Context& context);

}  // namespace turnpike::policy
