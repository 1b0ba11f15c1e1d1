// Sums over verdicts.
#include "replay/summary.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/printable.hpp"
#include "policy/policy.hpp"
#include "replay/share.hpp"

namespace turnpike::replay {
namespace {

void add(Fates& fates, Action got, const Count& count) {
    fates.by_action[static_cast<std::size_t>(got)] += count;
}

bool is_named(const Who& who) {
    return who.crawler != nullptr || !may_be_people(who.category);
}

/// The rules' own order does not matter here: verdicts come with the most frequent first, and a
/// stable sort keeps their order.
template <class List, class Size>
void sort_down(List& list, Size size) {
    std::stable_sort(list.begin(), list.end(),
                     [&](const auto& a, const auto& b) { return size(a) > size(b); });
}

}  // namespace

Count Fates::total() const {
    Count sum;
    for (const Count& count : by_action) sum += count;
    return sum;
}

Count Fates::refused() const {
    Count sum = total();
    sum.requests -= of(Action::allow).requests;
    sum.bytes -= of(Action::allow).bytes;
    return sum;
}

Summary::Summary(const Findings& findings) {
    std::map<std::tuple<const Site*, const Where*, std::string_view, Action>, std::size_t> by_rule;
    std::map<std::pair<const Crawler*, Category>, std::size_t> by_who;
    std::map<Category, std::size_t> by_category;
    for (const auto& [verdict, count] : findings.verdicts) {
        add(all, verdict.got, count);
        if (may_be_people(verdict.who.category)) add(people, verdict.got, count);

        const auto [rule, new_rule] = by_rule.try_emplace(
            {verdict.site, verdict.where, verdict.rule, verdict.got}, rules.size());
        if (new_rule) rules.push_back({verdict, {}, {}});
        rules[rule->second].count += count;
        rules[rule->second].who.emplace_back(verdict.who.name(), count.requests);

        const auto [category, new_category] =
            by_category.try_emplace(verdict.who.category, categories.size());
        if (new_category) categories.emplace_back(verdict.who.category, Fates());
        add(categories[category->second].second, verdict.got, count);

        if (!is_named(verdict.who)) continue;
        const auto [who, new_who] =
            by_who.try_emplace({verdict.who.crawler, verdict.who.category}, crawlers.size());
        if (new_who) crawlers.push_back({verdict.who, {}, {}});
        add(crawlers[who->second].fates, verdict.got, count);
        crawlers[who->second].verdicts.push_back(verdict);
    }
    sort_down(rules, [](const ByRule& each) { return each.count.requests; });
    sort_down(crawlers, [](const ByWho& each) { return each.fates.total().requests; });
    sort_down(categories, [](const auto& each) { return each.second.total().requests; });
}

std::vector<RefusedGroup> group(const std::vector<Refused>& refused) {
    std::vector<RefusedGroup> groups;
    for (const Refused& each : refused) {
        // One rule refuses many feed readers: what lets one in lets in all.
        Verdict key = each.verdict;
        if (may_be_people(key.who.category)) key.who.crawler = nullptr;
        auto same = std::find_if(groups.begin(), groups.end(),
                                 [&](const RefusedGroup& one) { return one.verdict == key; });
        if (same == groups.end()) {
            same = groups.insert(groups.end(), {.verdict = key, .count = {}, .agents = {}});
        }
        same->count += each.count;
        same->agents.push_back(&each);
    }
    for (RefusedGroup& one : groups) {
        const Who& first = one.agents.front()->verdict.who;
        const bool alone =
            std::all_of(one.agents.begin(), one.agents.end(),
                        [&](const Refused* each) { return each->verdict.who == first; });
        if (alone) one.verdict.who = first;
    }
    sort_down(groups, [](const RefusedGroup& one) { return one.count.requests; });
    return groups;
}

Advice advice_for(const RefusedGroup& group) {
    const Verdict& verdict = group.verdict;
    const Who& who = verdict.who;
    Advice advice;
    if (verdict.rule == "forged") {
        advice.sentence =
            "Their user agent is one that never crawls, so they are not who they say.";
        return advice;
    }
    const bool too_fast = verdict.got == Action::throttle;
    advice.sentence = (too_fast ? "They came faster than the rate at " + place(verdict) +
                                      " allows. Raise it, or let them in: put this"
                                : std::string("To let them in, put this")) +
                      " under 'rules:' of the site '" + verdict.site->name + "'" +
                      (verdict.where == nullptr ? ":" : ", ahead of " + place(verdict) + ":");
    const std::string& network = group.agents.front()->example.network;
    advice.or_else = "Or for a day, on the running instance:";
    if (who.crawler != nullptr) {
        const std::string& name = who.crawler->name;
        advice.rule = policy::let_in_rule("crawler", name);
        const bool quotable = name.find('\'') == std::string::npos;
        if (quotable) advice.command = "turnpike allow --crawler '" + name + "' --for 24h";
    } else {
        advice.rule = policy::let_in_rule("category", name_of(who.category));
        advice.or_else = "Or one network of theirs for a day, on the running instance:";
        if (!network.empty()) advice.command = "turnpike allow --ip " + network + " --for 24h";
    }
    return advice;
}

std::string rules_for(const std::vector<RefusedGroup>& groups) {
    std::string rules;
    for (const RefusedGroup& group : groups) {
        const std::string rule = advice_for(group).rule;
        if (rules.find(rule) == std::string::npos) rules += rule;
    }
    return rules;
}

std::vector<std::string> warnings(const Findings& findings) {
    std::vector<std::string> list;
    const std::uint64_t requests = findings.total.requests;
    if (findings.broken != 0) {
        list.push_back("Lines that could not be read, and are left out: " +
                       number(findings.broken) + " of " + number(findings.lines) + ".");
    }
    for (const LogFile& log : findings.logs) {
        if (log.lines == 0 || log.format != logs::Format::common) continue;
        list.push_back(
            "'" + log.name +
            "' holds no user agents (common format): no crawler in it can be told from a "
            "person. Log in combined format.");
    }
    if (requests >= 1000 && findings.main_requests * 2 >= requests) {
        list.push_back(
            percent(findings.main_requests, requests) + " of the requests come from " +
            findings.main_address +
            ". If that is a proxy of yours, log whom it asks for "
            "(nginx: set_real_ip_from; Apache: mod_remoteip), or log X-Forwarded-For and "
            "name it under trusted_proxies.");
    } else if (requests != 0 && findings.shared * 2 >= requests) {
        list.push_back(
            percent(findings.shared, requests) +
            " of the requests come from private or shared addresses, which may stand for "
            "many: nothing is counted against them.");
    }
    if (findings.unjudged != 0) {
        list.push_back(
            "Requests that would be answered with 421 or 400 before any rule is asked: " +
            number(findings.unjudged) +
            (findings.unjudged_host.empty() ? std::string(".")
                                            : ": no site has their host, most often '" +
                                                  printable(findings.unjudged_host) + "'."));
    }
    for (const std::string& what : findings.left_out) {
        list.push_back("More than is kept: " + what + ". All other numbers are whole.");
    }
    return list;
}

std::vector<std::string> limits(const Findings& findings) {
    std::vector<std::string> list = {
        "Who somebody is, is taken from the user agent alone: a log proves nobody's identity, and "
        "whoever sends a browser's user agent counts as a browser.",
        "How clients behave and whether they mind robots.txt is not judged here: rules that ask "
        "for it, the presets' among them, match nobody in this report.",
        "Rules that ask for other headers, cookies, accounts or signatures see none, since logs "
        "hold none.",
        "Pages that were refused would not have led to the next ones: real crawlers may ask for "
        "less, or try again."};
    if (!findings.referrals.empty()) {
        list.push_back(
            "Many apps send no Referer, so that visits from AI answers are the least "
            "there can have been.");
    }
    return list;
}

std::string place(const Verdict& verdict) {
    if (verdict.where == nullptr) return "built in";
    return verdict.where->file + ":" + std::to_string(verdict.where->line);
}

std::string place(const Findings& findings, const Place& where) {
    return findings.logs[where.log].name + ":" + std::to_string(where.line);
}

}  // namespace turnpike::replay
