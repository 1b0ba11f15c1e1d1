// A judgement in words.
#include "cli/explanation.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace turnpike::cli {
namespace {

std::string to_string(const Where* where) {
    return where == nullptr ? "built in" : where->file + ":" + std::to_string(where->line);
}

std::string to_string(const Rate& rate) {
    static constexpr std::string_view whose[per_count] = {"crawler, or address", "crawler",
                                                          "address", "site"};
    std::string text = std::to_string(rate.requests) + "/";
    switch (rate.period.count()) {
        case 1:
            text += "s";
            break;
        case 60:
            text += "min";
            break;
        case 3600:
            text += "h";
            break;
        default:
            text += "d";
    }
    return text + " per " + std::string(whose[static_cast<std::size_t>(rate.per)]) + ", " +
           std::to_string(rate.burst) + " at once";
}

/// A fact about the client and where it comes from.
struct Evidence {
    std::string source;
    std::string fact;
};

Evidence evidence_of(const Claim& claim) {
    const std::string token(claim.token);
    if (claim.proof == Proof::forged)
        return {"user-agent", "names " + token + ", which never crawls"};
    if (claim.crawler != nullptr) return {"user-agent", "names " + token};
    if (!token.empty()) return {"user-agent", "calls itself " + token};
    if (claim.category == Category::browser) return {"user-agent", "is that of a browser"};
    return {"user-agent", "says nothing that is known"};
}

std::vector<Evidence> evidence_for(const Explanation& explanation) {
    const gate::Judgement& judgement = explanation.judgement;
    std::vector<Evidence> list;
    if (judgement.user_agents.empty()) list.push_back({"user-agent", "is not there"});
    for (const Claim& claim : judgement.identity.all()) {
        if (!judgement.user_agents.empty()) list.push_back(evidence_of(claim));
    }
    if (!explanation.robots.empty()) list.push_back({"robots", explanation.robots});
    const Behaviour& behaviour = judgement.behaviour;
    if (behaviour.shared) list.push_back({"shared-address", "may stand for many clients"});
    for (std::size_t i = 0; i < explanation.signals.size(); ++i) {
        if (behaviour.has(i)) list.push_back({"behaviour", "shows " + explanation.signals[i]});
    }
    return list;
}

const Claim& deciding_claim(const gate::Judgement& judgement) {
    return judgement.identity.claims[judgement.decision.claim];
}

/// What came of one rule, or of what is built in, as a row of the table.
struct Row {
    std::string rule;
    std::string where;
    std::string result;
    std::string why;
};

bool decided(const Explanation& explanation, const Rule& rule) {
    return explanation.judgement.decision.where == &rule.where;
}

std::vector<Row> rows_of(const Explanation& explanation) {
    const Decision& decision = explanation.judgement.decision;
    const auto built_in = [&](std::string_view name, std::string_view hit, std::string_view miss) {
        const bool is_it = decision.where == nullptr && decision.rule == name;
        return Row{std::string(name), "built in",
                   is_it ? "hit: " + std::string(name_of(decision.action)) : "miss",
                   std::string(is_it ? hit : miss)};
    };
    std::vector<Row> rows;
    rows.push_back(built_in("open-path", "the path is open to everyone",
                            "the path is not one of the open ones"));
    const bool overridden = decision.rule == "override";
    if (overridden) {
        rows.push_back(
            {"override", "turnpike overrides", "hit: allow", std::string(decision.reason)});
    }
    rows.push_back(built_in("forged", decision.reason, "nothing disproves who it says it is"));
    if (overridden && deciding_claim(explanation.judgement).proof == Proof::forged) {
        rows.back().result = "hit, too late";
        rows.back().why = "the name in the user agent is not its sender's";
    }
    bool over = decision.where == nullptr && decision.rule != "default";
    for (const RuleTrace& trace : explanation.rules) {
        const Rule& rule = *trace.rule;
        std::string result = "miss";
        if (trace.matched && over) {
            result = "hit, too late";
        } else if (trace.matched) {
            result = (rule.observe ? "observed: " : "hit: ") + std::string(name_of(rule.then));
        }
        over |= decided(explanation, rule);
        rows.push_back({rule.name, to_string(&rule.where), std::move(result), trace.why});
    }
    rows.push_back(built_in("default", "no rule decided", "a rule decided"));
    return rows;
}

std::size_t width_of(const std::vector<Row>& rows, std::string Row::*column) {
    std::size_t width = 0;
    for (const Row& row : rows) width = std::max(width, (row.*column).size());
    return width;
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width + 2), ' ');
    return text;
}

std::string table_of(const Explanation& explanation) {
    std::vector<Row> rows{{"RULE", "WHERE", "RESULT", "WHY"}};
    for (Row& row : rows_of(explanation)) rows.push_back(std::move(row));
    const std::size_t rule = width_of(rows, &Row::rule);
    const std::size_t where = width_of(rows, &Row::where);
    const std::size_t result = width_of(rows, &Row::result);
    std::string text;
    for (const Row& row : rows) {
        text += padded(row.rule, rule) + padded(row.where, where) + padded(row.result, result) +
                row.why + "\n";
    }
    return text;
}

std::string client_of(const gate::Judgement& judgement) {
    const Claim& claim = deciding_claim(judgement);
    std::string text;
    if (claim.crawler != nullptr) {
        text = claim.crawler->name + " of " + claim.crawler->operator_name + ", ";
    }
    return text + std::string(name_of(claim.category)) + ", proof " +
           std::string(name_of(claim.proof));
}

std::string path_of(const Explanation& explanation) {
    const gate::Judgement& judgement = explanation.judgement;
    std::string reading(judgement.readings[judgement.decision.reading]);
    if (judgement.readings.size() == 1) return reading;
    return reading + ", the strictest of " + std::to_string(judgement.readings.size()) +
           " ways to read it";
}

std::string observed_of(const Decision& decision) {
    std::string text;
    for (std::size_t i = 0; i < decision.observed_count; ++i) {
        const Rule& rule = *decision.observed[i];
        text += (i > 0 ? ", " : "") + rule.name + " (" + std::string(name_of(rule.then)) + ")";
    }
    return text;
}

}  // namespace

std::string to_text(const Explanation& explanation) {
    const gate::Judgement& judgement = explanation.judgement;
    const Decision& decision = judgement.decision;
    std::string text;
    const auto line = [&text](std::string_view key, std::string_view value) {
        if (!value.empty()) text += padded(std::string(key), 8) + std::string(value) + "\n";
    };
    line("action", name_of(decision.action));
    line("rule", std::string(decision.rule) + ", " + to_string(decision.where));
    line("reason", decision.reason);
    if (decision.price != nullptr) line("price", to_string(*decision.price));
    if (decision.rate != nullptr) line("rate", to_string(*decision.rate));
    if (judgement.mode == Mode::observe) line("mode", "observe: recorded, and let through");
    line("observed", observed_of(decision));
    line("site", judgement.site->name);
    line("path", path_of(explanation));
    line("client", client_of(judgement));
    if (judgement.behaviour.level != Behaviour::Level::normal) {
        line("behaves", name_of(judgement.behaviour.level));
    }
    for (const Evidence& evidence : evidence_for(explanation)) {
        line("", evidence.source + " " + evidence.fact);
    }
    return text + "\n" + table_of(explanation);
}

std::string to_json(const Explanation& explanation) {
    namespace json = boost::json;
    const gate::Judgement& judgement = explanation.judgement;
    const Decision& decision = judgement.decision;
    const Claim& claim = deciding_claim(judgement);
    const auto where = [](const Where* place) {
        return place == nullptr ? json::value() : json::value(to_string(place));
    };
    json::array evidence;
    for (const Evidence& each : evidence_for(explanation)) {
        evidence.push_back(json::object{{"source", each.source}, {"fact", each.fact}});
    }
    json::array rules;
    for (const RuleTrace& trace : explanation.rules) {
        rules.push_back(json::object{{"name", trace.rule->name},
                                     {"where", where(&trace.rule->where)},
                                     {"matched", trace.matched},
                                     {"why", trace.why},
                                     {"action", name_of(trace.rule->then)},
                                     {"observe", trace.rule->observe}});
    }
    json::array observed;
    for (std::size_t i = 0; i < decision.observed_count; ++i) {
        observed.push_back(json::value(decision.observed[i]->name));
    }
    const json::object object{
        {"decision",
         {{"action", name_of(decision.action)},
          {"rule", decision.rule},
          {"where", where(decision.where)},
          {"reason", decision.reason},
          {"price", decision.price ? json::value(to_string(*decision.price)) : json::value()},
          {"rate", decision.rate ? json::value(to_string(*decision.rate)) : json::value()},
          {"mode", name_of(judgement.mode)},
          {"observed", observed}}},
        {"identity",
         {{"crawler", claim.crawler ? json::value(claim.crawler->name) : json::value()},
          {"operator", claim.crawler ? json::value(claim.crawler->operator_name) : json::value()},
          {"category", name_of(claim.category)},
          {"proof", name_of(claim.proof)},
          {"evidence", evidence},
          {"behaviour", name_of(judgement.behaviour.level)}}},
        {"rules", rules},
        {"site", judgement.site->name},
        {"path", judgement.readings[decision.reading]}};
    return json::serialize(object) + "\n";
}

}  // namespace turnpike::cli
