// Reading rules/behaviour/*.yaml strictly: what a signal may ask, how much it counts, and for whom.
#include <charconv>
#include <cmath>
#include <limits>

#include "behaviour/fields.hpp"
#include "behaviour/signals.hpp"
#include "core/embedded.hpp"

namespace turnpike {
extern const EmbeddedFile embedded_behaviour[];
}

namespace turnpike::behaviour {

using config::Mapping;
using config::Node;

namespace {

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

std::optional<float> parse_number(std::string_view text) {
    float value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// `8..`, `..0.5`, `1..10`; nothing for anything else, and for bounds that nothing lies within.
std::optional<Bound> parse_bound(std::string_view text) {
    const std::size_t dots = text.find("..");
    if (dots == text.npos || text.size() == 2) return std::nullopt;
    const std::string_view low = text.substr(0, dots);
    const std::string_view high = text.substr(dots + 2);
    Bound bound{.measure = {},
                .low = std::numeric_limits<float>::lowest(),
                .high = std::numeric_limits<float>::max()};
    if (!low.empty()) {
        const auto value = parse_number(low);
        if (!value) return std::nullopt;
        bound.low = *value;
    }
    if (!high.empty()) {
        const auto value = parse_number(high);
        if (!value) return std::nullopt;
        bound.high = *value;
    }
    return bound.low <= bound.high ? std::optional(bound) : std::nullopt;
}

std::vector<std::string> measure_names() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < measure_count; ++i) {
        names.emplace_back(name_of(static_cast<Measure>(i)));
    }
    return names;
}

bool is_signal_name(std::string_view name) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
    return !name.empty() && name.size() <= 40 && name.find_first_not_of(letters) == name.npos &&
           name != "normal" && name != "likely" && name != "certain";
}

}  // namespace

class SignalsReader {
public:
    SignalsReader(Signals& into, Diagnostics& out) : into_(into), out_(out) {}

    void read(const Node& node) {
        Mapping root(node, signals_fields, out_);
        root.take_version();
        if (auto thresholds = root.take_mapping("thresholds")) read_thresholds(*thresholds);
        if (auto groups = root.take_mapping("groups")) read_groups(*groups);
        for (Mapping& signal : root.take_mappings("signals")) read_signal(signal);
        root.finish();
    }

    /// Once, after the last file.
    void finish() {
        if (into_.likely_ > 0 && into_.certain_ >= into_.likely_) return;
        Diagnostic missing;
        missing.file = "rules/behaviour";
        missing.message = "'thresholds' needs 'likely', and a 'certain' that is not below it";
        out_.add(std::move(missing));
    }

private:
    float take_number(Mapping& mapping, std::string_view key) {
        const auto node = mapping.take_scalar(key);
        if (!node) return 0;
        const auto value = parse_number(node->text());
        if (!value) report(out_, *node, quoted(node->text()) + " is not a number like 2 or 0.5");
        return value.value_or(0);
    }

    void read_thresholds(Mapping& mapping) {
        into_.likely_ = take_number(mapping, "likely");
        into_.certain_ = take_number(mapping, "certain");
        mapping.finish();
    }

    void read_groups(Mapping& mapping) {
        for (const Node& key : mapping.node().keys()) {
            const float limit = take_number(mapping, key.text());
            if (limit <= 0) report(out_, key, "the limit of a group is above zero");
            into_.groups_.push_back({.name = key.text(), .limit = limit});
        }
        if (into_.groups_.size() > Signals::max_groups) {
            report(out_, mapping.node(), "these are too many groups");
        }
        mapping.finish();
    }

    void read_signal(Mapping& mapping) {
        Signal signal;
        read_name(mapping, signal);
        read_group(mapping, signal);
        signal.weight = take_number(mapping, "weight");
        read_categories(mapping, signal);
        read_bounds(mapping, signal);
        read_checks(mapping, signal);
        signal.damning = mapping.take_bool("damning").value_or(false);
        signal.pooled = mapping.take_bool("pooled").value_or(false);
        signal.meaning = mapping.take_string("meaning").value_or("");
        signal.mistakes = mapping.take_string("mistakes").value_or("");
        signal.source = mapping.take_string("source").value_or("");
        mapping.finish();
        if (signal.bounds.empty() && signal.checks == 0) {
            report(out_, mapping.node(), "this signal asks nothing: it needs 'when' or 'check'");
        }
        if (into_.signals_.size() == max_signals) {
            report(out_, mapping.node(), "there is no room for more signals");
            return;
        }
        into_.signals_.push_back(std::move(signal));
    }

    void read_name(Mapping& mapping, Signal& signal) {
        const auto node = mapping.take_scalar("name");
        if (!node) return;
        signal.name = node->text();
        if (!is_signal_name(signal.name)) {
            report(out_, *node, quoted(signal.name) + " is not a name for a signal",
                   "lower case, digits and '-'; not a level of behaviour");
        }
        for (const Signal& other : into_.signals_) {
            if (other.name == signal.name) {
                report(out_, *node, quoted(signal.name) + " is there already");
            }
        }
    }

    void read_group(Mapping& mapping, Signal& signal) {
        const auto node = mapping.take_scalar("group");
        if (!node) return;
        std::vector<std::string> names;
        for (const Group& group : into_.groups_) {
            if (group.name == node->text()) {
                signal.group = static_cast<std::uint8_t>(names.size());
                return;
            }
            names.push_back(group.name);
        }
        report(out_, *node, "there is no group " + quoted(node->text()),
               config::did_you_mean(node->text(), names));
    }

    /// Left out: of those who look like people.
    void read_categories(Mapping& mapping, Signal& signal) {
        const std::vector<Node> items = mapping.take_scalars("category");
        for (const Node& item : items) {
            const auto category = category_named(item.text());
            if (category) signal.categories.add(*category);
            if (!category) report(out_, item, quoted(item.text()) + " is no category");
        }
        if (!items.empty()) return;
        signal.categories.add(Category::browser);
        signal.categories.add(Category::unknown);
    }

    void read_bounds(Mapping& mapping, Signal& signal) {
        auto when = mapping.take_mapping("when");
        if (!when) return;
        const std::vector<std::string> names = measure_names();
        for (const Node& key : when->node().keys()) {
            const auto node = when->take_scalar(key.text());
            if (!node) continue;
            const auto found = std::find(names.begin(), names.end(), key.text());
            auto bound = parse_bound(node->text());
            if (found == names.end()) {
                report(out_, key, "nothing is measured that is called " + quoted(key.text()),
                       config::did_you_mean(key.text(), names));
            } else if (!bound) {
                report(out_, *node, quoted(node->text()) + " are no bounds",
                       "write 8.. or ..0.5 or 1..10");
            } else {
                bound->measure = static_cast<Measure>(found - names.begin());
                signal.bounds.push_back(*bound);
            }
        }
        when->finish();
    }

    void read_checks(Mapping& mapping, Signal& signal) {
        for (const Node& item : mapping.take_scalars("check")) {
            if (const auto check = check_named(item.text())) {
                signal.checks |= bit(*check);
            } else {
                report(out_, item, "nothing is checked that is called " + quoted(item.text()));
            }
        }
    }

    Signals& into_;
    Diagnostics& out_;
};

std::unique_ptr<const Signals> Signals::load(std::span<const SignalFile> files, Diagnostics& out) {
    auto signals = std::make_unique<Signals>();
    SignalsReader reader(*signals, out);
    for (const SignalFile& file : files) {
        const auto document = config::Document::parse(file.name, file.text, out);
        if (document) reader.read(document->root());
    }
    if (!out.has_errors()) reader.finish();
    return out.has_errors() ? nullptr : std::move(signals);
}

std::unique_ptr<const Signals> Signals::installed() {
    std::vector<SignalFile> files;
    for (const EmbeddedFile* file = embedded_behaviour; file->name != nullptr; ++file) {
        files.push_back({.name = file->name, .text = std::string(file->text())});
    }
    Diagnostics diagnostics;
    return load(files, diagnostics);
}

}  // namespace turnpike::behaviour
