// Dates are checked as far as a log can be wrong by accident.
#include "logs/times.hpp"

#include <chrono>

namespace turnpike::logs {
namespace {

constexpr std::size_t day_size = 11;  // `17/May/2015`

/// So many digits at `at`; -1 where one is none.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return -1;
    int number = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9') return -1;
        number = number * 10 + (c - '0');
    }
    return number;
}

/// January is 1; 0 where it is no month.
unsigned month_at(std::string_view text, std::size_t at) {
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const std::size_t found = months.find(text.substr(at, 3));
    return found == months.npos || found % 3 != 0 ? 0 : static_cast<unsigned>(found / 3 + 1);
}

std::optional<std::int64_t> day_start(int year, unsigned month, int day) {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(static_cast<unsigned>(day))};
    // Nanoseconds reach from 1677 to 2262.
    if (year < 1970 || year > 2200 || day < 1 || !date.ok()) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86400} * second;
}

/// `10:05:03` at `at`, in seconds; -1 where it is none.
int clock_at(std::string_view text, std::size_t at) {
    const int hour = digits(text, at, 2);
    const int minute = digits(text, at + 3, 2);
    const int rest = digits(text, at + 6, 2);
    const bool ok = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && rest >= 0 &&
                    rest <= 60 && text[at + 2] == ':' && text[at + 5] == ':';
    return ok ? hour * 3600 + minute * 60 + rest : -1;
}

/// `Z`, `+0200`, `+02:00`, or nothing, which is UTC, in seconds.
std::optional<int> read_zone(std::string_view text) {
    if (text.empty() || text == "Z") return 0;
    if (text.front() != '+' && text.front() != '-') return std::nullopt;
    const bool colon = text.size() == 6 && text[3] == ':';
    if (text.size() != 5 && !colon) return std::nullopt;
    const int hours = digits(text, 1, 2);
    const int minutes = digits(text, colon ? 4 : 3, 2);
    if (hours < 0 || minutes < 0 || hours > 14 || minutes > 59) return std::nullopt;
    return (hours * 3600 + minutes * 60) * (text.front() == '-' ? -1 : 1);
}

/// The digits behind a point, as nanoseconds; `text` then begins behind them.
std::int64_t take_fraction(std::string_view& text) {
    if (!text.starts_with('.') && !text.starts_with(',')) return 0;
    text.remove_prefix(1);
    std::int64_t nanoseconds = 0;
    std::int64_t unit = second / 10;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
        nanoseconds += unit * (text.front() - '0');
        unit /= 10;
    }
    return nanoseconds;
}

}  // namespace

std::optional<std::int64_t> read_day(std::string_view text) {
    if (text.size() < day_size || text[2] != '/' || text[6] != '/') return std::nullopt;
    return day_start(digits(text, 7, 4), month_at(text, 3), digits(text, 0, 2));
}

std::optional<std::int64_t> read_time_of_day(std::string_view text) {
    constexpr std::size_t clock_size = 9;  // `:10:05:03`
    if (text.size() < clock_size || text[0] != ':') return std::nullopt;
    const int clock = clock_at(text, 1);
    if (clock < 0) return std::nullopt;
    text.remove_prefix(clock_size);
    const std::int64_t fraction = take_fraction(text);
    if (text.starts_with(' ')) text.remove_prefix(1);
    const auto zone = read_zone(text);
    if (!zone) return std::nullopt;
    return std::int64_t{clock - *zone} * second + fraction;
}

std::optional<std::int64_t> read_iso(std::string_view text) {
    constexpr std::size_t to_the_second = 19;
    if (text.size() < to_the_second || text[4] != '-' || text[7] != '-') return std::nullopt;
    if (text[10] != 'T' && text[10] != ' ') return std::nullopt;
    const int month = digits(text, 5, 2);
    const auto day = day_start(digits(text, 0, 4), static_cast<unsigned>(month < 0 ? 0 : month),
                               digits(text, 8, 2));
    const int clock = clock_at(text, 11);
    if (!day || clock < 0) return std::nullopt;
    text.remove_prefix(to_the_second);
    const std::int64_t fraction = take_fraction(text);
    if (text.starts_with(' ')) text.remove_prefix(1);
    const auto zone = read_zone(text);
    if (!zone) return std::nullopt;
    return *day + std::int64_t{clock - *zone} * second + fraction;
}

std::optional<std::int64_t> read_epoch(std::string_view text) {
    constexpr std::int64_t latest = 7'000'000'000;  // in 2191
    std::int64_t number = 0;
    std::size_t count = 0;
    for (; count < text.size() && text[count] >= '0' && text[count] <= '9'; ++count) {
        number = number * 10 + (text[count] - '0');
        if (number > latest * 1'000'000) return std::nullopt;
    }
    text.remove_prefix(count);
    const std::int64_t fraction = take_fraction(text);
    if (count == 0 || !text.empty()) return std::nullopt;
    if (number <= latest) return number * second + fraction;
    if (number <= latest * 1000) return number * (second / 1000) + fraction / 1000;
    return number * (second / 1'000'000);
}

}  // namespace turnpike::logs
