// Rules as YAML says them, made ready to match.
#include "policy/rules.hpp"

#include <algorithm>

#include "policy/sentences.hpp"
#include "policy/when.hpp"

namespace turnpike::policy {
namespace {

using config::Mapping;
using config::Node;

/// What decisions are called that no rule made.
constexpr std::string_view built_in_names[] = {"open-path", "forged", "default", "override"};

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

/// `also: true` on the rule is the same as beside its `category`.
void read_also(Mapping& mapping, When& when, Diagnostics& out) {
    const auto also = mapping.take_bool("also");
    if (!also) return;
    for (Condition& condition : when.conditions) {
        if (auto* categories = std::get_if<when::Categories>(&condition.key)) {
            categories->also |= *also;
            return;
        }
    }
    report_lonely_also(*mapping.take("also"), out);
}

void read_name(Mapping& mapping, Rule& rule, Diagnostics& out) {
    const auto node = mapping.take_scalar("name");
    if (!node) return;
    rule.name = node->text();
    const bool taken = std::find(std::begin(built_in_names), std::end(built_in_names), rule.name) !=
                       std::end(built_in_names);
    if (taken) report(out, *node, quoted(rule.name) + " is the name of a decision without a rule");
    if (rule.name.empty()) report(out, *node, "the name is empty");
}

void read_then(Mapping& mapping, ReadRule& read, Diagnostics& out) {
    if (mapping.take_choice("then")) {
        read.rule.then = *action_named(mapping.take("then")->text());
    }
    const auto price = mapping.take("price");
    read.rule.price = mapping.take_money("price");
    if (price && read.rule.then != Action::pay) {
        report(out, *price, "a price counts only with 'then: pay'", {}, Severity::warning);
    }
    if (!price && read.rule.then == Action::pay) read.unpriced = mapping.take("then");
}

void read_rate(Mapping& mapping, Rule& rule, Diagnostics& out) {
    const auto per = mapping.take_choice("per");
    const auto burst = mapping.take_integer("burst");
    const auto node = mapping.take("rate");
    if (!node) {
        if (rule.then == Action::throttle) {
            report(out, *mapping.take("then"), "to throttle needs a rate", "add rate: 5/s");
        }
        for (const char* key : {"per", "burst"}) {
            const auto lonely = mapping.take(key);
            if (lonely)
                report(out, *lonely, quoted(key) + " says more of a rate, and there is none");
        }
        return;
    }
    rule.rate = mapping.take_rate("rate");
    if (rule.rate && rule.then == Action::deny) {
        report(out, *node, "a rate means nothing with 'then: deny'",
               "to slow down instead of refusing: then: throttle");
    } else if (rule.rate) {
        if (per) rule.rate->per = static_cast<Per>(*per + 1);
        if (burst) rule.rate->burst = *burst;
    }
}

ReadRule read_rule(const Node& node, const Context& context) {
    ReadRule read;
    read.rule.where = node.where();
    read.node = node;
    Mapping mapping(node, rule_fields, context.out);
    if (!mapping.ok()) return read;
    read_name(mapping, read.rule, context.out);
    if (const auto when = mapping.take("when")) read.rule.when = read_when(*when, context);
    for (const Condition& condition : read.rule.when.conditions) {
        read.rule.by_behaviour |= std::holds_alternative<when::Behaviours>(condition.key);
    }
    read_also(mapping, read.rule.when, context.out);
    read_then(mapping, read, context.out);
    read_rate(mapping, read.rule, context.out);
    read.rule.observe = mapping.take_bool("observe").value_or(false);
    mapping.finish();
    read.rule.reason = describe(read.rule);
    return read;
}

void check_name(const ReadRule& read, const std::vector<ReadRule>& earlier, Diagnostics& out) {
    for (const ReadRule& other : earlier) {
        if (read.rule.name.empty() || other.rule.name != read.rule.name) continue;
        report(out, *read.node, "another rule is called '" + other.rule.name + "'",
               "in line " + std::to_string(other.rule.where.line));
    }
}

/// Warns of a rule that can do nothing: its keys contradict one another, or an earlier one is
/// first.
void check_use(const ReadRule& read, const std::vector<ReadRule>& earlier, const Context& context) {
    const std::string why = contradiction(read.rule.when, context.vocabulary);
    if (!why.empty()) {
        report(context.out, *read.node, "this rule matches nothing: " + why, {}, Severity::warning);
        return;
    }
    const auto hides = [&](const ReadRule& other) {
        return !other.rule.observe && covers(other.rule.when, read.rule.when);
    };
    const auto found = std::find_if(earlier.begin(), earlier.end(), hides);
    if (found == earlier.end()) return;
    report(context.out, *read.node,
           "this rule is never reached: '" + found->rule.name +
               "' before it matches all that it matches",
           "if it shall count, move it up, ahead of line " + std::to_string(found->rule.where.line),
           Severity::warning);
}

}  // namespace

std::vector<ReadRule> read_rules(Mapping& mapping, const Context& context) {
    std::vector<ReadRule> rules;
    for (const Node& node : mapping.take_list("rules")) {
        ReadRule read = read_rule(node, context);
        check_name(read, rules, context.out);
        if (!context.out.has_errors()) check_use(read, rules, context);
        rules.push_back(std::move(read));
    }
    return rules;
}

void change_open_paths(const Node& node, PathList& paths, const Context& context) {
    Mapping mapping(node, open_paths_fields, context.out);
    for (const Node& item : mapping.take_scalars("remove")) {
        std::vector<std::string> known;
        for (const PathPattern& path : paths.all()) known.push_back(path.text());
        if (paths.remove(item.text()) == 0) {
            report(context.out, item, quoted(item.text()) + " is not an open path",
                   config::did_you_mean(item.text(), known), Severity::warning);
        }
    }
    for (const Node& item : mapping.take_scalars("add")) {
        check_path(item, context.out);
        paths.add(item.text());
    }
    mapping.finish();
}

}  // namespace turnpike::policy
