// What is measured of a client: the numbers and the checks that signals are made of, by the names
// that rules/behaviour uses. Part of the face behaviour.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace turnpike::behaviour {

/// A number that is known of a client after each of its requests.
enum class Measure : std::uint8_t {
    requests,
    pages,             ///< Different ones, as served. All below that speak of pages: as asked for.
    page_requests,     ///< Pages served, the same one again and again included.
    assets_per_page,   ///< What belongs to pages: styles, scripts, pictures, fonts.
    sections,          ///< Different first segments of their paths.
    depth,             ///< Segments of their paths, on average.
    pages_per_minute,  ///< At the pace of late.
    pace_variation,    ///< Standard deviation of the time between pages, in parts of its mean.
    referer_share,     ///< Of pages, those that were come to from somewhere.
    error_share,       ///< Of pages asked for, those that were not there or not allowed.
    head_share,        ///< Of requests, those that asked for the head only.
    cookies_ignored,   ///< Pages asked for without a cookie after the site had set one.
    cookies_returned,
    robots_read,
    robots_violations,
    trap_hits,
    expensive,           ///< 1 where this request is for a page with a query, or far down.
    agent_clients,       ///< Addresses that came without a cookie under this user agent.
    agent_reader_share,  ///< Of those, the ones that went on as people do.
};
inline constexpr std::size_t measure_count = 19;
using Measures = std::array<float, measure_count>;
std::string_view name_of(Measure measure);

/// What a browser cannot well have sent. All look at the request for a page by what claims to be a
/// browser; most need a request to which it adds certain fields, as it does to https only.
enum class Check : std::uint8_t {
    agent_impossible,
    hints_missing,
    hints_differ,
    hints_unexpected,
    platform_differs,
    fetch_missing,
    fetch_partial,
    fetch_impossible,
    accept_missing,
    accept_without_html,
    language_missing,
    encoding_missing,
    http_1_0,
};
inline constexpr std::size_t check_count = 13;
std::string_view name_of(Check check);
std::optional<Check> check_named(std::string_view name);

/// A set of checks that failed.
using Checks = std::uint32_t;
constexpr Checks bit(Check check) {
    return Checks{1} << static_cast<unsigned>(check);
}

}  // namespace turnpike::behaviour
