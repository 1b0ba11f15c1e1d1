// Why a rule matched or did not. What is compared with what is said here; whether it matches is
// asked of the judge's own functions.
#include <algorithm>

#include "policy/letters.hpp"
#include "policy/sentences.hpp"

namespace turnpike {
namespace policy {
namespace {

constexpr std::size_t longest_quote = 60;

std::string quoted(std::string_view text) {
    if (text.size() <= longest_quote) return "'" + std::string(text) + "'";
    return "'" + std::string(text.substr(0, longest_quote)) + "…'";
}

std::string either(const auto& patterns) {
    std::vector<std::string> texts;
    for (const auto& pattern : patterns) texts.push_back(pattern.text());
    return join(std::move(texts), "or");
}

/// What is so, and what the rule wants instead; one of them may be empty.
struct Facts {
    std::string fact;
    std::string wanted;
};

Facts say(const when::Categories& wanted, const Case& judged, bool) {
    Facts facts{"category is " + std::string(name_of(judged.claim.category)),
                join(names_of(wanted.set, "ai-*"), "or")};
    if (!wanted.also || judged.claim.crawler == nullptr) return facts;
    for (const Category category : judged.claim.crawler->also) {
        facts.fact += ", also " + std::string(name_of(category));
    }
    return facts;
}

const TokenPattern* find_sent(const std::vector<TokenPattern>& tokens, const Case& judged) {
    for (const TokenPattern& token : tokens) {
        for (const std::string_view line : judged.question.user_agents) {
            if (token.matches(line)) return &token;
        }
    }
    return nullptr;
}

Facts say(const when::Crawlers& wanted, const Case& judged, bool) {
    if (const TokenPattern* sent = find_sent(wanted.tokens, judged)) {
        return {"the user agent has " + sent->text(), {}};
    }
    std::vector<std::string> names;
    for (const Crawler* crawler : wanted.known) names.push_back(crawler->name);
    for (const TokenPattern& token : wanted.tokens) names.push_back(token.text());
    const Crawler* crawler = judged.claim.crawler;
    return {"crawler is " + (crawler == nullptr ? "none" : crawler->name),
            join(std::move(names), "or")};
}

Facts say(const when::Operators& wanted, const Case& judged, bool) {
    const Crawler* crawler = judged.claim.crawler;
    return {"operator is " + (crawler == nullptr ? "none" : crawler->operator_name),
            join(wanted.names, "or")};
}

Facts say(const when::UserAgents& wanted, const Case& judged, bool) {
    if (const TokenPattern* sent = find_sent(wanted.tokens, judged)) {
        return {"the user agent has " + sent->text(), {}};
    }
    return {"the user agent lacks " + either(wanted.tokens), {}};
}

Facts say(const when::Methods& wanted, const Case& judged, bool) {
    return {"method is " + std::string(judged.question.head->method_name),
            join(wanted.names, "or")};
}

Facts say(const when::Hosts& wanted, const Case& judged, bool) {
    return {"host is " + quoted(judged.question.head->authority), either(wanted.names)};
}

Facts say(const when::Addresses& wanted, const Case& judged, bool) {
    const Address& client = judged.question.client;
    return {
        client.is_unspecified() ? "the address is not known" : "address is " + client.to_string(),
        join(wanted.texts, "or")};
}

Facts say(const when::Paths& wanted, const Case& judged, bool) {
    return {"path is " + quoted(judged.path), either(wanted.patterns.all())};
}

std::string name_and_values(const NamedValue& wanted) {
    if (wanted.values.empty()) return wanted.name.text();
    return wanted.name.text() + " = " + either(wanted.values);
}

std::string names_and_values(const std::vector<NamedValue>& wanted, std::string_view last) {
    std::vector<std::string> texts;
    for (const NamedValue& each : wanted) texts.push_back(name_and_values(each));
    return join(std::move(texts), last);
}

Facts say(const when::Headers& wanted, const Case& judged, bool matched) {
    if (matched) return {"header has " + names_and_values(wanted.fields, "and"), {}};
    const auto missed =
        std::find_if(wanted.fields.begin(), wanted.fields.end(),
                     [&](const NamedValue& field) { return !has_field(judged, field); });
    for (const Field& field : judged.question.head->fields) {
        if (!same_letters(field.name, missed->name.text())) continue;
        return {"header " + missed->name.text() + " is " + quoted(field.value),
                either(missed->values)};
    }
    return {"header lacks " + name_and_values(*missed), {}};
}

Facts say(const when::Cookies& wanted, const Case&, bool matched) {
    return {(matched ? "cookie has " : "cookie lacks ") +
                names_and_values(wanted.cookies, wanted.all ? "and" : "or"),
            {}};
}

Facts say(const when::Robots& wanted, const Case& judged, bool) {
    const RobotsStanding& robots = judged.question.robots;
    const char* fact = "robots.txt does not disallow it";
    if (robots.violator) fact = "it keeps asking for what robots.txt disallows";
    if (robots.disallowed && (wanted.disallowed || !robots.violator)) {
        fact = "robots.txt disallows it";
    }
    const bool both = wanted.disallowed && wanted.violator;
    return {fact, both ? "disallowed or violator" : wanted.violator ? "violator" : "disallowed"};
}

Facts say(const when::Query& wanted, const Case& judged, bool) {
    const std::string_view query = judged.question.head->query;
    return {query.empty() ? "there is no query" : "query is " + quoted(query),
            wanted.parameters.empty() ? "" : names_and_values(wanted.parameters, "and")};
}

Facts say(const when::Behaviours& wanted, const Case& judged, bool) {
    const Behaviour& behaviour = judged.question.behaviour;
    return {"behaviour is " + std::string(name_of(behaviour.level)) +
                (behaviour.signals == 0 ? "" : ", with signals"),
            join(wanted.texts, "or")};
}

Facts say(const when::Not& wanted, const Case& judged, bool) {
    return {"not: " + say_why(wanted.when, judged), {}};
}

std::string say(const Condition& condition, const Case& judged, bool matched) {
    const auto [fact, wanted] =
        std::visit([&](const auto& key) { return say(key, judged, matched); }, condition.key);
    return matched || wanted.empty() ? fact : fact + ", wanted " + wanted;
}

}  // namespace

std::string say_why(const When& when, const Case& judged) {
    if (const Condition* missed = first_miss(when, judged)) return say(*missed, judged, false);
    std::string text;
    for (const Condition& condition : when.conditions) {
        text += (text.empty() ? "" : "; ") + say(condition, judged, true);
    }
    return text.empty() ? "every request" : text;
}

}  // namespace policy

std::vector<RuleTrace> trace(const Site& site, const Question& question, const Decision& decision) {
    const policy::Case judged{question, question.identity->claims[decision.claim],
                              question.readings[decision.reading]};
    std::vector<RuleTrace> traces;
    for (const Rule& rule : site.rules) {
        traces.push_back({.rule = &rule,
                          .matched = policy::first_miss(rule.when, judged) == nullptr,
                          .why = policy::say_why(rule.when, judged)});
    }
    return traces;
}

}  // namespace turnpike
