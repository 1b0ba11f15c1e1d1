// Decoding once and removing dot segments, in one pass over a copy for each reading.
#include "core/path.hpp"

#include <algorithm>
#include <array>

namespace turnpike {
namespace {

/// What a server makes of `;`.
enum class Params : std::uint8_t {
    data,
    of_segment,  ///< Each segment may have some, RFC 3986 §3.3; dropped.
    of_path,     ///< All that follows the first one, RFC 1808 §2.4.4; dropped.
};

/// How a server may read what is ambiguous. Servers differ in each of these by itself.
struct Reading {
    bool escaped_slash_separates;
    bool backslash_separates;
    Params params;
};

constexpr std::size_t reading_count = 12;
constexpr std::array<Reading, reading_count> make_readings() {
    std::array<Reading, reading_count> readings{};
    std::size_t count = 0;
    for (const Params params : {Params::data, Params::of_segment, Params::of_path}) {
        for (const bool backslash : {false, true}) {
            for (const bool slash : {false, true}) readings[count++] = {slash, backslash, params};
        }
    }
    return readings;
}
constexpr std::array<Reading, reading_count> all_readings = make_readings();

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char letter = static_cast<char>(c | 0x20);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/// Nothing in it that any reading would change: the common case, and no copy.
bool is_plain(std::string_view path) {
    if (!path.starts_with('/')) return path == "*";
    char previous = 0;
    for (const char c : path) {
        if (c == '%' || c == '\\' || c == ';' || is_control(c)) return false;
        if (previous == '/' && (c == '/' || c == '.')) return false;
        previous = c;
    }
    return true;
}

struct Character {
    char value = 0;
    bool escaped = false;
};

/// The character at `at`, decoded once; moves on behind it.
Character next_character(std::string_view path, std::size_t& at) {
    const char c = path[at++];
    if (c != '%' || path.size() - at < 2) return {c, false};
    const int high = hex_value(path[at]);
    const int low = hex_value(path[at + 1]);
    if (high < 0 || low < 0) return {c, false};
    at += 2;
    return {static_cast<char>(high * 16 + low), true};
}

/// A path being written segment by segment. Takes as much room as the path itself, and a byte more.
class Writer {
public:
    explicit Writer(char* room) : start_(room), segment_(room + 1), end_(room + 1) { *room = '/'; }

    void add(char c) { *end_++ = c; }

    /// A `/`: ends the segment, if anything is to be kept of it.
    void separate() {
        if (drop_dots() || end_ == segment_) return;
        *end_++ = '/';
        segment_ = end_;
    }

    std::string_view finish() {
        drop_dots();
        return {start_, static_cast<std::size_t>(end_ - start_)};
    }

private:
    /// Removes `.`, and `..` with the segment before it; the slash before them stays.
    bool drop_dots() {
        const std::string_view segment(segment_, static_cast<std::size_t>(end_ - segment_));
        if (segment != "." && segment != "..") return false;
        if (segment == ".." && segment_ - start_ > 1) {
            --segment_;
            while (segment_[-1] != '/') --segment_;
        }
        end_ = segment_;
        return true;
    }

    char* start_;
    char* segment_;  // the one being written: behind a slash
    char* end_;
};

struct Copy {
    std::string_view text;
    bool ambiguous = false;  ///< Another reading may differ.
};

Copy read_path(std::string_view path, const Reading& reading, Arena& arena) {
    Writer writer(static_cast<char*>(arena.allocate(path.size() + 1)));
    Copy copy;
    bool in_params = false;
    for (std::size_t at = path.starts_with('/') ? 1 : 0; at < path.size();) {
        const auto [value, escaped] = next_character(path, at);
        const bool escaped_slash = value == '/' && escaped;
        copy.ambiguous |= escaped_slash || value == '\\' || value == ';';
        if (value == ';' && reading.params == Params::of_path) break;
        if (value == ';' && reading.params == Params::of_segment) {
            in_params = true;
        } else if ((value == '/' && !escaped) ||
                   (escaped_slash && reading.escaped_slash_separates) ||
                   (value == '\\' && reading.backslash_separates)) {
            writer.separate();
            in_params = false;
        } else if (value == '/' && !in_params) {
            for (const char c : {'%', '2', 'F'}) writer.add(c);  // data, RFC 3986 §2.2
        } else if (!in_params) {
            writer.add(value);
        }
    }
    copy.text = writer.finish();
    return copy;
}

/// Control characters, escaped or not, are in no path that means well.
bool has_control(std::string_view path) {
    for (std::size_t at = 0; at < path.size();) {
        if (is_control(next_character(path, at).value)) return true;
    }
    return false;
}

}  // namespace

Result<std::span<const std::string_view>> normalise_path(std::string_view path, Arena& arena) {
    if (is_plain(path)) {
        const std::span<std::string_view> itself = arena.array<std::string_view>(1);
        itself.front() = path;
        return std::span<const std::string_view>(itself);
    }
    if (has_control(path)) {
        return Error{Fault::malformed, Side::client, 400, "a control character in the path"};
    }
    const std::span<std::string_view> room = arena.array<std::string_view>(reading_count);
    std::size_t count = 0;
    const auto add = [&](std::string_view reading) {
        const auto end = room.begin() + static_cast<std::ptrdiff_t>(count);
        if (std::find(room.begin(), end, reading) == end) room[count++] = reading;
    };
    const Copy plain = read_path(path, all_readings.front(), arena);
    add(plain.text);
    if (plain.ambiguous) {
        for (const Reading& other : all_readings) add(read_path(path, other, arena).text);
    }
    return std::span<const std::string_view>(room.first(count));
}

}  // namespace turnpike
