// Which reader a line is for, and which format a file is in.
#include <array>

#include "logs/logs.hpp"

namespace turnpike::logs {
namespace {

constexpr std::array<std::string_view, 3> format_names = {"combined", "common", "json"};
constexpr std::size_t lines_to_try = 100;

}  // namespace

std::string_view name_of(Format format) {
    return format_names[static_cast<std::size_t>(format)];
}

std::optional<Format> format_named(std::string_view name) {
    for (std::size_t i = 0; i < format_names.size(); ++i) {
        if (format_names[i] == name) return static_cast<Format>(i);
    }
    return std::nullopt;
}

Reading LineReader::broken(std::string_view why) {
    why_ = why;
    return Reading::broken;
}

Reading LineReader::read(std::string_view line, Entry& entry, Arena& arena) {
    entry = {};
    if (line.size() > longest_line) return broken("it is longer than 64 KiB");
    return format_ == Format::json ? read_json(line, entry, arena) : read_text(line, entry, arena);
}

std::optional<Format> detect(std::string_view lines) {
    // Whatever is combined can be read as common too, so the first of equals counts.
    std::optional<Format> best;
    std::size_t most = 0;
    for (std::size_t i = 0; i < format_names.size(); ++i) {
        const auto format = static_cast<Format>(i);
        LineReader reader(format);
        Arena arena;
        Entry entry;
        std::size_t read = 0;
        std::size_t tried = 0;
        for_each_line(lines, [&](std::string_view line) {
            if (tried++ >= lines_to_try) return;
            if (reader.read(line, entry, arena) != Reading::broken) ++read;
        });
        if (read > most) best = format;
        most = std::max(most, read);
    }
    return best;
}

}  // namespace turnpike::logs
