// From shares to findings, in an order that depends on nothing but what was found.
#include <algorithm>
#include <map>
#include <tuple>

#include "replay/rehearsal.hpp"

namespace turnpike::replay {
namespace {

constexpr std::size_t paths_of_one = 10;
constexpr std::size_t bots_shown = 50;

template <class Item, class Rest>
void sort_by_count(std::vector<Item>& items, Rest rest) {
    std::sort(items.begin(), items.end(), [&](const Item& a, const Item& b) {
        if (a.count.requests != b.count.requests) return a.count.requests > b.count.requests;
        return rest(a) < rest(b);
    });
}

auto order_of(const Verdict& verdict) {
    const bool built_in = verdict.where == nullptr;
    return std::tuple(verdict.who.name(), verdict.who.category, verdict.rule,
                      built_in ? std::string_view() : std::string_view(verdict.where->file),
                      built_in ? 0U : verdict.where->line, std::string_view(verdict.site->name),
                      verdict.action, verdict.got);
}

class Merger {
public:
    Merger(const Products& products, Findings& findings)
        : products_(products), findings_(findings), visits_(products.all().size()) {}

    void add(const Share& share) {
        add_totals(share);
        for (const auto& [verdict, count] : share.verdicts) verdicts_[verdict] += count;
        series_.add(share.series);
        share.refused.for_each([&](const Verdict& verdict, const std::string& agent,
                                   const auto& entry) { add_refused(verdict, agent, entry); });
        share.paths.for_each([&](const Who& who, const std::string& path, const auto& entry) {
            paths_[{who, path}] += entry.count;
        });
        share.bots.for_each([&](const Who& who, const std::string& name, const auto& entry) {
            auto& bot = bots_[{name, who.category}];
            // Of examples the smallest, since shares come in no order that anybody sees.
            if (bot.count.requests == 0 || entry.sample < bot.user_agent) {
                bot.user_agent = entry.sample;
            }
            bot.count += entry.count;
        });
        share.turns.for_each([&](const Verdict& now, const std::string& then, const auto& entry) {
            add_turn(now, then, entry);
        });
        share.landings.for_each(
            [&](std::size_t product, const std::string& path, const auto& entry) {
                landings_[{product, path}] += entry.count.requests;
            });
        share.unjudged_hosts.for_each([&](std::size_t, const std::string& host, const auto& entry) {
            unjudged_hosts_[host] += entry.count.requests;
        });
        for (const auto& [who, count] : share.taken) {
            taken_[who.crawler->operator_name] += count;
        }
        for (std::size_t i = 0; i < share.visits.size(); ++i) visits_[i] += share.visits[i];
    }

    void finish() {
        finish_verdicts();
        finish_refused();
        finish_paths();
        finish_bots();
        finish_changes();
        finish_referrals();
        findings_.step = series_.step();
        findings_.moments = series_.moments();
        std::uint64_t most = 0;
        for (const auto& [host, count] : unjudged_hosts_) {
            if (count > most) findings_.unjudged_host = host;
            most = std::max(most, count);
        }
        const auto say = [this](std::uint64_t requests, const char* what) {
            if (requests == 0) return;
            findings_.left_out.push_back(std::string(what) + ": " + std::to_string(requests) +
                                         " requests under rare ones are not counted there");
        };
        say(left_out_paths_, "paths");
        say(left_out_refused_, "user agents of refused people");
        say(left_out_bots_, "names of unknown bots");
        say(left_out_turns_, "changes since the log was written");
    }

private:
    void add_totals(const Share& share) {
        if (share.total.requests != 0) {
            const bool none = findings_.total.requests == 0;
            findings_.first = none ? share.first : std::min(findings_.first, share.first);
            findings_.last = none ? share.last : std::max(findings_.last, share.last);
        }
        findings_.total += share.total;
        findings_.of_other_sites += share.of_other_sites;
        findings_.unjudged += share.unjudged;
        findings_.own_requests += share.own;
        findings_.shared += share.shared;
        left_out_paths_ += share.paths.left_out();
        left_out_refused_ += share.refused.left_out();
        left_out_bots_ += share.bots.left_out();
        left_out_turns_ += share.turns.left_out();
        if (share.seen > findings_.main_requests && !share.candidate.is_unspecified()) {
            findings_.main_requests = share.seen;
            findings_.main_address = share.candidate.to_string();
        }
    }
    template <class Entry>
    void add_refused(const Verdict& verdict, const std::string& agent, const Entry& entry) {
        const bool people = may_be_people(verdict.who.category);
        auto& list = people ? findings_.people : findings_.hired;
        auto [found, fresh] = refused_.try_emplace({verdict, agent}, list.size());
        if (fresh) {
            list.push_back({verdict, agent, entry.count, entry.sample});
            return;
        }
        Refused& same = list[found->second];
        same.count += entry.count;
        if (entry.sample.place < same.example.place) same.example = entry.sample;
    }
    template <class Entry>
    void add_turn(const Verdict& now, const std::string& then, const Entry& entry) {
        Change change;
        change.got = now.got;
        change.now_rule = now.rule;
        change.where = now.where;
        change.count = entry.count;
        change.example = entry.sample;
        std::string_view rest = then;
        for (std::string* part : {&change.mode, &change.action, &change.outcome, &change.rule}) {
            const std::size_t end = rest.find('\n');
            *part = rest.substr(0, end);
            rest.remove_prefix(end + 1);
        }
        auto [found, fresh] = turns_.try_emplace({now, then}, findings_.changes.size());
        if (fresh) {
            findings_.changes.push_back(std::move(change));
            return;
        }
        Change& same = findings_.changes[found->second];
        same.count += entry.count;
        if (entry.sample.place < same.example.place) same.example = entry.sample;
    }

    void finish_verdicts() {
        for (const auto& each : verdicts_) findings_.verdicts.push_back(each);
        std::sort(findings_.verdicts.begin(), findings_.verdicts.end(),
                  [](const auto& a, const auto& b) {
                      if (a.second.requests != b.second.requests) {
                          return a.second.requests > b.second.requests;
                      }
                      return order_of(a.first) < order_of(b.first);
                  });
    }
    void finish_refused() {
        for (auto* list : {&findings_.people, &findings_.hired}) {
            sort_by_count(*list, [](const Refused& each) {
                return std::tuple(order_of(each.verdict), std::string_view(each.user_agent));
            });
        }
    }
    void finish_paths() {
        for (const auto& [key, count] : paths_) {
            findings_.paths.push_back({key.who, key.text, count});
        }
        sort_by_count(findings_.paths, [](const Path& each) {
            return std::tuple(each.who.name(), each.who.category, std::string_view(each.path));
        });
        boost::unordered_flat_map<Who, std::size_t, HashWho> kept;
        std::erase_if(findings_.paths,
                      [&](const Path& each) { return kept[each.who]++ >= paths_of_one; });
    }
    void finish_bots() {
        for (auto& [key, bot] : bots_) {
            bot.name = key.first;
            bot.category = key.second;
            findings_.unknown_bots.push_back(bot);
        }
        sort_by_count(findings_.unknown_bots, [](const UnknownBot& each) {
            return std::tuple(std::string_view(each.name), each.category);
        });
        if (findings_.unknown_bots.size() > bots_shown) findings_.unknown_bots.resize(bots_shown);
    }
    void finish_changes() {
        sort_by_count(findings_.changes, [](const Change& each) { return each.example.place; });
    }
    void finish_referrals() {
        for (std::size_t i = 0; i < products_.all().size(); ++i) {
            const auto& product = products_.all()[i];
            Referral referral;
            referral.product = product.name;
            referral.operator_name = product.operator_name;
            referral.visits = visits_[i];
            if (const auto found = taken_.find(product.operator_name); found != taken_.end()) {
                referral.taken = found->second;
            }
            std::uint64_t most = 0;
            for (auto each = landings_.lower_bound({i, ""});
                 each != landings_.end() && each->first.first == i; ++each) {
                if (each->second > most) referral.landing_page = each->first.second;
                most = std::max(most, each->second);
            }
            if (referral.visits != 0 || referral.taken.requests != 0) {
                findings_.referrals.push_back(std::move(referral));
            }
        }
        std::stable_sort(findings_.referrals.begin(), findings_.referrals.end(),
                         [](const Referral& a, const Referral& b) {
                             return std::pair(a.visits, a.taken.requests) >
                                    std::pair(b.visits, b.taken.requests);
                         });
    }

    template <class Lead, class HashLead>
    struct Keyed {
        Lead who;
        std::string text;
        bool operator==(const Keyed&) const = default;
        struct Hash {
            std::size_t operator()(const Keyed& key) const {
                return mix(std::hash<std::string>()(key.text), HashLead()(key.who));
            }
        };
    };
    using ByVerdict = Keyed<Verdict, HashVerdict>;
    using ByWho = Keyed<Who, HashWho>;

    const Products& products_;
    Findings& findings_;
    boost::unordered_flat_map<Verdict, Count, HashVerdict> verdicts_;
    Series series_;
    boost::unordered_flat_map<ByVerdict, std::size_t, ByVerdict::Hash> refused_, turns_;
    boost::unordered_flat_map<ByWho, Count, ByWho::Hash> paths_;
    std::map<std::pair<std::string, Category>, UnknownBot> bots_;
    std::map<std::pair<std::size_t, std::string>, std::uint64_t> landings_;
    std::map<std::string, std::uint64_t> unjudged_hosts_;
    std::map<std::string, Count> taken_;
    std::vector<std::uint64_t> visits_;
    std::uint64_t left_out_paths_ = 0, left_out_refused_ = 0, left_out_bots_ = 0,
                  left_out_turns_ = 0;
};

}  // namespace

void merge(const std::vector<std::unique_ptr<Share>>& shares, const Products& products,
           Findings& findings) {
    Merger merger(products, findings);
    for (const auto& share : shares) merger.add(*share);
    merger.finish();
}

}  // namespace turnpike::replay
