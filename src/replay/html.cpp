// The report as one page that needs no other file: values for report.html.
#include <algorithm>

#include "core/embedded.hpp"
#include "core/printable.hpp"
#include "pages/pages.hpp"
#include "replay/plot.hpp"
#include "replay/summary.hpp"

namespace turnpike {
extern const EmbeddedFile embedded_report[];
}

namespace turnpike::replay {
namespace {

using pages::Values;

constexpr std::size_t agents_shown = 5;
constexpr std::size_t crawlers_shown = 100;
constexpr std::size_t paths_shown = 5;
constexpr std::size_t bots_shown = 25;

std::string fate(Action got) {
    const std::string_view status = status_of(got);
    return std::string(name_of(got)) + (status.empty() ? "" : " " + std::string(status));
}

Values& set_count(Values& values, const Count& count) {
    return values.set("requests", number(count.requests)).set("bytes", size(count.bytes));
}

void add_fates(Values& values, const Fates& fates) {
    std::size_t kinds = 0;
    for (const Count& count : fates.by_action) kinds += count.requests != 0 ? 1 : 0;
    for (const Action got : {Action::deny, Action::pay, Action::throttle, Action::allow}) {
        const std::uint64_t requests = fates.of(got).requests;
        if (requests == 0) continue;
        values.add("fates")
            .set("kind", std::string(name_of(got)))
            .set("fate", fate(got))
            .set("times", kinds > 1 ? number(requests) : std::string());
    }
}

void add_group(const Findings& findings, const RefusedGroup& group, Values& into) {
    const Verdict& verdict = group.verdict;
    set_count(into, group.count)
        .set("who", std::string(verdict.who.name()))
        .set("operator", verdict.who.crawler != nullptr ? verdict.who.crawler->operator_name : "")
        .set("kind", std::string(name_of(verdict.got)))
        .set("fate", fate(verdict.got))
        .set("rule", std::string(verdict.rule))
        .set("where", place(verdict));
    for (std::size_t i = 0; i < std::min(group.agents.size(), agents_shown); ++i) {
        const Refused& each = *group.agents[i];
        Values& agent = into.add("agents");
        set_count(agent, each.count)
            .set("agent", each.user_agent.empty() ? "(no user agent)" : printable(each.user_agent))
            .set("method", printable(each.example.method))
            .set("path", printable(each.example.path))
            .set("network", each.example.network)
            .set("place", printable(place(findings, each.example.place)));
    }
    if (group.agents.size() > agents_shown) {
        into.set("more", number(group.agents.size() - agents_shown));
    }
    const Advice advice = advice_for(group);
    into.set("advice", advice.sentence)
        .set("let_in", advice.rule)
        .set("or_else", advice.or_else)
        .set("command", advice.command);
}

class Page {
public:
    explicit Page(const Findings& findings) : findings_(findings), summary_(findings) {}

    std::string write() {
        add_head();
        if (findings_.total.requests != 0) {
            add_refused();
            add_totals();
            add_plots(findings_, summary_, page_);
            add_rules();
            add_crawlers();
            add_taken();
            add_changes();
        }
        for (const BrokenLine& line : findings_.broken_lines) {
            page_.add("broken")
                .set("place", printable(place(findings_, line.place)))
                .set("why", line.why)
                .set("text", printable(line.text));
        }
        const std::size_t shown = findings_.broken_lines.size();
        if (findings_.broken > shown) page_.set("more_broken", number(findings_.broken - shown));
        for (const std::string& limit : limits(findings_)) page_.add("limits").set("text", limit);
        return pages::fill(embedded_report[0].text(), page_);
    }

private:
    void add_head() {
        const std::size_t logs = findings_.logs.size();
        page_.set("logs", logs == 1 ? printable(findings_.logs[0].name) : number(logs) + " logs");
        page_.set("lines", number(findings_.lines));
        page_.set("requests", number(findings_.total.requests));
        if (findings_.total.requests != 0) {
            page_.set("first", point_in_time(findings_.first))
                .set("last", point_in_time(findings_.last))
                .set("span", span_of_time(findings_.last - findings_.first));
        }
        std::string sites;
        for (const std::string& site : findings_.sites) sites += (sites.empty() ? "" : ", ") + site;
        page_.set("sites", sites);
        for (const std::string& text : warnings(findings_)) page_.add("warnings").set("text", text);
    }

    void add_refused() {
        const std::uint64_t refused = summary_.people.refused().requests;
        page_.set("people", number(summary_.people.total().requests));
        page_.set("people_refused", refused == 0 ? "" : number(refused));
        for (const RefusedGroup& each : group(findings_.people)) {
            add_group(findings_, each, page_.add("groups"));
        }
        const std::vector<RefusedGroup> hired = group(findings_.hired);
        for (const RefusedGroup& each : hired) add_group(findings_, each, page_.add("hired"));
        page_.set("hired_rules", rules_for(hired));
    }

    void add_totals() {
        const Count total = summary_.all.total();
        for (const Action got : {Action::allow, Action::throttle, Action::pay, Action::deny}) {
            const Count& count = summary_.all.of(got);
            if (count.requests == 0 && (got == Action::throttle || got == Action::pay)) continue;
            set_count(page_.add("tiles"), count)
                .set("kind", std::string(name_of(got)))
                .set("fate", fate(got))
                .set("share", percent(count.requests, total.requests))
                .set("share_of_bytes", percent(count.bytes, total.bytes));
        }
        page_.set("bytes", size(total.bytes));
    }

    void add_rules() {
        for (const ByRule& each : summary_.rules) {
            Values& row = set_count(page_.add("rules"), each.count);
            std::string who;
            for (std::size_t i = 0; i < std::min<std::size_t>(each.who.size(), 4); ++i) {
                who += (i == 0 ? "" : ", ") + std::string(each.who[i].first);
            }
            row.set("rule", std::string(each.verdict.rule))
                .set("where", place(each.verdict))
                .set("kind", std::string(name_of(each.verdict.got)))
                .set("fate", fate(each.verdict.got))
                .set("who", who)
                .set("site", findings_.sites.size() > 1 ? each.verdict.site->name : "");
        }
        page_.set("many_sites", findings_.sites.size() > 1 ? "yes" : "");
    }

    void add_crawlers() {
        const std::size_t shown = std::min(summary_.crawlers.size(), crawlers_shown);
        for (std::size_t i = 0; i < shown; ++i) {
            const ByWho& each = summary_.crawlers[i];
            const Crawler* crawler = each.who.crawler;
            Values& row = set_count(page_.add("crawlers"), each.fates.total());
            row.set("name", crawler != nullptr ? crawler->name : "(unknown bots)")
                .set("operator", crawler != nullptr ? crawler->operator_name : "")
                .set("category", std::string(name_of(each.who.category)));
            add_fates(row, each.fates);
        }
        page_.set("any_crawlers", shown != 0 ? "yes" : "");
        if (shown < summary_.crawlers.size()) {
            page_.set("more_crawlers", number(summary_.crawlers.size() - shown));
        }
        for (const auto& [category, fates] : summary_.categories) {
            Values& row = set_count(page_.add("categories"), fates.total());
            row.set("category", std::string(name_of(category)))
                .set("share", percent(fates.total().requests, findings_.total.requests));
            add_fates(row, fates);
        }
    }

    void add_taken() {
        for (const ByWho& crawler : summary_.crawlers) {
            if (!is_ai(crawler.who.category)) continue;
            std::size_t count = 0;
            for (const Path& path : findings_.paths) {
                if (path.who != crawler.who || count++ >= paths_shown) continue;
                page_.set("any_paths", "yes");
                set_count(page_.add("paths"), path.count)
                    .set("name", count == 1 ? std::string(path.who.name()) : "")
                    .set("path", printable(path.path));
            }
        }
        for (const Referral& each : findings_.referrals) {
            page_.set("any_referrals", "yes");
            set_count(page_.add("referrals"), each.taken)
                .set("product", each.product)
                .set("operator", each.operator_name)
                .set("visits", number(each.visits))
                .set("landing", printable(each.landing_page));
        }
        for (std::size_t i = 0; i < std::min(findings_.unknown_bots.size(), bots_shown); ++i) {
            const UnknownBot& bot = findings_.unknown_bots[i];
            page_.set("any_bots", "yes");
            set_count(page_.add("bots"), bot.count)
                .set("name", printable(bot.name))
                .set("category", std::string(name_of(bot.category)))
                .set("agent", printable(bot.user_agent));
        }
    }

    void add_changes() {
        if (findings_.own_requests == 0) return;
        page_.set("own", number(findings_.own_requests));
        std::uint64_t same = 0;
        for (const Change& each : findings_.changes) {
            if (!each.is_change()) {
                same += each.count.requests;
                continue;
            }
            page_.set("any_changes", "yes");
            set_count(page_.add("changes"), each.count)
                .set("then", printable(each.action))
                .set("observed", each.mode == "observe" ? "yes" : "")
                .set("then_rule", printable(each.rule))
                .set("kind", std::string(name_of(each.got)))
                .set("fate", fate(each.got))
                .set("rule", std::string(each.now_rule))
                .set("where", each.where == nullptr
                                  ? "built in"
                                  : each.where->file + ":" + std::to_string(each.where->line));
        }
        page_.set("same", number(same));
    }

    const Findings& findings_;
    const Summary summary_;
    Values page_;
};

}  // namespace

std::string to_html(const Findings& findings) {
    return Page(findings).write();
}

}  // namespace turnpike::replay
