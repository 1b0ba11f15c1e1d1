// Records into groups, in one pass; then tokens and rules are put into the order of look-ups.
#include "robots/index.hpp"

#include <algorithm>
#include <tuple>

#include "robots/lines.hpp"
#include "robots/pattern.hpp"

namespace turnpike::robots {
namespace {

/// Google's parser lets `/dir/index.html` speak for `/dir/`: the pattern for that, or none.
std::string folder_pattern(std::string_view pattern) {
    const std::size_t slash = pattern.rfind('/');
    if (slash == std::string_view::npos) return {};
    if (!pattern.substr(slash).starts_with("/index.htm")) return {};
    return std::string(pattern.substr(0, slash + 1)) + '$';
}

bool same_group(const Agent& a, const Agent& b) {
    return a.group == b.group && equals_ignoring_case(a.token, b.token);
}

}  // namespace

std::string_view product_token(std::string_view value) {
    const auto end = std::find_if_not(value.begin(), value.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
    return value.substr(0, static_cast<std::size_t>(end - value.begin()));
}

bool names_everyone(std::string_view value) {
    return value == "*" || value.starts_with("* ") || value.starts_with("*\t");
}

bool outweighs(const Rule& a, const Rule& b) {
    return std::tuple(b.pattern.size(), b.allows(), a.record->line) <
           std::tuple(a.pattern.size(), a.allows(), b.record->line);
}

Index::Index(std::span<const Record> records, Reading reading) : reading_(reading) {
    std::vector<std::size_t> starts;
    bool among_agents = false;
    for (const Record& record : records) {
        if (!counts(record, reading)) continue;
        const bool rule = record.field == Field::allow || record.field == Field::disallow;
        if (record.field == Field::user_agent) {
            if (!among_agents) {
                starts.push_back(static_cast<std::size_t>(&record - records.data()));
                rules_start_.push_back(rules_.size());
            }
            among_agents = true;
            add_agent(record);
        } else if (rule && !rules_start_.empty()) {  // those before the first group are nobody's
            among_agents = false;
            add_rule(record);
        }
    }
    rules_start_.push_back(rules_.size());
    starts.push_back(records.size());
    for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
        groups_.push_back({records.subspan(starts[i], starts[i + 1] - starts[i])});
    }
    sort();
}

void Index::add_agent(const Record& record) {
    const auto group = static_cast<std::uint32_t>(rules_start_.size() - 1);
    if (names_everyone(record.value)) {
        agents_.push_back({record.value.substr(0, 1), group, &record});
        return;
    }
    const std::string_view token = product_token(record.value);
    if (!token.empty()) agents_.push_back({token, group, &record});
    // `360Spider` is no product token, and yet crawlers go by such names.
    if (reading_ == Reading::rfc9309 && token != record.value) {
        agents_.push_back({record.value, group, &record});
    }
}

std::string_view Index::kept_pattern(std::string_view written) {
    std::string kept =
        reading_ == Reading::google ? google_pattern(written) : normal_pattern(written);
    if (kept == written) return written;
    return patterns_.emplace_back(std::move(kept));
}

void Index::add_rule(const Record& record) {
    if (record.value.empty()) return;  // matches nothing
    const std::string_view pattern = kept_pattern(record.value);
    rules_.push_back({pattern, &record, record.mended});
    if (reading_ == Reading::rfc9309 || record.field != Field::allow) return;
    std::string folder = folder_pattern(pattern);
    if (!folder.empty())
        rules_.push_back({patterns_.emplace_back(std::move(folder)), &record, true});
}

void Index::sort() {
    std::sort(agents_.begin(), agents_.end(), [](const Agent& a, const Agent& b) {
        if (less_ignoring_case(a.token, b.token)) return true;
        if (less_ignoring_case(b.token, a.token)) return false;
        return std::tuple(a.group, a.record->line) < std::tuple(b.group, b.record->line);
    });
    // A token that stands twice in a group must not have its rules tried twice.
    agents_.erase(std::unique(agents_.begin(), agents_.end(), same_group), agents_.end());
    for (std::uint32_t group = 0; group < groups_.size(); ++group) {
        const auto start = rules_.begin() + static_cast<std::ptrdiff_t>(rules_start_[group]);
        const auto end = rules_.begin() + static_cast<std::ptrdiff_t>(rules_start_[group + 1]);
        std::sort(start, end, outweighs);
    }
}

std::span<const Agent> Index::named(std::string_view token) const {
    const auto first = std::partition_point(
        agents_.begin(), agents_.end(),
        [token](const Agent& agent) { return less_ignoring_case(agent.token, token); });
    const auto last = std::partition_point(first, agents_.end(), [token](const Agent& agent) {
        return !less_ignoring_case(token, agent.token);
    });
    return {first, last};
}

std::span<const Rule> Index::rules(std::uint32_t group) const {
    return std::span(rules_).subspan(rules_start_[group],
                                     rules_start_[group + 1] - rules_start_[group]);
}

}  // namespace turnpike::robots
