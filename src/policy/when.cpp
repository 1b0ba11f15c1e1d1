// The keys of `when` as YAML says them, made ready to match.
#include "policy/when.hpp"

#include <algorithm>
#include <array>

#include "core/path.hpp"
#include "policy/letters.hpp"

namespace turnpike::policy {
namespace {

using config::Fields;
using config::Mapping;
using config::Node;

constexpr std::string_view token_signs = "!#$%&'*+-.^_`|~";  // RFC 9110 §5.6.2

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

void read_categories(Mapping& when, When& into, const Context& context) {
    when::Categories categories;
    const std::vector<Node> items = when.take_scalars("category");
    for (const Node& item : items) {
        if (item.text() == "ai-*") {
            for (std::size_t i = 0; is_ai(static_cast<Category>(i)); ++i) {
                categories.set.add(static_cast<Category>(i));
            }
        } else if (const auto category = category_named(item.text())) {
            categories.set.add(*category);
        } else {
            report(context.out, item, "unknown category " + quoted(item.text()),
                   config::suggestion(*when.fields().find("category"), item.text()));
        }
    }
    const auto also = when.take("also");
    categories.also = when.take_bool("also").value_or(false);
    if (also && items.empty()) report_lonely_also(*also, context.out);
    if (!items.empty()) into.add(categories);
}

/// A name that the catalogue lacks still does what its author meant: it matches as a token.
void read_crawlers(Mapping& when, When& into, const Context& context) {
    when::Crawlers crawlers;
    const std::vector<Node> items = when.take_scalars("crawler");
    for (const Node& item : items) {
        if (const Crawler* crawler = context.vocabulary.find_crawler(item.text())) {
            crawlers.known.push_back(crawler);
            continue;
        }
        report(context.out, item,
               "no crawler of the catalogue is called " + quoted(item.text()) +
                   "; it matches as a user-agent token",
               config::did_you_mean(item.text(), context.vocabulary.crawlers), Severity::warning);
        crawlers.tokens.emplace_back(item.text());
    }
    if (!items.empty()) into.add(std::move(crawlers));
}

void read_operators(Mapping& when, When& into, const Context& context) {
    when::Operators operators;
    const auto& known = context.vocabulary.operators;
    for (const Node& item : when.take_scalars("operator")) {
        if (std::find(known.begin(), known.end(), item.text()) == known.end()) {
            report(context.out, item,
                   "no operator of the catalogue is called " + quoted(item.text()) +
                       "; this matches nobody",
                   config::did_you_mean(item.text(), known), Severity::warning);
        }
        operators.names.push_back(item.text());
    }
    if (!operators.names.empty()) into.add(std::move(operators));
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
               token_signs.find(c) != token_signs.npos;
    });
}

void read_methods(Mapping& when, When& into, Diagnostics& out) {
    // Those of RFC 9110, 5789 and 4918, for suggestions: others are methods too.
    static const std::vector<std::string> known{
        "GET",      "HEAD",      "POST",  "PUT",  "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH",
        "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE",   "REPORT",  "LOCK",  "UNLOCK"};
    when::Methods methods;
    for (const Node& item : when.take_scalars("method")) {
        std::string name = item.text();
        std::transform(name.begin(), name.end(), name.begin(), upper);
        const std::string near = config::did_you_mean(name, known);
        if (!name.empty() && !is_token(name)) {
            report(out, item, quoted(item.text()) + " is not a method",
                   "write GET, or [GET, POST]");
        } else if (std::find(known.begin(), known.end(), name) == known.end() && !near.empty()) {
            report(out, item, "hardly anybody sends the method " + quoted(name), near,
                   Severity::warning);
        }
        methods.names.push_back(std::move(name));
    }
    if (!methods.names.empty()) into.add(std::move(methods));
}

void read_hosts(Mapping& when, When& into, Diagnostics& out) {
    when::Hosts hosts;
    for (const Node& item : when.take_scalars("host")) {
        std::string hint;
        auto host = parse_host(item.text(), hint);
        if (!host && !item.text().empty()) {
            report(out, item, quoted(item.text()) + " is not a host name", hint);
        }
        hosts.names.emplace_back(host.value_or(""));
    }
    if (!hosts.names.empty()) into.add(std::move(hosts));
}

void read_addresses(Mapping& when, When& into, Diagnostics& out) {
    when::Addresses addresses;
    std::vector<Prefix> prefixes;
    for (const Node& item : when.take_scalars("address")) {
        addresses.texts.push_back(item.text());
        if (!item.text().empty()) config::read_prefixes(item, prefixes, out);
    }
    addresses.networks = PrefixList(std::move(prefixes));
    if (!addresses.texts.empty()) into.add(std::move(addresses));
}

void read_paths(Mapping& when, When& into, Diagnostics& out) {
    when::Paths paths;
    for (const Node& item : when.take_scalars("path")) {
        check_path(item, out);
        paths.patterns.add(item.text());
    }
    if (!paths.patterns.all().empty()) into.add(std::move(paths));
}

void read_user_agents(Mapping& when, When& into) {
    when::UserAgents agents;
    for (const Node& item : when.take_scalars("user_agent")) {
        agents.tokens.emplace_back(item.text());
    }
    if (!agents.tokens.empty()) into.add(std::move(agents));
}

/// `{ name: value }` with names that the file is free to choose. A value is a pattern or a list of
/// such.
std::vector<NamedValue> read_named_values(const Node& node, const Fields& fields,
                                          Diagnostics& out) {
    std::vector<NamedValue> named;
    Mapping mapping(node, fields, out);
    for (const Node& key : node.keys()) {
        const std::string& name = key.text();
        NamedValue entry{.name = ValuePattern(name), .values = {}};
        if (name.empty()) report(out, key, "a name is empty");
        bool anything = false;
        for (const Node& value : mapping.take_scalars(name)) {
            anything |= value.text() == "*" || fields.any->has_word(value.text());
            entry.values.emplace_back(value.text());
        }
        if (anything) entry.values.clear();
        named.push_back(std::move(entry));
    }
    if (mapping.ok() && named.empty()) report(out, node, "nothing is asked for here");
    return named;
}

void read_headers(Mapping& when, When& into, Diagnostics& out) {
    const auto node = when.take("header");
    if (!node) return;
    if (!node->is_mapping()) {
        const std::string name = node->is_scalar() ? node->text() : "Name";
        report(out, *node, "'header' says which field and what is in it",
               "write { " + name + ": present } or { " + name + ": \"text*\" }");
        return;
    }
    std::vector<NamedValue> fields =
        read_named_values(*node, *when.fields().find("header")->fields, out);
    for (const NamedValue& field : fields) {
        const std::string& name = field.name.text();
        if (is_token(name) && name.find('*') == name.npos) continue;
        report(out, *node, quoted(name) + " is not the name of a field",
               "letters, digits and '-', as in Accept-Language");
    }
    into.add(when::Headers{.fields = std::move(fields)});
}

void read_cookies(Mapping& when, When& into, Diagnostics& out) {
    const auto node = when.take("cookie");
    if (!node) return;
    when::Cookies cookies{.cookies = {}, .all = node->is_mapping()};
    if (cookies.all) {
        cookies.cookies = read_named_values(*node, *when.fields().find("cookie")->fields, out);
    } else {
        for (const Node& item : when.take_scalars("cookie")) {
            const std::size_t end = item.text().find_first_of("=; ,");
            if (end != std::string::npos) {
                const std::string name = item.text().substr(0, end);
                report(out, item, quoted(item.text()) + " is not the name of a cookie",
                       "write " + name + ", or { " + name + ": \"value*\" }");
            }
            cookies.cookies.push_back({.name = ValuePattern(item.text()), .values = {}});
        }
    }
    into.add(std::move(cookies));
}

void read_query(Mapping& when, When& into, Diagnostics& out) {
    const auto node = when.take("query");
    if (!node) return;
    when::Query query;
    if (node->is_mapping()) {
        query.parameters = read_named_values(*node, *when.fields().find("query")->fields, out);
    } else if (!node->is_scalar() || node->text() != "*") {
        const std::string name = node->is_scalar() ? node->text() : "name";
        report(out, *node, "'query' says which parameter and what is in it",
               "write { " + name.substr(0, name.find('=')) + ": \"*\" }, or \"*\" for any query");
    }
    into.add(std::move(query));
}

void read_robots(Mapping& when, When& into, Diagnostics& out) {
    when::Robots robots;
    for (const Node& item : when.take_scalars("robots")) {
        robots.disallowed |= item.text() == "disallowed";
        robots.violator |= item.text() == "violator";
        if (item.text() == "disallowed" || item.text() == "violator") continue;
        report(out, item, "robots.txt makes nobody " + quoted(item.text()),
               config::suggestion(*when.fields().find("robots"), item.text()));
    }
    if (robots.disallowed || robots.violator) into.add(robots);
}

void read_behaviours(Mapping& when, When& into, const Context& context) {
    using Level = Behaviour::Level;
    when::Behaviours behaviours;
    const std::vector<std::string>& signals = context.vocabulary.signals;
    const auto ask_for = [&](Level level) {
        const bool is_lower = behaviours.least == Level::normal || level < behaviours.least;
        if (is_lower) behaviours.least = level;
    };
    for (const Node& item : when.take_scalars("behaviour")) {
        behaviours.texts.push_back(item.text());
        const auto signal = std::find(signals.begin(), signals.end(), item.text());
        if (item.text() == name_of(Level::likely)) {
            ask_for(Level::likely);
        } else if (item.text() == name_of(Level::certain)) {
            ask_for(Level::certain);
        } else if (signal != signals.end()) {
            behaviours.signals |= std::uint64_t{1} << (signal - signals.begin());
        } else {
            std::vector<std::string> known{"likely", "certain"};
            known.insert(known.end(), signals.begin(), signals.end());
            const std::string near = config::did_you_mean(item.text(), known);
            report(context.out, item, "nobody behaves " + quoted(item.text()),
                   near.empty() ? "write likely, certain, or the name of a signal" : near);
        }
    }
    if (!behaviours.texts.empty()) into.add(std::move(behaviours));
}

void read_not(Mapping& when, When& into, const Context& context) {
    const auto node = when.take("not");
    if (!node) return;
    when::Not negated{.when = read_when(*node, context)};
    if (node->is_mapping() && negated.when.conditions.empty() && !context.out.has_errors()) {
        report(context.out, *node, "'not' is empty, so the rule matches nothing");
    }
    into.add(std::move(negated));
}

}  // namespace

void report_lonely_also(const Node& node, Diagnostics& out) {
    report(out, node, "'also' says how to read 'category', and there is none",
           "it lets a crawler match by whatever else it serves");
}

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
    Mapping when(node, when_fields, context.out);
    When result;
    // In the order in which they are compared: what is cheap and misses often comes first.
    read_categories(when, result, context);
    read_crawlers(when, result, context);
    read_operators(when, result, context);
    read_methods(when, result, context.out);
    read_hosts(when, result, context.out);
    read_addresses(when, result, context.out);
    read_paths(when, result, context.out);
    read_user_agents(when, result);
    read_headers(when, result, context.out);
    read_cookies(when, result, context.out);
    read_query(when, result, context.out);
    read_robots(when, result, context.out);
    read_behaviours(when, result, context);
    read_not(when, result, context);
    when.finish();
    return result;
}

}  // namespace turnpike::policy
