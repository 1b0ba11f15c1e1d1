// A file, kept with an index for each reading, and the verdicts that these give.
#include <array>
#include <string>

#include "robots/index.hpp"
#include "robots/lines.hpp"
#include "robots/pattern.hpp"
#include "robots/robots.hpp"

namespace turnpike::robots {
namespace {

/// A rule that matched, and the line by which its group was found.
struct Match {
    const Rule* rule = nullptr;
    const Agent* agent = nullptr;
};

Match weightiest_match(const Index& index, std::span<const Agent> agents, std::string_view target) {
    Match best;
    for (const Agent& agent : agents) {
        for (const Rule& rule : index.rules(agent.group)) {
            if (best.rule != nullptr && !outweighs(rule, *best.rule)) break;
            if (!matches(rule.pattern, target)) continue;
            best = {&rule, &agent};
            break;
        }
    }
    return best;
}

/// Whoever is named is not everyone, even where his group holds no rule. RFC 9309 §2.2.1.
std::span<const Agent> meant(const Index& index, std::string_view token) {
    const std::span<const Agent> agents = index.named(token);
    return agents.empty() ? index.named("*") : agents;
}

/// RFC 9309 §2.2.2: the file itself may always be fetched.
bool is_robots_txt(std::string_view target) {
    return target.substr(0, target.find('?')) == "/robots.txt";
}

}  // namespace

struct File::Contents {
    explicit Contents(std::string_view whole)
        : text(within_limit(whole)), cut(text.size() < whole.size()) {}

    const std::string text;
    const bool cut;
    const std::vector<Record> records = read_lines(text);
    const std::array<Index, reading_count> indices = {Index(records, Reading::rfc9309),
                                                      Index(records, Reading::google)};

    const Index& index(Reading reading) const { return indices[static_cast<std::size_t>(reading)]; }
};

File File::parse(std::string_view text) {
    return File(std::make_shared<const Contents>(text));
}

std::span<const Record> File::records() const {
    return contents_->records;
}

std::span<const Group> File::groups(Reading reading) const {
    return contents_->index(reading).groups();
}

std::span<const Record> File::preamble(Reading reading) const {
    const auto all = records();
    const auto following = groups(reading);
    if (following.empty()) return all;
    return all.first(static_cast<std::size_t>(following.front().records.data() - all.data()));
}

bool File::was_cut() const {
    return contents_->cut;
}

Target read_target(std::string_view path_and_query, Arena& arena) {
    if (is_normal_target(path_and_query)) return {path_and_query, path_and_query};
    auto* room = static_cast<char*>(arena.allocate(longest_normal(path_and_query.size())));
    const char* end = write_normal_target(room, path_and_query);
    return {path_and_query, {room, static_cast<std::size_t>(end - room)}};
}

Verdict File::match(std::string_view token, const Target& target, Reading reading) const {
    const bool rfc = reading == Reading::rfc9309;
    if (rfc && is_robots_txt(target.normal)) return {};
    const Index& index = contents_->index(reading);
    const std::span<const Agent> agents = meant(index, token);
    if (agents.empty()) return {};
    const Match match = weightiest_match(index, agents, rfc ? target.normal : target.as_sent);
    const Record& asked = match.agent != nullptr ? *match.agent->record : *agents.front().record;
    Verdict verdict;
    verdict.agent = asked.value;
    verdict.mended = asked.mended;
    if (match.rule == nullptr) return verdict;
    verdict.allowed = match.rule->allows();
    verdict.mended |= match.rule->mended;
    verdict.line = match.rule->record->line;
    verdict.rule = match.rule->record->text;
    return verdict;
}

bool File::disallows_all(std::string_view token, Reading reading) const {
    const Index& index = contents_->index(reading);
    bool everything = false;
    for (const Agent& agent : meant(index, token)) {
        for (const Rule& rule : index.rules(agent.group)) {
            if (rule.allows()) return false;
            everything |= rule.pattern == "/" || rule.pattern == "*" || rule.pattern == "/*";
        }
    }
    return everything;
}

std::string_view File::crawl_delay(std::string_view token) const {
    const Index& index = contents_->index(Reading::rfc9309);
    for (const Agent& agent : meant(index, token)) {
        for (const Record& record : index.groups()[agent.group].records) {
            if (record.field == Field::crawl_delay) return record.value;
        }
    }
    return {};
}

}  // namespace turnpike::robots
