// Nodes over a parsed file.
#include <algorithm>

#include "config/source.hpp"

namespace turnpike::config {
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

std::vector<Node> Node::keys() const {
    std::vector<Node> nodes;
    if (!is_mapping()) return nodes;
    for (std::size_t i = 0; i < value_->items.size(); i += 2) {
        nodes.emplace_back(*source_, *value_->items[i]);
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
    std::string_view plain = path;
    while (plain.starts_with("./")) plain.remove_prefix(2);
    const std::size_t slash = file.rfind('/');
    if (plain.empty() || plain.starts_with('/') || slash == file.npos) return std::string(plain);
    return file.substr(0, slash + 1).append(plain);
}

void report(Diagnostics& out, const Node& node, std::string message, std::string hint,
            Severity severity) {
    Diagnostic diagnostic = node.source_->at(node.value_->line, node.value_->column,
                                             std::move(message), std::move(hint));
    diagnostic.severity = severity;
    out.add(std::move(diagnostic));
}

}  // namespace turnpike::config
