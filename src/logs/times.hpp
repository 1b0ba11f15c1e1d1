// Points in time as logs write them, in nanoseconds since 1970.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace turnpike::logs {

inline constexpr std::int64_t second = 1'000'000'000;

/// `17/May/2015` at the beginning of `text`: when that day began, in UTC.
std::optional<std::int64_t> read_day(std::string_view text);

/// `:10:05:03 +0200`, behind a day: how much later than the day's beginning in UTC.
std::optional<std::int64_t> read_time_of_day(std::string_view text);

/// `2015-05-17T10:05:03.25+02:00`, with a space for the `T` too.
std::optional<std::int64_t> read_iso(std::string_view text);

/// Seconds since 1970 with a fraction, or milliseconds where there are too many.
std::optional<std::int64_t> read_epoch(std::string_view text);

}  // namespace turnpike::logs
