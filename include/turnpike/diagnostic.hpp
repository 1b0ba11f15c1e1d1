// What is wrong with a configuration, as a compiler would say it: all mistakes at once, each with
// file, line, column, the line itself, a caret and a hint.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace turnpike {

/// A file that belongs to a configuration.
struct TextFile {
    std::string file;  ///< As the operator named it; empty = none.
    std::string text;
};

enum class Severity : std::uint8_t { warning, error };

struct Diagnostic {
    Severity severity = Severity::error;
    std::string file;
    std::uint32_t line = 0;    ///< Counted from 1; 0 = the file as a whole.
    std::uint32_t column = 0;  ///< Counted from 1, in bytes.
    std::string message;
    std::string source_line;  ///< The offending line as it stands in the file.
    std::string hint;         ///< Printed behind the caret; may be empty.
};

class Diagnostics {
public:
    void add(Diagnostic diagnostic) { list_.push_back(std::move(diagnostic)); }
    const std::vector<Diagnostic>& list() const { return list_; }
    bool has_errors() const;
    /// The whole text for a terminal, one block a diagnostic, in order of file and line.
    std::string to_string() const;

private:
    std::vector<Diagnostic> list_;
};

}  // namespace turnpike
