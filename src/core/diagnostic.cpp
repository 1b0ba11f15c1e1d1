// Diagnostics as text, in the form compilers made familiar.
#include "turnpike/diagnostic.hpp"

#include <algorithm>
#include <tuple>

namespace turnpike {
namespace {

constexpr std::string_view margin = "    ";

/// What stands before the caret: as wide as the line before its column, tabs kept.
std::string indentation(const Diagnostic& diagnostic) {
    std::string text;
    for (std::size_t i = 0; i + 1 < diagnostic.column; ++i) {
        const char c = i < diagnostic.source_line.size() ? diagnostic.source_line[i] : ' ';
        const bool inside_character = (static_cast<unsigned char>(c) & 0xC0) == 0x80;  // of UTF-8
        if (!inside_character) text += c == '\t' ? '\t' : ' ';
    }
    return text;
}

void write(const Diagnostic& diagnostic, std::string& text) {
    text += diagnostic.file;
    if (diagnostic.line > 0) {
        text += ":" + std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column);
    }
    text += diagnostic.severity == Severity::error ? ": error: " : ": warning: ";
    text += diagnostic.message + "\n";
    if (diagnostic.line > 0) {
        text.append(margin).append(diagnostic.source_line).append("\n");
        text.append(margin).append(indentation(diagnostic)).append("^");
        if (!diagnostic.hint.empty()) text += " " + diagnostic.hint;
        text += "\n";
    } else if (!diagnostic.hint.empty()) {
        text.append(margin).append(diagnostic.hint).append("\n");
    }
}

}  // namespace

bool Diagnostics::has_errors() const {
    return std::any_of(list_.begin(), list_.end(), [](const Diagnostic& diagnostic) {
        return diagnostic.severity == Severity::error;
    });
}

std::string Diagnostics::to_string() const {
    std::vector<const Diagnostic*> sorted;
    for (const Diagnostic& diagnostic : list_) sorted.push_back(&diagnostic);
    std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic* a, const Diagnostic* b) {
        return std::tie(a->file, a->line, a->column) < std::tie(b->file, b->line, b->column);
    });
    std::string text;
    for (const Diagnostic* diagnostic : sorted) write(*diagnostic, text);
    return text;
}

}  // namespace turnpike
