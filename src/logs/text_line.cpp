// Lines of the combined and the common format:
//   [host ]client ident user [date] "request" status bytes["referer" "user agent"["forwarded for"]]
#include <algorithm>
#include <cstring>

#include "logs/escapes.hpp"
#include "logs/logs.hpp"
#include "logs/request_line.hpp"
#include "logs/times.hpp"

namespace turnpike::logs {
namespace {

std::string_view until(std::string_view text, char end) {
    return text.substr(0, std::min(text.find(end), text.size()));
}

/// Four numbers, or colons: enough to tell an address from a host's name with a port.
bool looks_like_address(std::string_view text) {
    std::size_t colons = 0, letters = 0, dots = 0;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        const char lower = static_cast<char>(c | 0x20);
        if (c == ':') {
            ++colons;
        } else if (c == '.') {
            ++dots;
        } else if (lower >= 'a' && lower <= 'f') {
            ++letters;
        } else if (!digit) {
            return false;
        }
    }
    return colons >= 2 || (dots == 3 && letters == 0);
}

/// The client, and the host that Apache's `vhost_combined` has before it.
bool take_client(std::string_view line, Entry& entry) {
    const std::string_view first = until(line, ' ');
    if (first.empty() || first.size() == line.size()) return false;
    entry.client = first;
    if (looks_like_address(first)) return true;
    const std::string_view second = until(line.substr(first.size() + 1), ' ');
    if (looks_like_address(second)) {
        entry.host = first;
        entry.client = second;
    }
    return true;
}

/// The text in quotes at the beginning of `rest`, which then begins behind it. A quote that no
/// blank follows is part of the text: not every server escapes it.
std::optional<std::string_view> take_quoted(std::string_view& rest) {
    if (!rest.starts_with('"')) return std::nullopt;
    for (std::size_t end = rest.find('"', 1); end != rest.npos; end = rest.find('"', end + 1)) {
        std::size_t slashes = 0;
        while (rest[end - 1 - slashes] == '\\') ++slashes;
        if (slashes % 2 != 0) continue;
        if (end + 1 < rest.size() && rest[end + 1] != ' ') continue;
        const std::string_view text = rest.substr(1, end - 1);
        rest.remove_prefix(std::min(end + 2, rest.size()));
        return text;
    }
    return std::nullopt;
}

std::string_view plain(std::string_view text, Arena& arena) {
    if (text == "-") return {};
    return text.find('\\') == text.npos ? text : undo_combined(text, arena);
}

/// A number and the blank behind it; `-` is 0.
std::optional<std::uint64_t> take_number(std::string_view& rest) {
    std::uint64_t number = 0;
    std::size_t i = 0;
    if (rest.starts_with('-')) {
        i = 1;
    } else {
        for (; i < rest.size() && rest[i] >= '0' && rest[i] <= '9'; ++i) {
            number = number * 10 + static_cast<std::uint64_t>(rest[i] - '0');
        }
    }
    const bool ended = i == rest.size() || rest[i] == ' ';
    if (i == 0 || i > 19 || !ended) return std::nullopt;
    rest.remove_prefix(std::min(i + 1, rest.size()));
    return number;
}

/// What nginx writes behind the user agent when it is not told otherwise.
void take_forwarded_for(std::string_view rest, Entry& entry) {
    const auto text = take_quoted(rest);
    if (!text || text->empty()) return;
    const auto may_stand = [](char c) {
        const char lower = static_cast<char>(c | 0x20);
        return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'f') || c == '.' || c == ':' ||
               c == ',' || c == ' ';
    };
    if (std::all_of(text->begin(), text->end(), may_stand)) entry.forwarded_for = *text;
}

}  // namespace

std::optional<std::int64_t> LineReader::read_date(std::string_view text) {
    constexpr std::size_t day_size = 11;
    if (text.size() < day_size) return std::nullopt;
    std::uint64_t day[2] = {};
    std::memcpy(day, text.data(), day_size);
    if (day[0] != day_[0] || day[1] != day_[1]) {
        const auto start = read_day(text);
        if (!start) return std::nullopt;
        day_start_ = *start;
        std::copy(std::begin(day), std::end(day), std::begin(day_));
    }
    const auto time = read_time_of_day(text.substr(day_size));
    if (!time) return std::nullopt;
    return day_start_ + *time;
}

Reading LineReader::read_text(std::string_view line, Entry& entry, Arena& arena) {
    if (!take_client(line, entry)) return broken("it does not begin with an address");
    std::optional<std::int64_t> time;
    std::string_view rest = line;
    // A user's name may hold a bracket too.
    while (!time) {
        const std::size_t bracket = rest.find('[');
        if (bracket == rest.npos)
            return broken("no date in brackets, like [17/May/2015:10:05:03 +0000]");
        rest.remove_prefix(bracket + 1);
        time = read_date(until(rest, ']'));
    }
    entry.time = *time;
    rest.remove_prefix(until(rest, ']').size());
    if (!rest.starts_with("] ")) return broken("nothing follows the date");
    rest.remove_prefix(2);
    const auto request = take_quoted(rest);
    if (!request) return broken("no request in quotes, or its quote is not closed");
    const auto status = take_number(rest);
    const auto bytes = status ? take_number(rest) : std::nullopt;
    if (!bytes || *status > 999) return broken("no status and size behind the request");
    entry.status = static_cast<std::uint16_t>(*status);
    entry.bytes = *bytes;
    if (format_ == Format::combined) {
        const auto referer = take_quoted(rest);
        const auto agent = referer ? take_quoted(rest) : std::nullopt;
        if (!agent) return broken("it ends before the user agent does");
        entry.referer = plain(*referer, arena);
        entry.user_agent = plain(*agent, arena);
        take_forwarded_for(rest, entry);
    }
    return read_request_line(plain(*request, arena), entry);
}

}  // namespace turnpike::logs
