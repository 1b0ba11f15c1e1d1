// One function for each key of `when`. What a condition does not ask about is not looked at.
#include "policy/evaluate.hpp"

#include <algorithm>

#include "policy/letters.hpp"

namespace turnpike::policy {
namespace {

template <class List, class Matches>
bool any_of(const List& list, Matches matches) {
    return std::any_of(list.begin(), list.end(), matches);
}

template <class List, class Matches>
bool all_of(const List& list, Matches matches) {
    return std::all_of(list.begin(), list.end(), matches);
}

bool is_sent(const std::vector<TokenPattern>& tokens, const Case& judged) {
    return any_of(tokens, [&](const TokenPattern& token) {
        return any_of(judged.question.user_agents,
                      [&](std::string_view line) { return token.matches(line); });
    });
}

bool matches(const when::Crawlers& wanted, const Case& judged) {
    return any_of(wanted.known,
                  [&](const Crawler* known) { return known == judged.claim.crawler; }) ||
           is_sent(wanted.tokens, judged);
}

bool matches(const when::Operators& wanted, const Case& judged) {
    const Crawler* crawler = judged.claim.crawler;
    return crawler != nullptr && any_of(wanted.names, [&](const std::string& name) {
               return name == crawler->operator_name;
           });
}

/// By the main category only, unless the rule says otherwise: no rule on AI shall take a site out
/// of a search engine unasked.
bool matches(const when::Categories& wanted, const Case& judged) {
    if (wanted.set.has(judged.claim.category)) return true;
    return wanted.also && judged.claim.crawler != nullptr &&
           any_of(judged.claim.crawler->also,
                  [&](Category category) { return wanted.set.has(category); });
}

bool matches(const when::UserAgents& wanted, const Case& judged) {
    return is_sent(wanted.tokens, judged);
}

/// Without regard to case, since some origins read `post` as POST.
bool matches(const when::Methods& wanted, const Case& judged) {
    return any_of(wanted.names, [&](const std::string& name) {
        return same_letters(name, judged.question.head->method_name);
    });
}

bool matches(const when::Hosts& wanted, const Case& judged) {
    return any_of(wanted.names, [&](const HostPattern& name) {
        return name.matches(judged.question.head->authority);
    });
}

bool matches(const when::Addresses& wanted, const Case& judged) {
    return wanted.networks.contains(judged.question.client);
}

bool matches(const when::Paths& wanted, const Case& judged) {
    return wanted.patterns.matches(judged.path);
}

bool has_value(const NamedValue& wanted, std::string_view value) {
    return wanted.values.empty() || any_of(wanted.values, [&](const ValuePattern& pattern) {
               return pattern.matches(value);
           });
}

/// Takes the piece up to `separator` off the front of `list`.
std::string_view take_piece(std::string_view& list, char separator) {
    const std::size_t end = std::min(list.find(separator), list.size());
    const std::string_view piece = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    return piece;
}

std::string_view trim(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

/// RFC 6265 §5.4: `a=b; c=d`, in as many Cookie lines as a client likes. A pair without `=` has no
/// name.
bool line_has_cookie(std::string_view line, const NamedValue& wanted) {
    while (!line.empty()) {
        const std::string_view pair = take_piece(line, ';');
        const std::size_t equals = pair.find('=');
        if (equals == pair.npos || !wanted.name.matches(trim(pair.substr(0, equals)))) continue;
        if (has_value(wanted, trim(pair.substr(equals + 1)))) return true;
    }
    return false;
}

bool is_parameter(const NamedValue& wanted, std::string_view piece) {
    const std::size_t equals = std::min(piece.find('='), piece.size());
    const std::string_view value = piece.substr(std::min(equals + 1, piece.size()));
    if (!wanted.name.matches_query(piece.substr(0, equals))) return false;
    return wanted.values.empty() || any_of(wanted.values, [&](const ValuePattern& pattern) {
               return pattern.matches_query(value);
           });
}

bool matches(const when::Headers& wanted, const Case& judged) {
    return all_of(wanted.fields, [&](const NamedValue& field) { return has_field(judged, field); });
}

bool matches(const when::Cookies& wanted, const Case& judged) {
    const auto is_there = [&](const NamedValue& cookie) { return has_cookie(judged, cookie); };
    return wanted.all ? all_of(wanted.cookies, is_there) : any_of(wanted.cookies, is_there);
}

bool matches(const when::Query& wanted, const Case& judged) {
    if (wanted.parameters.empty()) return !judged.question.head->query.empty();
    return all_of(wanted.parameters,
                  [&](const NamedValue& parameter) { return has_parameter(judged, parameter); });
}

bool matches(const when::Robots& wanted, const Case& judged) {
    const RobotsStanding& robots = judged.question.robots;
    return (wanted.disallowed && robots.disallowed) || (wanted.violator && robots.violator);
}

bool matches(const when::Behaviours& wanted, const Case& judged) {
    const Behaviour& behaviour = judged.question.behaviour;
    const bool is_level =
        wanted.least != Behaviour::Level::normal && behaviour.level >= wanted.least;
    return is_level || (behaviour.signals & wanted.signals) != 0;
}

bool matches(const when::Not& negated, const Case& judged) {
    return first_miss(negated.when, judged) != nullptr;
}

}  // namespace

bool has_field(const Case& judged, const NamedValue& wanted) {
    return any_of(judged.question.head->fields, [&](const Field& field) {
        return same_letters(field.name, wanted.name.text()) && has_value(wanted, field.value);
    });
}

bool has_cookie(const Case& judged, const NamedValue& wanted) {
    const Fields& fields = judged.question.head->fields;
    return fields.has(FieldId::cookie) && any_of(fields, [&](const Field& field) {
               return field.id == FieldId::cookie && line_has_cookie(field.value, wanted);
           });
}

/// Some servers part parameters at `;` as well as at `&`: either reading counts.
bool has_parameter(const Case& judged, const NamedValue& wanted) {
    std::string_view query = judged.question.head->query;
    while (!query.empty()) {
        std::string_view piece = take_piece(query, '&');
        if (is_parameter(wanted, piece)) return true;
        if (piece.find(';') == piece.npos) continue;
        while (!piece.empty()) {
            if (is_parameter(wanted, take_piece(piece, ';'))) return true;
        }
    }
    return false;
}

bool matches(const Condition& condition, const Case& judged) {
    // What nearly every rule asks first is worth a shorter way.
    if (const auto* categories = std::get_if<when::Categories>(&condition.key)) {
        return matches(*categories, judged);
    }
    return std::visit([&](const auto& key) { return matches(key, judged); }, condition.key);
}

const Condition* first_miss(const When& when, const Case& judged) {
    for (const Condition& condition : when.conditions) {
        if (!matches(condition, judged)) return &condition;
    }
    return nullptr;
}

}  // namespace turnpike::policy
