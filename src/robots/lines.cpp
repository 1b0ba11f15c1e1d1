// Keys are told apart here, those of RFC 9309 exactly and those that Google's parser takes for
// them.
#include "robots/lines.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace turnpike::robots {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view white_space = " \t\v\f";

struct Key {
    std::string_view name;
    Field field;
};

constexpr std::array<Key, 8> keys = {{{"user-agent", Field::user_agent},
                                      {"allow", Field::allow},
                                      {"disallow", Field::disallow},
                                      {"crawl-delay", Field::crawl_delay},
                                      {"content-signal", Field::content_signal},
                                      {"content-usage", Field::content_usage},
                                      {"license", Field::license},
                                      {"sitemap", Field::sitemap}}};

// To Google's parser a key is what it begins with, and often misspelt.
constexpr std::array<Key, 12> googles_keys = {{{"user-agent", Field::user_agent},
                                               {"useragent", Field::user_agent},
                                               {"user agent", Field::user_agent},
                                               {"allow", Field::allow},
                                               {"disallow", Field::disallow},
                                               {"dissallow", Field::disallow},
                                               {"dissalow", Field::disallow},
                                               {"disalow", Field::disallow},
                                               {"diasllow", Field::disallow},
                                               {"disallaw", Field::disallow},
                                               {"sitemap", Field::sitemap},
                                               {"site-map", Field::sitemap}}};

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

Field field_of(std::string_view key) {
    for (const auto& [name, field] : keys) {
        if (equals_ignoring_case(key, name)) return field;
    }
    return Field::other;
}

Field googles_field_of(std::string_view key) {
    for (const auto& [name, field] : googles_keys) {
        if (equals_ignoring_case(key.substr(0, name.size()), name)) return field;
    }
    return Field::other;
}

/// `Disallow /x`: Google's parser takes exactly two words for a key and its value.
std::optional<Record> read_two_words(std::string_view text) {
    const std::size_t end = text.find_first_of(white_space);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view value = trimmed(text.substr(end));
    if (value.find_first_of(white_space) != std::string_view::npos) return std::nullopt;
    const Field field = googles_field_of(text.substr(0, end));
    if (field == Field::other) return std::nullopt;
    return Record{.field = field, .mended = true, .text = text, .value = value};
}

std::optional<Record> read_line(std::string_view line) {
    line = line.substr(0, longest_line);
    const std::string_view text = trimmed(line.substr(0, line.find_first_of({"#\0", 2})));
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return read_two_words(text);
    const std::string_view key = trimmed(text.substr(0, colon));
    if (key.empty()) return std::nullopt;
    Record record{.field = field_of(key), .text = text, .value = trimmed(text.substr(colon + 1))};
    if (record.field == Field::other) {
        record.field = googles_field_of(key);
        record.mended = record.field != Field::other;
    }
    return record;
}

/// The line up to CR, LF or CRLF; what follows it stays in `text`.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = text.substr(0, end);
    const bool two = text.substr(end).starts_with("\r\n");
    text.remove_prefix(std::min(end + (two ? 2 : 1), text.size()));
    return line;
}

}  // namespace

std::string_view within_limit(std::string_view text) {
    if (text.size() <= longest_file) return text;
    const std::size_t end = text.find_last_of("\r\n", longest_file);
    return text.substr(0, end == std::string_view::npos ? 0 : end);
}

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(white_space), text.size()));
    return text.substr(0, text.find_last_not_of(white_space) + 1);
}

std::vector<std::string_view> split_lines(std::string_view text) {
    for (const char octet : byte_order_mark) {  // or the beginning of one, as Google's parser does
        if (!text.starts_with(octet)) break;
        text.remove_prefix(1);
    }
    std::vector<std::string_view> lines;
    while (!text.empty()) lines.push_back(take_line(text));
    return lines;
}

std::vector<Record> read_lines(std::string_view text) {
    std::vector<Record> records;
    std::uint32_t number = 0;
    for (const std::string_view line : split_lines(text)) {
        ++number;
        auto record = read_line(line);
        if (!record) continue;
        record->line = number;
        records.push_back(*record);
    }
    return records;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

bool less_ignoring_case(std::string_view a, std::string_view b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [](char x, char y) { return lower(x) < lower(y); });
}

}  // namespace turnpike::robots
