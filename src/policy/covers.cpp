// Which `when` matches all that another does: how a rule is known never to be reached.
#include <algorithm>

#include "policy/when.hpp"

namespace turnpike::policy {
namespace {

/// Whether each of `narrow` is in `wide`.
template <class Item, class Same>
bool has_all(const std::vector<Item>& wide, const std::vector<Item>& narrow, Same same) {
    return std::all_of(narrow.begin(), narrow.end(), [&](const Item& item) {
        return std::any_of(wide.begin(), wide.end(),
                           [&](const Item& other) { return same(other, item); });
    });
}

template <class Pattern>
bool has_texts(const std::vector<Pattern>& wide, const std::vector<Pattern>& narrow) {
    return has_all(wide, narrow,
                   [](const Pattern& a, const Pattern& b) { return a.text() == b.text(); });
}

bool has_names(const std::vector<std::string>& wide, const std::vector<std::string>& narrow) {
    return has_all(wide, narrow, std::equal_to<>());
}

/// Whether what satisfies `narrow` satisfies `wide`.
bool asks_less(const NamedValue& wide, const NamedValue& narrow) {
    if (wide.name.text() != narrow.name.text()) return false;
    return wide.values.empty() || (!narrow.values.empty() && has_texts(wide.values, narrow.values));
}

bool asks_less(const std::vector<NamedValue>& wide, const std::vector<NamedValue>& narrow) {
    return has_all(narrow, wide,
                   [](const NamedValue& b, const NamedValue& a) { return asks_less(a, b); });
}

bool covers(const when::Categories& wide, const when::Categories& narrow) {
    return wide.set.has_all(narrow.set) && (wide.also || !narrow.also);
}
bool covers(const when::Crawlers& wide, const when::Crawlers& narrow) {
    return has_all(wide.known, narrow.known, std::equal_to<>()) &&
           has_texts(wide.tokens, narrow.tokens);
}
/// All of them are known, and each is of those that are wanted.
template <class IsWanted>
bool covers_known(const when::Crawlers& narrow, IsWanted is_wanted) {
    return narrow.tokens.empty() &&
           std::all_of(narrow.known.begin(), narrow.known.end(), is_wanted);
}
bool covers(const when::Categories& wide, const when::Crawlers& narrow) {
    return covers_known(narrow, [&](const Crawler* crawler) {
        return wide.set.has(crawler->category) ||
               (wide.also &&
                std::any_of(crawler->also.begin(), crawler->also.end(),
                            [&](Category category) { return wide.set.has(category); }));
    });
}
bool covers(const when::Operators& wide, const when::Crawlers& narrow) {
    return covers_known(narrow, [&](const Crawler* crawler) {
        return has_names(wide.names, {crawler->operator_name});
    });
}
bool covers(const when::Operators& wide, const when::Operators& narrow) {
    return has_names(wide.names, narrow.names);
}
bool covers(const when::Methods& wide, const when::Methods& narrow) {
    return has_names(wide.names, narrow.names);
}
bool covers(const when::Hosts& wide, const when::Hosts& narrow) {
    // `*.a.example` is to `*.example` as a name of it would be.
    return has_all(wide.names, narrow.names, [](const HostPattern& a, const HostPattern& b) {
        return a.text() == b.text() || a.matches(b.text());
    });
}
bool covers(const when::Addresses& wide, const when::Addresses& narrow) {
    return has_names(wide.texts, narrow.texts);
}
/// The same, or all that lies under the folder where the narrow one begins.
bool covers(const PathPattern& wide, const PathPattern& narrow) {
    const std::string_view text = wide.text();
    if (text == narrow.text()) return true;
    const std::string_view folder = text.substr(0, text.find('*'));
    return text.ends_with("**") && folder.size() + 2 == text.size() &&
           narrow.text().starts_with(folder);
}
bool covers(const when::Paths& wide, const when::Paths& narrow) {
    return has_all(wide.patterns.all(), narrow.patterns.all(),
                   [](const PathPattern& a, const PathPattern& b) { return covers(a, b); });
}
bool covers(const when::UserAgents& wide, const when::UserAgents& narrow) {
    return has_texts(wide.tokens, narrow.tokens);
}
bool covers(const when::Headers& wide, const when::Headers& narrow) {
    return asks_less(wide.fields, narrow.fields);
}
bool covers(const when::Query& wide, const when::Query& narrow) {
    return asks_less(wide.parameters, narrow.parameters);
}
bool covers(const when::Cookies& wide, const when::Cookies& narrow) {
    if (wide.all && narrow.all) return asks_less(wide.cookies, narrow.cookies);
    const auto less = [](const NamedValue& a, const NamedValue& b) { return asks_less(a, b); };
    return !wide.all && !narrow.all && has_all(wide.cookies, narrow.cookies, less);
}
bool covers(const when::Robots& wide, const when::Robots& narrow) {
    return (wide.disallowed || !narrow.disallowed) && (wide.violator || !narrow.violator);
}
bool covers(const when::Behaviours& wide, const when::Behaviours& narrow) {
    constexpr auto none = Behaviour::Level::normal;
    const bool levels = narrow.least == none || (wide.least != none && wide.least <= narrow.least);
    return levels && (narrow.signals & ~wide.signals) == 0;
}
bool covers(const when::Not& wide, const when::Not& narrow) {
    return policy::covers(narrow.when, wide.when);
}
template <class Wide, class Narrow>
bool covers(const Wide&, const Narrow&) {
    return false;  // keys that have nothing to do with each other
}

bool covers(const Condition& wide, const Condition& narrow) {
    return std::visit([](const auto& a, const auto& b) { return covers(a, b); }, wide.key,
                      narrow.key);
}

}  // namespace

bool covers(const When& wide, const When& narrow) {
    return std::all_of(wide.conditions.begin(), wide.conditions.end(), [&](const Condition& a) {
        return std::any_of(narrow.conditions.begin(), narrow.conditions.end(),
                           [&](const Condition& b) { return covers(a, b); });
    });
}

}  // namespace turnpike::policy
