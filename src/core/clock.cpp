// Reading the system's clocks (the only place that does) and writing dates without locale.
#include "core/clock.hpp"

#include <cstring>

namespace turnpike {
namespace {

char* write_two(char* out, unsigned value) {
    *out++ = static_cast<char>('0' + value / 10 % 10);
    *out++ = static_cast<char>('0' + value % 10);
    return out;
}

char* write_four(char* out, unsigned value) {
    return write_two(write_two(out, value / 100), value);
}

char* write_name(char* out, const char* names, unsigned index) {
    std::memcpy(out, names + 3 * index, 3);
    return out + 3;
}

/// A moment taken apart, UTC.
struct Parts {
    std::chrono::year_month_day date;
    std::chrono::weekday weekday;
    std::chrono::hh_mm_ss<std::chrono::seconds> time;

    explicit Parts(std::chrono::sys_seconds second)
        : Parts(std::chrono::floor<std::chrono::days>(second), second) {}
    unsigned year() const { return static_cast<unsigned>(static_cast<int>(date.year())); }
    unsigned month() const { return static_cast<unsigned>(date.month()); }
    unsigned day() const { return static_cast<unsigned>(date.day()); }

private:
    Parts(std::chrono::sys_days midnight, std::chrono::sys_seconds second)
        : date(midnight), weekday(midnight), time(second - midnight) {}
};

char* write_time(char* out, const Parts& parts) {
    out = write_two(out, static_cast<unsigned>(parts.time.hours().count()));
    *out++ = ':';
    out = write_two(out, static_cast<unsigned>(parts.time.minutes().count()));
    *out++ = ':';
    return write_two(out, static_cast<unsigned>(parts.time.seconds().count()));
}

}  // namespace

void write_http_date(char* room, std::chrono::system_clock::time_point time) {
    const Parts parts(std::chrono::floor<std::chrono::seconds>(time));
    char* out = write_name(room, "SunMonTueWedThuFriSat", parts.weekday.c_encoding());
    *out++ = ',';
    *out++ = ' ';
    out = write_two(out, parts.day());
    *out++ = ' ';
    out = write_name(out, "JanFebMarAprMayJunJulAugSepOctNovDec", parts.month() - 1);
    *out++ = ' ';
    out = write_four(out, parts.year());
    *out++ = ' ';
    out = write_time(out, parts);
    std::memcpy(out, " GMT", 4);
}

void write_iso_second(char* room, std::chrono::system_clock::time_point time) {
    const Parts parts(std::chrono::floor<std::chrono::seconds>(time));
    char* out = write_four(room, parts.year());
    *out++ = '-';
    out = write_two(out, parts.month());
    *out++ = '-';
    out = write_two(out, parts.day());
    *out++ = 'T';
    write_time(out, parts);
}

void Clock::read_steady() {
    steady_ = std::chrono::steady_clock::now();
    steady_known_ = true;
}

void Clock::read_wall() {
    wall_ = std::chrono::system_clock::now();
    wall_known_ = true;
}

std::string_view Clock::http_date() {
    if (const std::int64_t current = second(); current != http_date_second_) {
        write_http_date(http_date_.data(), wall_);
        http_date_second_ = current;
    }
    return {http_date_.data(), http_date_.size()};
}

std::string_view Clock::iso_second() {
    if (const std::int64_t current = second(); current != iso_second_second_) {
        write_iso_second(iso_second_.data(), wall_);
        iso_second_second_ = current;
    }
    return {iso_second_.data(), iso_second_.size()};
}

void Clock::set(Steady steady, Wall wall) {
    steady_ = steady;
    wall_ = wall;
    by_hand_ = steady_known_ = wall_known_ = true;
}

}  // namespace turnpike
