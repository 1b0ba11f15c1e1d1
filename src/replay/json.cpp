// The report for programs: docs/replay.md promises its shape.
#include <boost/json.hpp>

#include "replay/share.hpp"
#include "replay/summary.hpp"

namespace turnpike::replay {
namespace {

namespace json = boost::json;

/// What clients send need not be UTF-8; JSON must be. A byte that is not part of it reads as
/// Latin-1, as in the access log.
json::string text(std::string_view bytes) {
    std::string room(bytes.size() * 6 + 16, '\0');
    char* const end = telemetry::write_json_text(room.data(), bytes, room.size() - 8);
    boost::system::error_code error;
    auto value = json::parse(
        "\"" + room.substr(0, static_cast<std::size_t>(end - room.data())) + "\"", error);
    return error ? json::string() : value.as_string();
}

json::value text_or_null(std::string_view bytes) {
    return bytes.empty() ? json::value(nullptr) : json::value(text(bytes));
}

json::value where(const Where* where) {
    if (where == nullptr) return nullptr;
    return text(where->file + ":" + std::to_string(where->line));
}

json::object object(const Count& count) {
    return {{"requests", count.requests}, {"bytes", count.bytes}};
}

json::object object(const Fates& fates) {
    json::object result;
    for (const Action got : {Action::allow, Action::throttle, Action::pay, Action::deny}) {
        result[name_of(got)] = object(fates.of(got));
    }
    return result;
}

/// Begins an object by who it is about.
json::object object(const Who& who) {
    json::object result;
    result["crawler"] = text_or_null(who.crawler != nullptr ? who.crawler->name : "");
    result["operator"] = text_or_null(who.crawler != nullptr ? who.crawler->operator_name : "");
    result["category"] = name_of(who.category);
    return result;
}

void add(json::object& into, const json::object& more) {
    for (const auto& each : more) into.insert(each);
}

void add_rule(json::object& into, const Verdict& verdict) {
    into["site"] = verdict.site->name;
    into["rule"] = text(verdict.rule);
    into["where"] = where(verdict.where);
    into["action"] = name_of(verdict.action);
    into["gets"] = name_of(verdict.got);
}

json::object object(const Findings& findings, const Example& example) {
    return {{"log", text(findings.logs[example.place.log].name)},
            {"line", example.place.line},
            {"method", text(example.method)},
            {"path", text(example.path)},
            {"network", text_or_null(example.network)},
            {"user_agent", text_or_null(example.user_agent)}};
}

json::array refused(const Findings& findings, const std::vector<Refused>& list) {
    json::array result;
    for (const RefusedGroup& group : group(list)) {
        json::object one = object(group.verdict.who);
        add_rule(one, group.verdict);
        add(one, object(group.count));
        json::array agents;
        for (const Refused* each : group.agents) {
            json::object agent{{"user_agent", text_or_null(each->user_agent)}};
            add(agent, object(each->count));
            agent["example"] = object(findings, each->example);
            agents.push_back(std::move(agent));
        }
        one["user_agents"] = std::move(agents);
        const Advice advice = advice_for(group);
        one["let_in"] = {{"rule", text_or_null(advice.rule)},
                         {"command", text_or_null(advice.command)}};
        result.push_back(std::move(one));
    }
    return result;
}

json::array strings(const std::vector<std::string>& list) {
    json::array result;
    for (const std::string& each : list) result.push_back(text(each));
    return result;
}

json::object totals(const Findings& findings, const Summary& summary) {
    const bool any = findings.total.requests != 0;
    json::object result = {{"lines", findings.lines},
                           {"requests", findings.total.requests},
                           {"bytes", findings.total.bytes},
                           {"first", any ? json::value(findings.first) : nullptr},
                           {"last", any ? json::value(findings.last) : nullptr},
                           {"no_requests", findings.no_requests},
                           {"unreadable", findings.broken},
                           {"of_other_sites", findings.of_other_sites},
                           {"unjudged", findings.unjudged}};
    result["gets"] = object(summary.all);
    result["people_get"] = object(summary.people);
    return result;
}

json::array logs(const Findings& findings) {
    json::array result;
    for (const LogFile& log : findings.logs) {
        result.push_back({{"name", text(log.name)},
                          {"format", log.lines == 0 ? json::value(nullptr)
                                                    : json::value(logs::name_of(log.format))},
                          {"lines", log.lines}});
    }
    return result;
}

json::array unreadable(const Findings& findings) {
    json::array result;
    for (const BrokenLine& line : findings.broken_lines) {
        result.push_back({{"log", text(findings.logs[line.place.log].name)},
                          {"line", line.place.line},
                          {"why", text(line.why)},
                          {"text", text(line.text)}});
    }
    return result;
}

json::array rules(const Summary& summary) {
    json::array result;
    for (const ByRule& each : summary.rules) {
        json::object one;
        add_rule(one, each.verdict);
        add(one, object(each.count));
        result.push_back(std::move(one));
    }
    return result;
}

json::array crawlers(const Summary& summary) {
    json::array result;
    for (const ByWho& each : summary.crawlers) {
        json::object one = object(each.who);
        add(one, object(each.fates.total()));
        one["gets"] = object(each.fates);
        result.push_back(std::move(one));
    }
    return result;
}

json::array categories(const Summary& summary) {
    json::array result;
    for (const auto& [category, fates] : summary.categories) {
        json::object one{{"category", name_of(category)}};
        add(one, object(fates.total()));
        one["gets"] = object(fates);
        result.push_back(std::move(one));
    }
    return result;
}

json::array paths(const Findings& findings) {
    json::array result;
    for (const Path& path : findings.paths) {
        json::object one = object(path.who);
        one["path"] = text(path.path);
        add(one, object(path.count));
        result.push_back(std::move(one));
    }
    return result;
}

json::array referrals(const Findings& findings) {
    json::array result;
    for (const Referral& each : findings.referrals) {
        result.push_back({{"product", text(each.product)},
                          {"operator", text(each.operator_name)},
                          {"visits", each.visits},
                          {"landing_page", text_or_null(each.landing_page)},
                          {"taken", object(each.taken)}});
    }
    return result;
}

json::array unknown_bots(const Findings& findings) {
    json::array result;
    for (const UnknownBot& bot : findings.unknown_bots) {
        json::object one{{"name", text(bot.name)}, {"category", name_of(bot.category)}};
        add(one, object(bot.count));
        one["user_agent"] = text(bot.user_agent);
        result.push_back(std::move(one));
    }
    return result;
}

json::array changes(const Findings& findings) {
    json::array result;
    for (const Change& each : findings.changes) {
        json::object one{{"then",
                          {{"mode", text_or_null(each.mode)},
                           {"action", text_or_null(each.action)},
                           {"outcome", text_or_null(each.outcome)},
                           {"rule", text_or_null(each.rule)}}},
                         {"now",
                          {{"gets", name_of(each.got)},
                           {"rule", text(each.now_rule)},
                           {"where", where(each.where)}}}};
        add(one, object(each.count));
        one["example"] = object(findings, each.example);
        result.push_back(std::move(one));
    }
    return result;
}

json::object over_time(const Findings& findings) {
    json::array moments;
    for (const Moment& each : findings.moments) {
        json::object one{{"begin", each.begin}};
        add(one, object(each.who));
        one["gets"] = name_of(each.got);
        add(one, object(each.count));
        moments.push_back(std::move(one));
    }
    return {{"step_seconds", findings.step}, {"moments", std::move(moments)}};
}

}  // namespace

std::string to_json(const Findings& findings) {
    const Summary summary(findings);
    json::object all;
    all["logs"] = logs(findings);
    all["sites"] = strings(findings.sites);
    all["warnings"] = strings(warnings(findings));
    all["people_refused"] = refused(findings, findings.people);
    all["hired_refused"] = refused(findings, findings.hired);
    all["totals"] = totals(findings, summary);
    all["rules"] = rules(summary);
    all["crawlers"] = crawlers(summary);
    all["categories"] = categories(summary);
    all["paths"] = paths(findings);
    all["referrals"] = referrals(findings);
    all["unknown_bots"] = unknown_bots(findings);
    all["changes"] = changes(findings);
    all["unreadable"] = unreadable(findings);
    all["over_time"] = over_time(findings);
    all["limits"] = strings(limits(findings));
    return json::serialize(all) + "\n";
}

}  // namespace turnpike::replay
