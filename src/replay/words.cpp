// Numbers, sizes and times as people read them.
#include <array>
#include <chrono>
#include <cstdio>

#include "core/clock.hpp"
#include "replay/summary.hpp"

namespace turnpike::replay {
namespace {

template <class... Values>
std::string format(const char* pattern, Values... values) {
    std::array<char, 64> room;
    std::snprintf(room.data(), room.size(), pattern, values...);
    return room.data();
}

std::string some(std::int64_t count, const char* unit) {
    return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
}

}  // namespace

std::string_view status_of(Action got) {
    constexpr std::array<std::string_view, action_count> statuses = {"", "429", "402", "403"};
    return statuses[static_cast<std::size_t>(got)];
}

std::string number(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
    return text;
}

std::string size(std::uint64_t bytes) {
    constexpr std::array<const char*, 6> units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    auto amount = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; amount >= 1023.5 && unit + 1 < units.size(); ++unit) amount /= 1024;
    return format(unit == 0 || amount >= 99.95 ? "%.0f %s" : "%.1f %s", amount, units[unit]);
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
    if (whole == 0 || part == 0) return "0 %";
    const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    if (part == whole) return "100 %";
    if (share < 0.1) return "< 0.1 %";
    if (share > 99.9) return "> 99.9 %";
    return format("%.1f %%", share);
}

std::string point_in_time(std::int64_t second) {
    std::array<char, iso_second_size> room;
    write_iso_second(room.data(),
                     std::chrono::system_clock::time_point(std::chrono::seconds(second)));
    room[10] = ' ';
    return {room.data(), room.size()};
}

std::string span_of_time(std::int64_t seconds) {
    const std::int64_t minutes = seconds / 60;
    const std::int64_t hours = minutes / 60;
    if (seconds < 60) return some(seconds, "second");
    if (hours == 0) return some(minutes, "minute");
    const bool short_one = hours < 48;
    const std::int64_t rest = short_one ? minutes % 60 : hours % 24;
    const std::string whole = short_one ? some(hours, "hour") : some(hours / 24, "day");
    return rest == 0 ? whole : whole + " " + some(rest, short_one ? "minute" : "hour");
}

}  // namespace turnpike::replay
