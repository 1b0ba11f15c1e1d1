// The names that the vocabulary goes by in YAML, log, metrics and pages.
#include <algorithm>
#include <array>

#include "turnpike/decision.hpp"
#include "turnpike/facts.hpp"

namespace turnpike {
namespace {

// Each in the order of its enumeration.
constexpr std::array<std::string_view, category_count> category_names = {
    "ai-training",      "ai-search",    "ai-assistant", "ai-agent", "ai-scraper", "ai-undocumented",
    "search-engine",    "link-preview", "feed-reader",  "monitor",  "archiver",   "seo",
    "security-scanner", "http-library", "other-bot",    "browser",  "unknown"};
constexpr std::array<std::string_view, action_count> action_names = {"allow", "throttle", "pay",
                                                                     "deny"};
constexpr std::array<std::string_view, 6> proof_names = {"none",        "pending",   "address",
                                                         "reverse-dns", "signature", "forged"};

constexpr std::array<std::string_view, 3> level_names = {"normal", "likely", "certain"};

constexpr std::int64_t micros_per_unit = 1'000'000;

template <class Word, class Names>
std::optional<Word> word_named(const Names& names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Word>(found - names.begin());
}

}  // namespace

std::string_view name_of(Category category) {
    return category_names[static_cast<std::size_t>(category)];
}

std::optional<Category> category_named(std::string_view name) {
    return word_named<Category>(category_names, name);
}

std::string_view name_of(Proof proof) {
    return proof_names[static_cast<std::size_t>(proof)];
}

std::string_view name_of(Behaviour::Level level) {
    return level_names[static_cast<std::size_t>(level)];
}

std::string_view name_of(Action action) {
    return action_names[static_cast<std::size_t>(action)];
}

std::optional<Action> action_named(std::string_view name) {
    return word_named<Action>(action_names, name);
}

std::string_view name_of(Mode mode) {
    return mode == Mode::enforce ? "enforce" : "observe";
}

std::string to_string(const Money& money) {
    std::string decimals = std::to_string(money.micros % micros_per_unit);
    decimals.insert(0, 6 - decimals.size(), '0');
    while (decimals.size() > 2 && decimals.back() == '0') decimals.pop_back();
    return money.currency + " " + std::to_string(money.micros / micros_per_unit) + "." + decimals;
}

std::optional<Permit> permit_for(const Decision& decision, Mode mode, Admission admission) {
    const bool may_pass = decision.action == Action::allow || decision.action == Action::throttle;
    const bool passes = may_pass && admission == Admission::admitted;
    if (!passes && mode == Mode::enforce) return std::nullopt;
    return Permit(decision.action);
}

}  // namespace turnpike
