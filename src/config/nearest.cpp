// "Did you mean": the word that somebody had in mind.
#include <algorithm>

#include "config/config.hpp"

namespace turnpike::config {
namespace {

/// What other products call our words.
struct Synonym {
    std::string_view theirs;
    std::string_view ours;
};
constexpr Synonym synonyms[] = {
    {"block", "deny"},
    {"forbid", "deny"},
    {"refuse", "deny"},
    {"reject", "deny"},
    {"drop", "deny"},
    {"accept", "allow"},
    {"permit", "allow"},
    {"pass", "allow"},
    {"charge", "pay"},
    {"limit", "throttle"},
    {"ratelimit", "throttle"},
    {"rate_limit", "rate"},
    {"upstream", "origin"},
    {"backend", "origin"},
    {"proxy_pass", "origin"},
    {"domains", "hosts"},
    {"server_name", "hosts"},
    {"action", "then"},
    {"match", "when"},
    {"if", "when"},
    {"bot", "crawler"},
    {"agent", "user_agent"},
    {"useragent", "user_agent"},
    {"ip", "address"},
    {"cidr", "address"},
    {"company", "operator"},
    {"workers", "threads"},
    {"dry-run", "observe"},
    {"monitor", "observe"},
    {"log", "access_log"},
    {"email", "contact"},
};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Optimal string alignment distance: insert, delete, replace, swap neighbours. Case is free.
std::size_t distance(std::string_view a, std::string_view b) {
    const std::size_t width = b.size() + 1;
    std::vector<std::size_t> cost((a.size() + 1) * width);
    const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& {
        return cost[i * width + j];
    };
    for (std::size_t i = 0; i <= a.size(); ++i) at(i, 0) = i;
    for (std::size_t j = 0; j <= b.size(); ++j) at(0, j) = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
            at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + replace});
            const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                                 lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
        }
    }
    return at(a.size(), b.size());
}

std::string to_lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = lower(c);
    return result;
}

/// Few letters wrong, missing, too many or swapped: fewer than a third of them.
std::string misspelt(std::string_view word, const std::vector<std::string>& candidates) {
    std::string best;
    std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t cost = distance(word, candidate);
        if (cost >= least) continue;
        least = cost;
        best = candidate;
    }
    return best;
}

/// The shortest that has `word` as one of its parts (`training` in `ai-training`), or begins with
/// it.
std::string longer(std::string_view word, const std::vector<std::string>& candidates) {
    constexpr std::size_t telling = 4;  // so many letters at the beginning say enough
    const std::string wanted = to_lower(word);
    const std::string* best = nullptr;
    for (const std::string& candidate : candidates) {
        const std::string text = to_lower(candidate);
        const std::size_t at = text.find(wanted);
        if (wanted.size() < 2 || at == text.npos) continue;
        const std::size_t end = at + wanted.size();
        const bool starts = at == 0 || text[at - 1] == '-' || text[at - 1] == '_';
        const bool ends = end == text.size() || text[end] == '-' || text[end] == '_';
        if (!starts || !(ends || (at == 0 && wanted.size() >= telling))) continue;
        if (best == nullptr || candidate.size() < best->size()) best = &candidate;
    }
    return best == nullptr ? std::string() : *best;
}

bool contains(const std::vector<std::string>& candidates, std::string_view word) {
    return std::find(candidates.begin(), candidates.end(), word) != candidates.end();
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
    std::vector<std::string> known = candidates;
    for (const auto& [theirs, ours] : synonyms) {
        if (contains(candidates, ours)) known.emplace_back(theirs);
    }
    std::string near = misspelt(word, known);
    if (near.empty()) return longer(word, candidates);
    if (contains(candidates, near)) return near;
    const auto synonym = std::find_if(
        std::begin(synonyms), std::end(synonyms),
        [&](const Synonym& one) { return one.theirs == near && contains(candidates, one.ours); });
    return std::string(synonym->ours);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    const std::string near = nearest(word, candidates);
    return near.empty() ? std::string() : "did you mean '" + near + "'?";
}

std::string suggestion(const Field& field, std::string_view word) {
    const std::string near = did_you_mean(word, {field.words.begin(), field.words.end()});
    return near.empty() ? expected(field) : near;
}

}  // namespace turnpike::config
