// The sum: logarithms of odds, limited for each group.
#include "behaviour/signals.hpp"

#include <algorithm>

namespace turnpike::behaviour {
namespace {

bool holds(const Signal& signal, const Measures& measures, Checks failed) {
    if (signal.checks != 0 && (signal.checks & failed) == 0) return false;
    return std::all_of(signal.bounds.begin(), signal.bounds.end(), [&](const Bound& bound) {
        const float value = measures[static_cast<std::size_t>(bound.measure)];
        return value >= bound.low && value <= bound.high;
    });
}

}  // namespace

std::vector<std::string> Signals::names() const {
    std::vector<std::string> names;
    for (const Signal& signal : signals_) names.push_back(signal.name);
    return names;
}

Behaviour Signals::judge(const Measures& measures, Checks failed, Category category) const {
    Behaviour behaviour;
    std::array<float, max_groups> sums{};
    for (std::size_t i = 0; i < signals_.size(); ++i) {
        const Signal& signal = signals_[i];
        if (!signal.categories.has(category) || !holds(signal, measures, failed)) continue;
        behaviour.signals |= std::uint64_t{1} << i;
        behaviour.damning |= signal.damning;
        behaviour.pooled |= signal.pooled;
        sums[signal.group] += signal.weight;
    }
    float sum = 0;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        sum += std::clamp(sums[i], -groups_[i].limit, groups_[i].limit);
    }
    if (sum >= certain_) {
        behaviour.level = Behaviour::Level::certain;
    } else if (sum >= likely_) {
        behaviour.level = Behaviour::Level::likely;
    }
    return behaviour;
}

}  // namespace turnpike::behaviour
