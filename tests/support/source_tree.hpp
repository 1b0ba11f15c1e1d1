// The project's own files as text, for the tests that read them (tidy, structure): where they are,
// what they say, and the same without comments and literals.
#pragma once

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace turnpike::test {

struct Source {
    std::string path;  ///< From the project's root, with `/`.
    std::string text;
};

/// What breaks a rule, one line each, as a compiler would say it: `path:line: what`.
using Complaints = std::vector<std::string>;

inline bool starts_with_any(std::string_view text, const std::vector<std::string_view>& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](std::string_view prefix) { return text.starts_with(prefix); });
}

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// What stands in the file at `path`, from the project's root.
inline std::string written(const std::string& path) {
    return read_file(std::filesystem::path(TURNPIKE_SOURCE) / path);
}

/// The same, where `text` should stand. With TURNPIKE_REWRITE set the file is made to say so; read
/// what changed before you commit it.
inline std::string written(const std::string& path, const std::string& text) {
    if (std::getenv("TURNPIKE_REWRITE") != nullptr) {
        std::ofstream(std::filesystem::path(TURNPIKE_SOURCE) / path, std::ios::binary) << text;
    }
    return written(path);
}

/// Every file below `folders` whose name ends in one of `endings`, in order of path.
inline std::vector<Source> read_tree(const std::vector<std::string>& folders,
                                     const std::vector<std::string>& endings) {
    const std::filesystem::path root = TURNPIKE_SOURCE;
    std::vector<Source> sources;
    for (const std::string& folder : folders) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
            const std::string name = entry.path().filename().string();
            const bool wanted =
                std::any_of(endings.begin(), endings.end(),
                            [&](const std::string& ending) { return name.ends_with(ending); });
            if (!entry.is_regular_file() || !wanted) continue;
            sources.push_back(
                {entry.path().lexically_relative(root).generic_string(), read_file(entry.path())});
        }
    }
    std::sort(sources.begin(), sources.end(),
              [](const Source& a, const Source& b) { return a.path < b.path; });
    return sources;
}

inline std::size_t line_at(std::string_view text, std::size_t offset) {
    return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + offset, '\n'));
}

inline std::string at(const Source& source, std::size_t offset, std::string_view what) {
    return source.path + ":" + std::to_string(line_at(source.text, offset)) + ": " +
           std::string(what);
}

inline bool is_word_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Where `word` next stands in `text` as a whole word; npos if nowhere.
inline std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0) {
    for (std::size_t found = text.find(word, from); found != std::string_view::npos;
         found = text.find(word, found + 1)) {
        const std::size_t end = found + word.size();
        const bool starts =
            found == 0 || !is_word_character(text[found - 1]) || !is_word_character(word.front());
        const bool ends =
            end == text.size() || !is_word_character(text[end]) || !is_word_character(word.back());
        if (starts && ends) return found;
    }
    return std::string_view::npos;
}

inline std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// The end of the comment or literal that begins at `start`; `start` itself where none does.
inline std::size_t end_of_noncode(std::string_view text, std::size_t start) {
    const std::string_view rest = text.substr(start);
    const auto until = [&](std::string_view end, std::size_t from) {
        const std::size_t found = text.find(end, from);
        return found == std::string_view::npos ? text.size() : found + end.size();
    };
    if (rest.starts_with("//")) return std::min(text.find('\n', start), text.size());
    if (rest.starts_with("/*")) return until("*/", start + 2);
    if (rest.starts_with("R\"") && (start == 0 || !is_word_character(text[start - 1]))) {
        const std::size_t open = text.find('(', start);
        const std::string name(text.substr(start + 2, open - start - 2));
        return until(")" + name + "\"", open);
    }
    const char quote = rest.front();
    const bool digit_separator = start > 0 && is_word_character(text[start - 1]);
    if (quote != '"' && (quote != '\'' || digit_separator)) return start;
    for (std::size_t i = start + 1; i < text.size() && text[i] != '\n'; ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == quote)
            return i + 1;
    }
    return start + 1;
}

/// The text with comments and the insides of literals replaced by blanks: same length, same lines.
inline std::string code_of(std::string_view text) {
    std::string code(text);
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = end_of_noncode(text, i);
        const bool literal = end > i && text[i] != '/';
        for (std::size_t k = literal ? i + 1 : i; k + (literal ? 1 : 0) < end; ++k) {
            if (code[k] != '\n') code[k] = ' ';
        }
        i = std::max(end, i + 1);
    }
    return code;
}

}  // namespace turnpike::test
