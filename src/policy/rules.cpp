// Rules as YAML says them, made ready to match.
#include "policy/rules.hpp"

#include <algorithm>

#include "core/path.hpp"

namespace turnpike::policy {
namespace {

using config::Mapping;
using config::Node;

/// What decisions are called that no rule made.
constexpr std::string_view built_in_names[] = {"open-path", "forged", "default"};
constexpr std::size_t most_named = 4;  // in a reason, which people read

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

std::vector<std::string> category_names() {
    std::vector<std::string> names{"ai-*"};
    for (std::size_t i = 0; i < category_count; ++i) {
        names.emplace_back(name_of(static_cast<Category>(i)));
    }
    return names;
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// A list that says nothing would match everything; whoever writes one means the opposite.
std::vector<Node> take_some(Mapping& when, std::string_view key, Diagnostics& out) {
    const auto node = when.take(key);
    if (!node) return {};
    std::vector<Node> items = when.take_scalars(key);
    if (node->is_list() && node->items().empty()) {
        report(out, *node, quoted(key) + " is empty", "leave it out, and it matches everything");
    }
    for (const Node& item : items) {
        if (item.text().empty()) report(out, item, "an item of " + quoted(key) + " is empty");
    }
    return items;
}

void read_categories(Mapping& when, std::vector<Category>& categories, const Context& context) {
    for (const Node& item : take_some(when, "category", context.out)) {
        if (item.text() == "ai-*") {
            for (std::size_t i = 0; is_ai(static_cast<Category>(i)); ++i) {
                categories.push_back(static_cast<Category>(i));
            }
        } else if (const auto category = category_named(item.text())) {
            categories.push_back(*category);
        } else {
            const std::string near = config::did_you_mean(item.text(), category_names());
            report(context.out, item, "unknown category " + quoted(item.text()),
                   near.empty() ? "one of: " + listed(category_names()) : near);
        }
    }
}

/// A name that the catalogue lacks still does what its author meant: it matches as a token.
void read_crawlers(Mapping& when, When& into, const Context& context) {
    for (const Node& item : take_some(when, "crawler", context.out)) {
        if (const Crawler* crawler = context.vocabulary.find_crawler(item.text())) {
            into.crawlers.push_back(crawler);
            continue;
        }
        report(context.out, item,
               "no crawler of the catalogue is called " + quoted(item.text()) +
                   "; it matches as a user-agent token",
               config::did_you_mean(item.text(), context.vocabulary.crawlers), Severity::warning);
        into.crawler_tokens.emplace_back(item.text());
    }
}

void read_operators(Mapping& when, std::vector<std::string>& operators, const Context& context) {
    const auto& known = context.vocabulary.operators;
    for (const Node& item : take_some(when, "operator", context.out)) {
        if (std::find(known.begin(), known.end(), item.text()) == known.end()) {
            report(context.out, item,
                   "no operator of the catalogue is called " + quoted(item.text()) +
                       "; this matches nobody",
                   config::did_you_mean(item.text(), known), Severity::warning);
        }
        operators.push_back(item.text());
    }
}

/// A pattern is compared with normalised paths, so it must be written as one.
void check_path(const Node& item, Diagnostics& out) {
    const std::string& text = item.text();
    const bool across = text.starts_with("**");
    if (!across && !text.starts_with('/')) {
        report(out, item, "a path begins with '/'", "write \"/" + text + "\"");
        return;
    }
    if (text.find_first_of("?#") != text.npos) {
        report(out, item, "a path ends before '?' and '#'", "leave them out");
        return;
    }
    Arena arena;
    const std::string path = across ? "/" + text : text;
    const auto readings = normalise_path(path, arena);
    if (!readings) {
        report(out, item, std::string(readings.error().what));
    } else if (readings->front() != path) {
        const std::string_view normal = readings->front().substr(across ? 1 : 0);
        report(out, item, "no path looks like this when it is compared",
               "write \"" + std::string(normal) + "\"");
    }
}

When read_when(const Node& node, const Context& context) {
    Mapping when(node, context.out);
    When result;
    read_crawlers(when, result, context);
    read_operators(when, result.operators, context);
    read_categories(when, result.categories, context);
    for (const Node& item : take_some(when, "user_agent", context.out)) {
        result.user_agents.emplace_back(item.text());
    }
    for (const Node& item : take_some(when, "path", context.out)) {
        check_path(item, context.out);
        result.paths.emplace_back(item.text());
    }
    when.finish();
    return result;
}

/// `a, b and c`, cut where it grows long.
std::string join(std::vector<std::string> words) {
    if (words.size() > most_named) {
        const std::size_t more = words.size() - most_named + 1;
        words.resize(most_named - 1);
        words.push_back(std::to_string(more) + " more");
    }
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
        text += words[i];
    }
    return text;
}

bool names_every_ai(const std::vector<Category>& categories) {
    for (std::size_t i = 0; is_ai(static_cast<Category>(i)); ++i) {
        const auto category = static_cast<Category>(i);
        if (std::find(categories.begin(), categories.end(), category) == categories.end()) {
            return false;
        }
    }
    return true;
}

/// A sentence for whoever meets the rule: `this site denies AI crawlers`.
std::string describe(const Rule& rule) {
    static constexpr std::string_view verbs[action_count] = {"lets in", "throttles", "charges",
                                                             "denies"};
    std::vector<std::string> whom;
    for (const Crawler* crawler : rule.when.crawlers) whom.push_back(crawler->name);
    for (const TokenPattern& token : rule.when.crawler_tokens) whom.push_back(token.text());
    for (const TokenPattern& token : rule.when.user_agents) whom.push_back(token.text());
    for (const std::string& name : rule.when.operators) whom.push_back("crawlers of " + name);
    const auto& categories = rule.when.categories;
    const bool every_ai = names_every_ai(categories);
    if (every_ai) whom.emplace_back("AI crawlers");
    for (const Category category : categories) {
        if (!every_ai || !is_ai(category)) whom.emplace_back(name_of(category));
    }
    std::vector<std::string> where;
    for (const PathPattern& path : rule.when.paths) where.push_back(path.text());
    std::string text = "this site " + std::string(verbs[static_cast<std::size_t>(rule.then)]) + " ";
    text += whom.empty() ? "everyone" : join(std::move(whom));
    if (!where.empty()) text += " on " + join(std::move(where));
    return text;
}

void read_name(Mapping& mapping, Rule& rule, Diagnostics& out) {
    const auto node = mapping.take_scalar("name");
    if (!node) {
        if (!mapping.take("name")) report(out, mapping.node(), "a rule needs a 'name'");
        return;
    }
    rule.name = node->text();
    const bool taken = std::find(std::begin(built_in_names), std::end(built_in_names), rule.name) !=
                       std::end(built_in_names);
    if (taken) report(out, *node, quoted(rule.name) + " is the name of a decision without a rule");
    if (rule.name.empty()) report(out, *node, "a rule needs a 'name'");
}

void read_then(Mapping& mapping, ReadRule& read, Diagnostics& out) {
    static const std::vector<std::string> actions{"allow", "deny", "pay"};
    if (const auto then = mapping.take_choice("then", actions)) {
        read.rule.then = *action_named(actions[*then]);
    } else if (!mapping.take("then")) {
        report(out, mapping.node(), "a rule needs a 'then'", "one of: allow, deny, pay");
    }
    const auto price = mapping.take("price");
    read.rule.price = mapping.take_money("price");
    if (price && read.rule.then != Action::pay) {
        report(out, *price, "a price counts only with 'then: pay'", {}, Severity::warning);
    }
    if (!price && read.rule.then == Action::pay) read.unpriced = mapping.take("then");
}

ReadRule read_rule(const Node& node, const Context& context) {
    ReadRule read;
    read.rule.where = node.where();
    Mapping mapping(node, context.out);
    if (!mapping.ok()) return read;
    read_name(mapping, read.rule, context.out);
    if (const auto when = mapping.take("when")) read.rule.when = read_when(*when, context);
    read_then(mapping, read, context.out);
    mapping.finish();
    read.rule.reason = describe(read.rule);
    return read;
}

std::vector<std::string> texts(const auto& patterns) {
    std::vector<std::string> result;
    for (const auto& pattern : patterns) result.push_back(pattern.text());
    return result;
}

std::vector<std::string> named_crawlers(const When& when) {
    std::vector<std::string> names = texts(when.crawler_tokens);
    for (const Crawler* crawler : when.crawlers) names.push_back(crawler->name);
    return names;
}

/// Whether whatever matches `narrow` matches `wide` too, as far as that can be seen by comparing
/// lists. An empty list matches everything.
template <class Item>
bool covers(const std::vector<Item>& wide, const std::vector<Item>& narrow) {
    if (wide.empty()) return true;
    return !narrow.empty() && std::all_of(narrow.begin(), narrow.end(), [&](const Item& item) {
        return std::find(wide.begin(), wide.end(), item) != wide.end();
    });
}

bool covers(const When& wide, const When& narrow) {
    return covers(named_crawlers(wide), named_crawlers(narrow)) &&
           covers(wide.operators, narrow.operators) && covers(wide.categories, narrow.categories) &&
           covers(texts(wide.user_agents), texts(narrow.user_agents)) &&
           covers(texts(wide.paths), texts(narrow.paths));
}

}  // namespace

std::vector<ReadRule> read_rules(Mapping& mapping, const Context& context) {
    std::vector<ReadRule> rules;
    for (const Node& node : mapping.take_list("rules")) {
        ReadRule read = read_rule(node, context);
        for (const auto& [earlier, unpriced] : rules) {
            if (!read.rule.name.empty() && earlier.name == read.rule.name) {
                report(context.out, node, "another rule is called " + quoted(earlier.name),
                       "in line " + std::to_string(earlier.where.line));
            } else if (!context.out.has_errors() && covers(earlier.when, read.rule.when)) {
                report(context.out, node,
                       "this rule is never reached: " + quoted(earlier.name) +
                           " before it matches all that it matches",
                       {}, Severity::warning);
                break;
            }
        }
        rules.push_back(std::move(read));
    }
    return rules;
}

void change_open_paths(const Node& node, std::vector<PathPattern>& paths, const Context& context) {
    Mapping mapping(node, context.out);
    for (const Node& item : mapping.take_scalars("remove")) {
        const auto same = [&](const PathPattern& path) { return path.text() == item.text(); };
        if (std::erase_if(paths, same) == 0) {
            report(context.out, item, quoted(item.text()) + " is not an open path",
                   config::did_you_mean(item.text(), texts(paths)), Severity::warning);
        }
    }
    for (const Node& item : mapping.take_scalars("add")) {
        check_path(item, context.out);
        paths.emplace_back(item.text());
    }
    mapping.finish();
}

}  // namespace turnpike::policy
