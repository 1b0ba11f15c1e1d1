// Mappings read by their tables.
#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "config/source.hpp"

namespace turnpike::config {
namespace {

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

/// Digits without sign or leading zero: YAML takes 010 for eight.
std::optional<std::uint32_t> parse_integer(std::string_view text) {
    if (text.size() > 1 && text.front() == '0') return std::nullopt;
    std::uint32_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, number);
    if (failure != std::errc{} || stop != end) return std::nullopt;
    return number;
}

/// What YAML 1.1 calls a boolean and we don't.
std::string_view plain_boolean(std::string_view text) {
    static constexpr std::array yes{"yes", "Yes", "YES", "on", "On", "ON", "True", "TRUE"};
    static constexpr std::array no{"no", "No", "NO", "off", "Off", "OFF", "False", "FALSE"};
    if (std::find(yes.begin(), yes.end(), text) != yes.end()) return "write true";
    if (std::find(no.begin(), no.end(), text) != no.end()) return "write false";
    return "";
}

/// Whether it lies within the row's limits, where it has them; those are written like the value.
bool within(const Field* field, const auto& value, const auto& parse) {
    if constexpr (requires { value < value; }) {
        return (field->least.empty() || value >= *parse(field->least)) &&
               (field->most.empty() || value <= *parse(field->most));
    } else {
        return true;  // an amount of money
    }
}

/// What `parse` makes of the value; nothing, with a report, where that is nothing or too much.
template <class Value>
std::optional<Value> parsed(const Node& node, const Field* field,
                            std::optional<Value> (*parse)(std::string_view), Diagnostics& out) {
    static constexpr Field untabled{.type = Type::money};
    if (field == nullptr) field = &untabled;
    auto value = parse(node.text());
    if (!value) {
        report(out, node, quoted(node.text()) + " is not " + expected(*field),
               std::string(words_of(field->type).written));
    } else if (!within(field, *value, parse)) {
        report(out, node,
               quoted(field->name) + " must be from " + std::string(field->least) + " to " +
                   std::string(field->most));
        value.reset();
    }
    return value;
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string example_of(const Field& field) {
    return std::string(field.example.empty() ? field.default_value : field.example);
}

}  // namespace

Mapping::Mapping(Node node, const Fields& fields, Diagnostics& out) : Mapping(node, out) {
    fields_ = &fields;
}

Mapping::Mapping(Node node, Diagnostics& out) : node_(node), out_(&out) {
    if (!ok()) report(out, node, "expected a mapping, that is lines of 'key: value'");
}

const Field* Mapping::row(std::string_view key) const {
    if (fields_ == nullptr) return nullptr;
    const Field* found = fields_->find(key);
    if (found == nullptr) {
        throw std::logic_error(std::string(fields_->name) + " has no row for " + quoted(key));
    }
    return found;
}

std::string Mapping::wanted(std::string_view key) const {
    const Field* field = row(key);
    return field == nullptr ? "text" : expected(*field);
}

std::optional<Node> Mapping::take(std::string_view key) {
    const Field* field = row(key);
    const bool again = std::find(taken_.begin(), taken_.end(), key) != taken_.end();
    if (!again) taken_.emplace_back(key);
    auto node = node_.child(key);
    if (field == nullptr || !node || !node->is_null()) return node;
    if (!again) {
        report(*out_, *node, quoted(key) + " has no value",
               "leave it out, or write " + std::string(key) + ": " + example_of(*field));
    }
    return std::nullopt;
}

std::optional<Node> Mapping::take_scalar(std::string_view key) {
    const auto node = take(key);
    if (!node || node->is_scalar()) return node;
    const Field* field = row(key);
    report(*out_, *node, quoted(key) + " must be " + wanted(key),
           field == nullptr ? "" : std::string(words_of(field->type).written));
    return std::nullopt;
}

std::optional<Node> Mapping::take_scalar(std::string_view key, std::string_view expected) {
    const auto node = take(key);
    if (!node || node->is_scalar()) return node;
    report(*out_, *node, quoted(key) + " must be " + std::string(expected));
    return std::nullopt;
}

std::optional<std::string> Mapping::take_string(std::string_view key) {
    const auto node = take_scalar(key);
    if (!node) return std::nullopt;
    return node->text();
}

std::optional<std::string> Mapping::take_path(std::string_view key) {
    const auto node = take_scalar(key);
    if (!node) return std::nullopt;
    if (node->text().empty())
        report(*out_, *node, quoted(key) + " is empty", "write " + wanted(key));
    return row(key)->has_word(node->text()) ? node->text()
                                            : beside(node->where().file, node->text());
}

std::optional<bool> Mapping::take_bool(std::string_view key) {
    constexpr std::string_view expected = "true or false";
    const auto node = take_scalar(key, expected);
    if (!node) return std::nullopt;
    if (!node->is_quoted() && node->text() == "true") return true;
    if (!node->is_quoted() && node->text() == "false") return false;
    report(*out_, *node, quoted(key) + " must be " + std::string(expected),
           node->is_quoted() ? "without quotes" : std::string(plain_boolean(node->text())));
    return std::nullopt;
}

std::optional<std::uint32_t> Mapping::take_integer(std::string_view key) {
    const auto node = take_scalar(key);
    if (!node || row(key)->has_word(node->text())) return std::nullopt;
    const auto number = parse_integer(node->text());
    if (number && !node->is_quoted() && within(row(key), *number, parse_integer)) return number;
    report(*out_, *node, quoted(key) + " must be " + wanted(key),
           node->is_quoted() ? "without quotes" : "");
    return std::nullopt;
}

std::optional<std::int64_t> Mapping::take_integer(std::string_view key, std::int64_t low,
                                                  std::int64_t high) {
    const std::string expected =
        "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
    const auto node = take_scalar(key, expected);
    if (!node) return std::nullopt;
    const auto number = parse_integer(node->text());
    if (number && !node->is_quoted() && *number >= low && *number <= high) return number;
    report(*out_, *node, quoted(key) + " must be " + expected,
           node->is_quoted() ? "without quotes" : "");
    return std::nullopt;
}

std::optional<std::chrono::milliseconds> Mapping::take_duration(std::string_view key) {
    const auto node = take_scalar(key);
    return node ? parsed(*node, row(key), parse_duration, *out_) : std::nullopt;
}

std::optional<std::uint64_t> Mapping::take_size(std::string_view key) {
    const auto node = take_scalar(key);
    return node ? parsed(*node, row(key), parse_size, *out_) : std::nullopt;
}

std::optional<Money> Mapping::take_money(std::string_view key) {
    const auto node = take_scalar(key);
    return node ? parsed(*node, row(key), parse_money, *out_) : std::nullopt;
}

std::optional<Rate> Mapping::take_rate(std::string_view key) {
    const auto node = take_scalar(key);
    return node ? parsed(*node, row(key), parse_rate, *out_) : std::nullopt;
}

std::vector<Node> Mapping::take_list(std::string_view key) {
    const auto node = take(key);
    if (!node) return {};
    const Field* field = row(key);
    if (node->is_mapping() || node->is_null()) {
        const bool of_mappings = field != nullptr && field->type == Type::mapping;
        report(*out_, *node, quoted(key) + " must be a list",
               node->is_null() ? "an empty one is written []"
               : of_mappings   ? "write a '-' before each item"
                               : "");
    }
    std::vector<Node> items = node->items();
    if (field != nullptr && field->some && items.empty() && node->is_list()) {
        report(*out_, *node, quoted(key) + " is empty",
               "for example: " + std::string(key) + ": " + example_of(*field));
    }
    return items;
}

std::vector<Node> Mapping::take_scalars(std::string_view key) {
    std::vector<Node> nodes = take_list(key);
    const Field* field = row(key);
    const auto is_other = [&](const Node& item) {
        if (!item.is_scalar()) {
            report(*out_, item, "an item of " + quoted(key) + " must be text");
        } else if (field != nullptr && field->some && item.text().empty()) {
            report(*out_, item, "an item of " + quoted(key) + " is empty");
        } else {
            return false;
        }
        return true;
    };
    nodes.erase(std::remove_if(nodes.begin(), nodes.end(), is_other), nodes.end());
    return nodes;
}

std::vector<std::string> Mapping::take_strings(std::string_view key) {
    std::vector<std::string> texts;
    for (const Node& item : take_scalars(key)) texts.push_back(item.text());
    return texts;
}

std::optional<std::size_t> Mapping::take_choice(std::string_view key) {
    const auto node = take_scalar(key);
    if (!node) return std::nullopt;
    const Field& field = *row(key);
    const auto found = std::find(field.words.begin(), field.words.end(), node->text());
    if (found != field.words.end()) return static_cast<std::size_t>(found - field.words.begin());
    report(*out_, *node, quoted(node->text()) + " is not a value of " + quoted(key),
           suggestion(field, node->text()));
    return std::nullopt;
}

std::optional<std::size_t> Mapping::take_choice(std::string_view key,
                                                const std::vector<std::string>& names) {
    const std::string expected = "one of: " + listed(names);
    const auto node = take_scalar(key, expected);
    if (!node) return std::nullopt;
    const auto found = std::find(names.begin(), names.end(), node->text());
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    const std::string hint = did_you_mean(node->text(), names);
    report(*out_, *node, quoted(node->text()) + " is not a value of " + quoted(key),
           hint.empty() ? expected : hint);
    return std::nullopt;
}

std::optional<Mapping> Mapping::take_mapping(std::string_view key) {
    const auto node = take(key);
    if (!node) return std::nullopt;
    Mapping mapping(*node, *row(key)->fields, *out_);
    if (!mapping.ok()) return std::nullopt;
    return mapping;
}

std::vector<Mapping> Mapping::take_mappings(std::string_view key) {
    std::vector<Mapping> mappings;
    for (const Node& node : take_list(key)) {
        Mapping mapping(node, *row(key)->fields, *out_);
        if (mapping.ok()) mappings.push_back(std::move(mapping));
    }
    return mappings;
}

void Mapping::take_version() {
    const auto node = take("version");
    if (node && (node->text() != "1" || node->is_quoted())) {
        report(*out_, *node, "this Turnpike reads files of version 1", "write version: 1");
    }
}

void Mapping::finish() {
    if (!ok()) return;
    std::vector<std::string> meant;  // by keys that are misspelt
    for (const Node& key : node_.keys()) {
        if (std::find(taken_.begin(), taken_.end(), key.text()) != taken_.end()) continue;
        meant.push_back(nearest(key.text(), known()));
        report(*out_, key, "unknown key " + quoted(key.text()), hint_for(key.text()));
    }
    if (fields_ != nullptr) report_missing(meant);
}

std::vector<std::string> Mapping::known() const {
    if (fields_ == nullptr) return taken_;
    std::vector<std::string> names;
    for (const Field& field : fields_->rows) names.emplace_back(field.name);
    return names;
}

/// What an unknown key may have been meant for.
std::string Mapping::hint_for(const std::string& key) const {
    if (fields_ == nullptr) return did_you_mean(key, taken_);
    for (const Field& field : fields_->rows) {
        const bool inside = field.fields != nullptr && field.fields->any == nullptr &&
                            field.fields->find(key) != nullptr;
        if (inside) return "it stands under " + quoted(field.name);
    }
    const std::string hint = did_you_mean(key, known());
    return hint.empty() ? "known here: " + listed(known()) : hint;
}

/// Whoever wrote `orgin` has not left out `origin`.
void Mapping::report_missing(const std::vector<std::string>& meant) {
    for (const Field& field : fields_->rows) {
        if (!field.required || node_.child(field.name)) continue;
        if (std::find(meant.begin(), meant.end(), field.name) != meant.end()) continue;
        report(*out_, node_, quoted(field.name) + " is missing",
               field.type == Type::choice
                   ? expected(field)
                   : "for example: " + std::string(field.name) + ": " + example_of(field));
    }
}

}  // namespace turnpike::config
