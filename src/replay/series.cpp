// Steps are whole multiples of the ones before, so that it makes no difference when they grow.
#include <algorithm>
#include <array>

#include "replay/share.hpp"

namespace turnpike::replay {
namespace {

constexpr std::int64_t most_steps = 240;

std::int64_t next_step(std::int64_t step) {
    constexpr std::array<std::int64_t, 8> steps = {60, 300, 900, 3600, 10800, 21600, 86400, 604800};
    const auto next = std::upper_bound(steps.begin(), steps.end(), step);
    return next == steps.end() ? step * 2 : *next;
}

}  // namespace

void Series::widen_for(std::int64_t first, std::int64_t last) {
    first_ = counts_.empty() ? first : std::min(first_, first);
    last_ = counts_.empty() ? last : std::max(last_, last);
    const std::int64_t before = step_;
    while (last_ / step_ - first_ / step_ >= most_steps) step_ = next_step(step_);
    if (step_ == before) return;
    const auto old = std::move(counts_);
    counts_ = {};
    for (const auto& [key, count] : old) {
        counts_[{key.begin / step_ * step_, key.who, key.got}] += count;
    }
}

void Series::add(std::int64_t second, const Who& who, Action got, const Count& count) {
    if (counts_.empty() || second < first_ || second > last_) widen_for(second, second);
    counts_[{second / step_ * step_, who, got}] += count;
}

void Series::add(const Series& other) {
    if (other.counts_.empty()) return;
    widen_for(other.first_, other.last_);
    while (step_ < other.step_) step_ = next_step(step_);
    for (const auto& [key, count] : other.counts_) {
        counts_[{key.begin / step_ * step_, key.who, key.got}] += count;
    }
}

std::vector<Moment> Series::moments() const {
    std::vector<Moment> result;
    for (const auto& [key, count] : counts_) {
        result.push_back({key.begin, key.who, key.got, count});
    }
    std::sort(result.begin(), result.end(), [](const Moment& a, const Moment& b) {
        return std::tuple(a.begin, a.who.name(), a.who.category, a.got) <
               std::tuple(b.begin, b.who.name(), b.who.category, b.got);
    });
    return result;
}

}  // namespace turnpike::replay
