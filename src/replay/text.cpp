// The report for a terminal: what must be looked at first stands first.
#include <algorithm>
#include <map>

#include "core/printable.hpp"
#include "replay/share.hpp"
#include "replay/summary.hpp"

namespace turnpike::replay {
namespace {

constexpr std::size_t agents_shown = 3;
constexpr std::size_t rows_shown = 25;
constexpr std::size_t paths_shown = 3;
constexpr std::size_t longest_agent = 110;

/// Characters, so far as UTF-8 is; columns of text are lined up by it.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string cut(std::string_view text, std::size_t longest) {
    std::string whole = printable(text);
    return whole.size() <= longest ? whole : whole.substr(0, longest) + "…";
}

class Table {
public:
    /// A name that begins with `>` is that of a column of numbers.
    explicit Table(std::vector<std::string> names) {
        for (std::string& name : names) {
            right_.push_back(name.starts_with('>'));
            if (right_.back()) name.erase(0, 1);
        }
        rows_.push_back(std::move(names));
    }
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    bool empty() const { return rows_.size() == 1; }
    std::string to_string() const {
        std::vector<std::size_t> widths(right_.size());
        for (const auto& row : rows_) {
            for (std::size_t i = 0; i < row.size(); ++i) {
                widths[i] = std::max(widths[i], width(row[i]));
            }
        }
        std::string text;
        for (const auto& row : rows_) {
            std::string line = " ";
            for (std::size_t i = 0; i < row.size(); ++i) {
                const std::string gap(widths[i] - width(row[i]), ' ');
                line += " " + (right_[i] ? gap + row[i] : row[i] + gap) + " ";
            }
            line.erase(line.find_last_not_of(' ') + 1);
            text += line + "\n";
        }
        return text;
    }

private:
    std::vector<bool> right_;
    std::vector<std::vector<std::string>> rows_;
};

std::string indent(std::string_view text, std::size_t by) {
    std::string result;
    logs::for_each_line(text, [&](std::string_view line) {
        result += std::string(by, ' ') + std::string(line) + "\n";
    });
    return result;
}

std::string heading(std::string_view text) {
    return "\n" + std::string(text) + "\n";
}

/// `denied (403)`, as a line of a table says it.
std::string fate(Action got) {
    const std::string_view status = status_of(got);
    return std::string(name_of(got)) + (status.empty() ? "" : " " + std::string(status));
}

class Report {
public:
    explicit Report(const Findings& findings) : findings_(findings), summary_(findings) {}
    std::string write() {
        add_head();
        if (findings_.total.requests != 0) {
            add_refused();
            add_totals();
            add_rules();
            add_crawlers();
            add_paths();
            add_referrals();
            add_unknown();
            add_changes();
        }
        add_broken();
        if (findings_.total.requests != 0) {
            text_ += heading("WHAT A LOG CANNOT SHOW");
            for (const std::string& limit : limits(findings_)) text_ += "  - " + limit + "\n";
        }
        return std::move(text_);
    }

private:
    std::string share(const Count& count) const {
        return percent(count.requests, summary_.all.total().requests);
    }

    void add_head() {
        const std::size_t logs = findings_.logs.size();
        text_ += "Replay of " +
                 (logs == 1 ? printable(findings_.logs[0].name) : number(logs) + " logs") + ": " +
                 number(findings_.lines) + " lines, " + number(findings_.total.requests) +
                 " requests, " + size(findings_.total.bytes) + ".\n";
        if (findings_.total.requests == 0) {
            text_ += "Nothing to judge.\n";
        } else {
            text_ += point_in_time(findings_.first) + " to " + point_in_time(findings_.last) +
                     " UTC (" + span_of_time(findings_.last - findings_.first) +
                     "), by the rules of";
            for (const std::string& site : findings_.sites) text_ += " " + site + ",";
            text_.back() = '.';
            text_ += "\n";
        }
        if (findings_.no_requests != 0) {
            text_ += number(findings_.no_requests) + " lines tell of no HTTP request.\n";
        }
        if (findings_.of_other_sites != 0) {
            text_ += number(findings_.of_other_sites) + " requests to other sites are left out.\n";
        }
        for (const std::string& warning : warnings(findings_)) text_ += "! " + warning + "\n";
    }

    void add_group(const RefusedGroup& group) {
        const Verdict& verdict = group.verdict;
        text_ += "\n  " + number(group.count.requests) + " × " + std::string(verdict.who.name()) +
                 ": " + fate(verdict.got) + " by " + std::string(verdict.rule) + ", " +
                 place(verdict) + "\n";
        for (std::size_t i = 0; i < std::min(group.agents.size(), agents_shown); ++i) {
            const Refused& each = *group.agents[i];
            text_ += "    " + number(each.count.requests) + " × " +
                     (each.user_agent.empty() ? "(no user agent)"
                                              : cut(each.user_agent, longest_agent)) +
                     "\n      " + printable(each.example.method) + " " +
                     cut(each.example.path, longest_agent) +
                     (each.example.network.empty() ? "" : " from " + each.example.network) + ", " +
                     printable(place(findings_, each.example.place)) + "\n";
        }
        if (group.agents.size() > agents_shown) {
            text_ +=
                "    and " + number(group.agents.size() - agents_shown) + " more user agents\n";
        }
        const Advice advice = advice_for(group);
        text_ += "    " + advice.sentence + "\n" + indent(advice.rule, 6);
        if (!advice.command.empty()) {
            text_ += "    " + advice.or_else + "\n      " + advice.command + "\n";
        }
    }

    void add_refused() {
        text_ += heading("PEOPLE AND YOUR OWN TOOLS");
        const std::uint64_t people = summary_.people.total().requests;
        const std::uint64_t refused = summary_.people.refused().requests;
        if (refused == 0) {
            text_ += "  Nobody who may be a person would be refused: all " + number(people) +
                     " requests of browsers, feed\n  readers, monitors, link previews, HTTP "
                     "libraries and unknown programs get in.\n";
        } else {
            text_ += "  " + number(refused) + " of " + number(people) +
                     " requests of what may be people would be refused:\n";
        }
        for (const RefusedGroup& each : group(findings_.people)) add_group(each);
        add_hired();
    }

    void add_hired() {
        const std::vector<RefusedGroup> groups = group(findings_.hired);
        if (groups.empty()) return;
        text_ += "\n  Tools that you may have hired yourself would be refused:\n\n";
        Table table({"TOOL", "OPERATOR", ">REQUESTS", "WOULD GET", "RULE", "WHERE", "SEEN AT"});
        for (const RefusedGroup& each : groups) {
            const Verdict& verdict = each.verdict;
            table.add({std::string(verdict.who.name()), verdict.who.crawler->operator_name,
                       number(each.count.requests), fate(verdict.got), std::string(verdict.rule),
                       place(verdict),
                       printable(place(findings_, each.agents.front()->example.place))});
        }
        text_ += table.to_string() +
                 "\n    Those that are yours get in by a rule ahead of it, or for a day by\n"
                 "    'turnpike allow --crawler NAME --for 24h':\n" +
                 indent(rules_for(groups), 6);
    }

    void add_totals() {
        text_ += heading("WHAT IT WOULD HAVE DONE");
        Table table({"", ">REQUESTS", ">", ">BYTES", ">"});
        for (const Action got : {Action::allow, Action::throttle, Action::pay, Action::deny}) {
            const Count& count = summary_.all.of(got);
            if (count.requests == 0 && got != Action::allow) continue;
            table.add({fate(got), number(count.requests), share(count), size(count.bytes),
                       percent(count.bytes, summary_.all.total().bytes)});
        }
        text_ += table.to_string();
    }

    void add_rules() {
        text_ += heading("BY WHICH RULE");
        Table table({"RULE", "WHERE", "WOULD GET", ">REQUESTS", ">BYTES", "MOSTLY"});
        for (const ByRule& each : summary_.rules) {
            std::string who;
            for (std::size_t i = 0; i < std::min<std::size_t>(each.who.size(), 3); ++i) {
                who += (i == 0 ? "" : ", ") + std::string(each.who[i].first);
            }
            table.add({std::string(each.verdict.rule), place(each.verdict), fate(each.verdict.got),
                       number(each.count.requests), size(each.count.bytes), who});
        }
        text_ += table.to_string();
    }

    void add_crawlers() {
        text_ += heading("CRAWLERS AND BOTS THAT SAY SO");
        if (summary_.crawlers.empty()) {
            text_ += "  None.\n";
        } else {
            Table table({"NAME", "OPERATOR", "CATEGORY", ">REQUESTS", ">BYTES", "WOULD GET"});
            for (std::size_t i = 0; i < std::min(summary_.crawlers.size(), rows_shown); ++i) {
                const ByWho& each = summary_.crawlers[i];
                const Crawler* crawler = each.who.crawler;
                const Count count = each.fates.total();
                table.add({crawler != nullptr ? crawler->name : "(unknown bots)",
                           crawler != nullptr ? crawler->operator_name : "",
                           std::string(name_of(each.who.category)), number(count.requests),
                           size(count.bytes), fates(each.fates)});
            }
            text_ += table.to_string();
            if (summary_.crawlers.size() > rows_shown) {
                text_ += "  and " + number(summary_.crawlers.size() - rows_shown) +
                         " more: --json has all\n";
            }
        }
        text_ += heading("BY CATEGORY");
        Table table({"CATEGORY", ">REQUESTS", ">", ">BYTES", "WOULD GET"});
        for (const auto& [category, each] : summary_.categories) {
            const Count count = each.total();
            table.add({std::string(name_of(category)), number(count.requests), share(count),
                       size(count.bytes), fates(each)});
        }
        text_ += table.to_string();
    }

    /// One fate, or each with its number.
    static std::string fates(const Fates& fates) {
        std::string text;
        std::size_t kinds = 0;
        for (const Count& count : fates.by_action) kinds += count.requests != 0 ? 1 : 0;
        for (const Action got : {Action::deny, Action::pay, Action::throttle, Action::allow}) {
            const std::uint64_t requests = fates.of(got).requests;
            if (requests == 0) continue;
            text += (text.empty() ? "" : ", ") + fate(got);
            if (kinds > 1) text += " × " + number(requests);
        }
        return text;
    }

    void add_paths() {
        text_ += heading("WHAT AI CRAWLERS TOOK MOST");
        std::map<std::string_view, std::size_t> shown;
        Table table({"CRAWLER", ">REQUESTS", ">BYTES", "PATH"});
        for (const ByWho& crawler : summary_.crawlers) {
            if (!is_ai(crawler.who.category)) continue;
            for (const Path& path : findings_.paths) {
                if (path.who != crawler.who || shown[path.who.name()]++ >= paths_shown) continue;
                table.add({std::string(path.who.name()), number(path.count.requests),
                           size(path.count.bytes), cut(path.path, longest_agent)});
            }
        }
        text_ += table.empty() ? "  Nothing: there was none.\n" : table.to_string();
    }

    void add_referrals() {
        text_ += heading("WHAT AI SENT BACK");
        if (findings_.referrals.empty()) {
            text_ += "  Nobody came from an answer of a model that this version knows.\n";
            return;
        }
        Table table(
            {"PRODUCT", "OPERATOR", ">PAGES TAKEN", ">BYTES", ">VISITS SENT", "MOST CAME TO"});
        for (const Referral& each : findings_.referrals) {
            table.add({each.product, each.operator_name, number(each.taken.requests),
                       size(each.taken.bytes), number(each.visits),
                       cut(each.landing_page, longest_agent)});
        }
        text_ += table.to_string();
    }

    void add_unknown() {
        if (findings_.unknown_bots.empty()) return;
        text_ += heading("BOTS THAT THE CATALOGUE DOES NOT KNOW");
        Table table({"NAME", "TAKEN FOR", ">REQUESTS", "USER AGENT"});
        for (std::size_t i = 0; i < std::min<std::size_t>(findings_.unknown_bots.size(), 10); ++i) {
            const UnknownBot& bot = findings_.unknown_bots[i];
            table.add({cut(bot.name, 40), std::string(name_of(bot.category)),
                       number(bot.count.requests), cut(bot.user_agent, 80)});
        }
        text_ += table.to_string() + "  An entry for each, to paste: turnpike crawlers --unknown " +
                 printable(findings_.logs[0].name) + "\n";
    }

    void add_changes() {
        if (findings_.own_requests == 0) return;
        text_ += heading("SINCE THE LOG WAS WRITTEN");
        Table table({">REQUESTS", "THEN", "RULE", "NOW", "RULE", "WHERE"});
        std::uint64_t same = 0;
        for (const Change& each : findings_.changes) {
            if (!each.is_change()) {
                same += each.count.requests;
                continue;
            }
            const std::string then =
                each.action + (each.mode == "observe" ? ", only observed" : "");
            table.add({number(each.count.requests), printable(then), printable(each.rule),
                       fate(each.got), std::string(each.now_rule),
                       each.where == nullptr
                           ? "built in"
                           : each.where->file + ":" + std::to_string(each.where->line)});
        }
        text_ += "  " + number(same) + " of " + number(findings_.own_requests) +
                 " requests that Turnpike logged would be decided as they were.\n";
        if (!table.empty()) text_ += table.to_string();
    }

    void add_broken() {
        if (findings_.broken == 0) return;
        text_ += heading("LINES THAT COULD NOT BE READ");
        for (const BrokenLine& line : findings_.broken_lines) {
            text_ += "  " + printable(place(findings_, line.place)) + ": " + line.why + "\n    " +
                     cut(line.text, longest_agent) + "\n";
        }
        if (findings_.broken > findings_.broken_lines.size()) {
            text_ +=
                "  and " + number(findings_.broken - findings_.broken_lines.size()) + " more\n";
        }
    }

    const Findings& findings_;
    const Summary summary_;
    std::string text_;
};

}  // namespace

std::string to_text(const Findings& findings) {
    return Report(findings).write();
}

}  // namespace turnpike::replay
