// What is remembered of one client, and of one user agent on one site. Private to behaviour.
#pragma once

#include "behaviour/behaviour.hpp"

namespace turnpike::behaviour {

/// A session ends when nothing has come for so long.
inline constexpr std::chrono::minutes session_gap{30};
/// What was seen counts for half after each of these.
inline constexpr std::chrono::minutes half_life{10};
/// What was found of a client stands for so long, unless it is found again.
inline constexpr std::chrono::minutes verdict_life{10};

/// How many different things were seen, in a few bits: what is counted is the bits that are still
/// free (Whang, Vander-Zanden, Taylor, 1990).
template <std::size_t Words>
struct Distinct {
    std::array<std::uint64_t, Words> bits;

    void add(std::uint64_t hash) {
        const std::size_t bit = hash >> 48 & (64 * Words - 1);
        bits[bit / 64] |= std::uint64_t{1} << bit % 64;
    }
    unsigned count() const;
};

/// All zero: nobody.
struct Client {
    Time until;   ///< Worth its slot.
    Time seen;    ///< Its last request.
    Time judged;  ///< When `level` and `signals` were found.
    Time aged;    ///< When what was counted was last halved.
    Time paged;   ///< When it last asked for a page.
    std::uint64_t signals;
    Distinct<2> pages;
    Distinct<1> sections;
    // What was counted before the last half-life is kept as numbers.
    std::uint16_t pages_before, sections_before;
    float interval;  ///< Seconds between pages, the latest counting most.
    float spread;    ///< Their variance.
    std::uint16_t intervals;
    std::uint16_t requests, page_requests, asked_pages, assets, referers, errors, heads, depths;
    std::uint16_t cookies_returned, cookies_ignored, robots_read, violations, traps;
    std::uint16_t checks;
    std::uint8_t flags;
    Behaviour::Level level;

    static constexpr std::uint8_t cookie_set = 1;      ///< The site has set one.
    static constexpr std::uint8_t counted_client = 2;  ///< With its user agent: it came,
    static constexpr std::uint8_t counted_reader = 4;  ///< and it went on as people do.
    static constexpr std::uint8_t damning = 8;
    static constexpr std::uint8_t pooled = 16;

    Time expires() const { return until; }
    /// Forgets what is too old.
    void age(Time now);
    void note(const Sighting& sighting, Kind kind, const Answer& answer, Time now);
    Measures measures() const;
    /// Whether what is asked for belongs to pages that it was given.
    bool is_asset_of_page(Kind kind) const;

private:
    void note_page(const Sighting& sighting, const Answer& answer, Time now);
    void note_interval(float seconds);
};
static_assert(sizeof(Client) <= 120, "a slot of the table is two cache lines");

/// One user agent on one site: how many came with it, and how many of them went on as people do.
struct Agent {
    Time until;
    Time aged;
    std::uint32_t clients;
    std::uint32_t readers;

    Time expires() const { return until; }
    void age(Time now);
};

}  // namespace turnpike::behaviour
