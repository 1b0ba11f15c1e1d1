// Nodes and mappings over a parsed file.
#include <algorithm>
#include <array>
#include <charconv>

#include "config/source.hpp"

namespace turnpike::config {
namespace {

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

/// Digits without sign or leading zero: YAML takes 010 for eight.
std::optional<std::int64_t> parse_integer(std::string_view text) {
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

}  // namespace

Source::Source(std::string name, std::string_view whole) : file(std::move(name)), text(whole) {
    for (std::size_t start = 0; start < text.size();) {
        starts.push_back(start);
        start = std::min(text.find('\n', start), text.size()) + 1;
    }
}

std::string_view Source::line(std::size_t number) const {
    if (number == 0 || number > starts.size()) return {};
    const std::size_t start = starts[number - 1];
    std::string_view found = std::string_view(text).substr(start);
    found = found.substr(0, found.find('\n'));
    if (found.ends_with('\r')) found.remove_suffix(1);
    return found;
}

Diagnostic Source::at(std::uint32_t line_number, std::uint32_t column, std::string message,
                      std::string hint) const {
    Diagnostic diagnostic;
    diagnostic.file = file;
    diagnostic.line = line_number;
    diagnostic.column = column;
    diagnostic.message = std::move(message);
    diagnostic.source_line = line(line_number);
    diagnostic.hint = std::move(hint);
    return diagnostic;
}

Document::Document(std::unique_ptr<Source> source) : source_(std::move(source)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Node Document::root() const {
    return {*source_, *source_->root};
}

bool Node::is_scalar() const {
    return value_->kind == Kind::scalar;
}
bool Node::is_list() const {
    return value_->kind == Kind::list;
}
bool Node::is_mapping() const {
    return value_->kind == Kind::mapping;
}
bool Node::is_null() const {
    return value_->kind == Kind::null;
}
const std::string& Node::text() const {
    return value_->text;
}
bool Node::is_quoted() const {
    return value_->quoted;
}
std::uint32_t Node::column() const {
    return value_->column;
}

std::vector<Node> Node::items() const {
    std::vector<Node> nodes;
    if (is_scalar()) nodes.push_back(*this);
    if (is_list()) {
        nodes.reserve(value_->items.size());
        for (const Value* item : value_->items) nodes.emplace_back(*source_, *item);
    }
    return nodes;
}

std::optional<Node> Node::child(std::string_view key) const {
    if (!is_mapping()) return std::nullopt;
    const auto& items = value_->items;
    for (std::size_t i = 0; i < items.size(); i += 2) {
        if (items[i]->text == key) return Node(*source_, *items[i + 1]);
    }
    return std::nullopt;
}

Where Node::where() const {
    return {source_->file, value_->line};
}

std::string beside(const std::string& file, const std::string& path) {
    const std::size_t slash = file.rfind('/');
    if (path.empty() || path.starts_with('/') || slash == file.npos) return path;
    return file.substr(0, slash + 1) + path;
}

void report(Diagnostics& out, const Node& node, std::string message, std::string hint,
            Severity severity) {
    Diagnostic diagnostic = node.source_->at(node.value_->line, node.value_->column,
                                             std::move(message), std::move(hint));
    diagnostic.severity = severity;
    out.add(std::move(diagnostic));
}

Mapping::Mapping(Node node, Diagnostics& out) : node_(node), out_(out) {
    if (!ok()) report(out, node, "expected a mapping, that is lines of 'key: value'");
}

std::optional<Node> Mapping::take(std::string_view key) {
    taken_.emplace_back(key);
    return node_.child(key);
}

std::optional<Node> Mapping::take_scalar(std::string_view key, std::string_view expected) {
    const auto node = take(key);
    if (!node || node->is_scalar()) return node;
    report(out_, *node, quoted(key) + " must be " + std::string(expected));
    return std::nullopt;
}

std::optional<std::string> Mapping::take_string(std::string_view key) {
    const auto node = take_scalar(key, "text");
    if (!node) return std::nullopt;
    return node->text();
}

std::optional<bool> Mapping::take_bool(std::string_view key) {
    constexpr std::string_view expected = "true or false";
    const auto node = take_scalar(key, expected);
    if (!node) return std::nullopt;
    if (!node->is_quoted() && node->text() == "true") return true;
    if (!node->is_quoted() && node->text() == "false") return false;
    report(out_, *node, quoted(key) + " must be " + std::string(expected),
           node->is_quoted() ? "without quotes" : std::string(plain_boolean(node->text())));
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
    report(out_, *node, quoted(key) + " must be " + expected,
           node->is_quoted() ? "without quotes" : "");
    return std::nullopt;
}

std::optional<std::chrono::milliseconds> Mapping::take_duration(std::string_view key) {
    const auto node = take_scalar(key, "a duration");
    if (!node) return std::nullopt;
    const auto duration = parse_duration(node->text());
    if (!duration) {
        report(out_, *node, quoted(node->text()) + " is not a duration",
               "write 250ms, 10s, 5m or 1h");
    }
    return duration;
}

std::optional<std::uint64_t> Mapping::take_size(std::string_view key) {
    const auto node = take_scalar(key, "a size");
    if (!node) return std::nullopt;
    const auto size = parse_size(node->text());
    if (!size) {
        report(out_, *node, quoted(node->text()) + " is not a size", "write 512B, 32KiB or 1MiB");
    }
    return size;
}

std::optional<Money> Mapping::take_money(std::string_view key) {
    const auto node = take_scalar(key, "an amount");
    if (!node) return std::nullopt;
    auto money = parse_money(node->text());
    if (!money) {
        report(out_, *node, quoted(node->text()) + " is not an amount",
               "write a currency and a number: USD 0.01");
    }
    return money;
}

std::vector<Node> Mapping::take_list(std::string_view key) {
    const auto node = take(key);
    if (!node) return {};
    if (node->is_mapping() || node->is_null()) {
        report(out_, *node, quoted(key) + " must be a list",
               node->is_null() ? "an empty one is written []" : "");
    }
    return node->items();
}

std::vector<Node> Mapping::take_scalars(std::string_view key) {
    std::vector<Node> nodes = take_list(key);
    const auto is_other = [&](const Node& item) {
        if (item.is_scalar()) return false;
        report(out_, item, "an item of " + quoted(key) + " must be text");
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

std::optional<std::size_t> Mapping::take_choice(std::string_view key,
                                                const std::vector<std::string>& names) {
    std::string expected = "one of: ";
    for (const std::string& name : names) {
        if (&name != &names.front()) expected += ", ";
        expected += name;
    }
    const auto node = take_scalar(key, expected);
    if (!node) return std::nullopt;
    const auto found = std::find(names.begin(), names.end(), node->text());
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    const std::string hint = did_you_mean(node->text(), names);
    report(out_, *node, quoted(node->text()) + " is not a value of " + quoted(key),
           hint.empty() ? expected : hint);
    return std::nullopt;
}

void Mapping::take_version() {
    const auto node = take("version");
    if (node && (node->text() != "1" || node->is_quoted())) {
        report(out_, *node, "this Turnpike reads files of version 1", "write version: 1");
    }
}

std::vector<std::string> Mapping::keys() const {
    std::vector<std::string> names;
    if (!ok()) return names;
    const auto& items = node_.value_->items;
    for (std::size_t i = 0; i < items.size(); i += 2) names.push_back(items[i]->text);
    return names;
}

void Mapping::finish() {
    if (!ok()) return;
    const auto& items = node_.value_->items;
    for (std::size_t i = 0; i < items.size(); i += 2) {
        const std::string& key = items[i]->text;
        if (std::find(taken_.begin(), taken_.end(), key) != taken_.end()) continue;
        report(out_, Node(*node_.source_, *items[i]), "unknown key " + quoted(key),
               did_you_mean(key, taken_));
    }
}

}  // namespace turnpike::config
