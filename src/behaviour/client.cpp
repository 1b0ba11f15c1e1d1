// Counting what a client does, and forgetting it again.
#include "behaviour/client.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace turnpike::behaviour {
namespace {

using std::chrono::duration;

// Between two pages that somebody reads.
constexpr float latest_share = 1.0F / 16;
// A page with as many pictures is thinkable; whoever asks for more collects pictures.
constexpr unsigned most_assets_of_page = 150;

void count(std::uint16_t& counter) {
    if (counter < std::numeric_limits<std::uint16_t>::max()) ++counter;
}

/// -n ln(free / n), for each number of free bits; a full set counts as if half a bit were free.
template <std::size_t Bits>
const std::array<std::uint16_t, Bits + 1>& estimates() {
    static const std::array<std::uint16_t, Bits + 1> table = [] {
        std::array<std::uint16_t, Bits + 1> made{};
        for (std::size_t set = 0; set <= Bits; ++set) {
            const double open = std::max(static_cast<double>(Bits - set), 0.5);
            const auto all = static_cast<double>(Bits);
            made[set] = static_cast<std::uint16_t>(std::lround(-all * std::log(open / all)));
        }
        return made;
    }();
    return table;
}

float share(unsigned part, unsigned whole) {
    return whole == 0 ? 0 : static_cast<float>(part) / static_cast<float>(whole);
}

}  // namespace

template <std::size_t Words>
unsigned Distinct<Words>::count() const {
    std::size_t set = 0;
    for (const std::uint64_t word : bits) set += static_cast<std::size_t>(std::popcount(word));
    return estimates<64 * Words>()[set];
}
template struct Distinct<1>;
template struct Distinct<2>;

void Client::age(Time now) {
    if (now - seen > session_gap) *this = {};
    if (until == Time{}) aged = now;
    while (now - aged >= half_life) {
        aged += half_life;
        pages_before = static_cast<std::uint16_t>((pages_before + pages.count()) / 2);
        sections_before = static_cast<std::uint16_t>((sections_before + sections.count()) / 2);
        pages = {};
        sections = {};
        for (std::uint16_t* counter :
             {&requests, &page_requests, &asked_pages, &assets, &referers, &errors, &heads, &depths,
              &cookies_returned, &cookies_ignored, &intervals}) {
            *counter /= 2;
        }
    }
}

void Client::note(const Sighting& sighting, Kind kind, const Answer& answer, Time now) {
    seen = std::max(seen, now);
    until = seen + session_gap;
    count(requests);
    if (sighting.head) count(heads);
    if (sighting.robots) count(robots_read);
    if (sighting.disallowed) count(violations);
    if (sighting.trap) count(traps);
    if (sighting.checked) checks = static_cast<std::uint16_t>(sighting.checks);
    if (answer.sets_cookie) flags |= cookie_set;
    if (!answer.served) return;
    if (kind == Kind::asset && answer.status < 400) count(assets);
    if (kind == Kind::page && sighting.get) note_page(sighting, answer, now);
}

void Client::note_page(const Sighting& sighting, const Answer& answer, Time now) {
    count(asked_pages);
    if (answer.status >= 400) count(errors);
    if (sighting.referer) count(referers);
    if (sighting.cookie) {
        count(cookies_returned);
    } else if ((flags & cookie_set) != 0 && !answer.sets_cookie) {
        count(cookies_ignored);
    }
    if (paged != Time{}) note_interval(duration<float>(std::max(now - paged, now - now)).count());
    paged = now;
    const bool is_there = (answer.status >= 200 && answer.status < 300) || answer.status == 304;
    if (!is_there) return;
    count(page_requests);
    depths = static_cast<std::uint16_t>(std::min(depths + sighting.depth, 0xffff));
    pages.add(sighting.page);
    sections.add(sighting.section);
}

/// An average in which the latest count most, and a variance about it.
void Client::note_interval(float seconds) {
    count(intervals);
    const float weight = std::max(1.0F / static_cast<float>(intervals), latest_share);
    const float off = seconds - interval;
    interval += weight * off;
    spread = (1 - weight) * (spread + weight * off * off);
}

Measures Client::measures() const {
    Measures values{};
    const auto set = [&](Measure measure, auto value) {
        values[static_cast<std::size_t>(measure)] = static_cast<float>(value);
    };
    set(Measure::requests, requests);
    set(Measure::pages, pages_before + pages.count());
    set(Measure::page_requests, page_requests);
    set(Measure::assets_per_page, share(assets, page_requests));
    set(Measure::sections, sections_before + sections.count());
    set(Measure::depth, share(depths, page_requests));
    const bool paced = intervals > 0;
    set(Measure::pages_per_minute, paced ? 60.0F / std::max(interval, 0.01F) : 0.0F);
    set(Measure::pace_variation, paced ? std::sqrt(spread) / std::max(interval, 0.01F) : 1.0F);
    set(Measure::referer_share, share(referers, asked_pages));
    set(Measure::error_share, share(errors, asked_pages));
    set(Measure::head_share, share(heads, requests));
    set(Measure::cookies_ignored, cookies_ignored);
    set(Measure::cookies_returned, cookies_returned);
    set(Measure::robots_read, robots_read);
    set(Measure::robots_violations, violations);
    set(Measure::trap_hits, traps);
    return values;
}

bool Client::is_asset_of_page(Kind kind) const {
    return kind == Kind::asset && assets < most_assets_of_page * page_requests;
}

void Agent::age(Time now) {
    if (until == Time{}) aged = now;
    while (now - aged >= half_life && until != Time{}) {
        aged += half_life;
        clients /= 2;
        readers /= 2;
    }
    until = now + session_gap;
}

}  // namespace turnpike::behaviour
