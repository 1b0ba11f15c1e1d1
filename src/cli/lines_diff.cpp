// The longest common subsequence of lines, by the plain table.
#include "cli/lines_diff.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace turnpike::cli {
namespace {

using Lines = std::vector<std::string_view>;

/// The table would be too large for people's patience, and so would be what it shows.
constexpr std::size_t most_cells = 64 * 1024 * 1024;

Lines split(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// An empty line is like any other empty line, and says nothing of what has moved.
std::uint32_t weight_of(std::string_view line) {
    return line.empty() ? 0 : 1;
}

void add(std::string& out, char sign, std::string_view line) {
    out.append(1, sign).append(line).append("\n");
}

}  // namespace

std::string diff_of_lines(std::string_view before, std::string_view after) {
    if (before == after) return {};
    const Lines a = split(before);
    const Lines b = split(after);
    const std::size_t width = b.size() + 1;
    const bool too_large = (a.size() + 1) * width > most_cells;
    // How long the common subsequence is of what follows line i of one and line j of the other.
    std::vector<std::uint32_t> common(too_large ? 0 : (a.size() + 1) * width);
    for (std::size_t i = a.size(); !too_large && i-- > 0;) {
        for (std::size_t j = b.size(); j-- > 0;) {
            common[i * width + j] =
                a[i] == b[j] ? common[(i + 1) * width + j + 1] + weight_of(a[i])
                             : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
        }
    }
    std::string out;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() || j < b.size()) {
        if (i < a.size() && j < b.size() && a[i] == b[j]) {
            add(out, ' ', a[i++]);
            ++j;
        } else if (i < a.size() && (j == b.size() || too_large ||
                                    common[(i + 1) * width + j] >= common[i * width + j + 1])) {
            add(out, '-', a[i++]);
        } else {
            add(out, '+', b[j++]);
        }
    }
    return out;
}

}  // namespace turnpike::cli
