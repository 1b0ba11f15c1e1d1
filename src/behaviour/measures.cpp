// The names of measures and checks.
#include "behaviour/measures.hpp"

#include <algorithm>

namespace turnpike::behaviour {
namespace {

constexpr std::array<std::string_view, measure_count> measure_names = {
    "requests",         "pages",         "page_requests",     "assets_per_page",
    "sections",         "depth",         "pages_per_minute",  "pace_variation",
    "referer_share",    "error_share",   "head_share",        "cookies_ignored",
    "cookies_returned", "robots_read",   "robots_violations", "trap_hits",
    "expensive",        "agent_clients", "agent_reader_share"};
constexpr std::array<std::string_view, check_count> check_names = {
    "agent-impossible", "hints-missing",       "hints-differ",     "hints-unexpected",
    "platform-differs", "fetch-missing",       "fetch-partial",    "fetch-impossible",
    "accept-missing",   "accept-without-html", "language-missing", "encoding-missing",
    "http-1.0"};

}  // namespace

std::string_view name_of(Measure measure) {
    return measure_names[static_cast<std::size_t>(measure)];
}

std::string_view name_of(Check check) {
    return check_names[static_cast<std::size_t>(check)];
}

std::optional<Check> check_named(std::string_view name) {
    const auto found = std::find(check_names.begin(), check_names.end(), name);
    if (found == check_names.end()) return std::nullopt;
    return static_cast<Check>(found - check_names.begin());
}

}  // namespace turnpike::behaviour
