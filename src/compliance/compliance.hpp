// Whether crawlers do what robots.txt asks of them. Who asks, what was served and what time it is
// are handed in, so that a request and a line of yesterday's log are judged alike.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "robots/robots.hpp"
#include "store/store.hpp"
#include "turnpike/address.hpp"
#include "turnpike/facts.hpp"

namespace turnpike::compliance {

using Wall = std::chrono::system_clock::time_point;

/// A crawler may go by a copy that is as old as this, RFC 9309 §2.4.
inline constexpr std::chrono::hours grace{24};

/// The name by which the client of a claim finds itself in robots.txt; empty where the file is not
/// written for it: people, what a person sent (assistants, agents, previews, feed readers), whoever
/// bears a name that is not its own.
std::string_view token_of(const Claim& claim);

/// The files that a site has served, and when. Never changes; cheap to copy.
class History {
public:
    struct Version {
        std::uint32_t number = 0;
        Wall since;
        std::string text;
        robots::File file;
    };
    /// With one more, served from then on; the same where it says what the last one says. What no
    /// client can go by any more is let go.
    History with(std::string text, Wall since) const;
    /// Oldest first.
    std::span<const std::shared_ptr<const Version>> versions() const { return versions_; }
    std::uint32_t last_number() const { return empty() ? 0 : versions_.back()->number; }
    bool empty() const { return versions_.empty(); }

    /// Whether every file that the client may go by keeps it from the target, whether it is read as
    /// RFC 9309 says or as Google does. No, where there is no telling what it may have read.
    bool disallows(std::string_view token, const robots::Target& target, Wall now) const;
    /// The same for all targets at once; may say no where single ones are disallowed.
    bool disallows_all(std::string_view token, Wall now) const;
    /// What the last file asks for, at most a minute; zero: nothing.
    std::chrono::milliseconds crawl_delay(std::string_view token) const;

private:
    std::span<const std::shared_ptr<const Version>> readable(Wall now) const;
    std::vector<std::shared_ptr<const Version>> versions_;
};

/// What is remembered of one crawler at one address of one site.
struct Reader {
    store::Time until;          ///< A day after it was last seen.
    store::Time visited;        ///< When it last asked for a page.
    std::int64_t fetched = 0;   ///< When it last asked for robots.txt, in seconds since the epoch.
    std::uint32_t version = 0;  ///< Which one it got.
    std::uint16_t violations = 0;
    std::uint16_t hurries = 0;  ///< Visits that came sooner than Crawl-delay asks.
    store::Time expires() const { return until; }
};

/// Those who read robots.txt, and those who should.
class Readers {
public:
    static constexpr std::size_t default_bytes = 16 * 1024 * 1024;  // a quarter of a million
    /// So many requests for what is disallowed make a violator: one may be a mistake of ours.
    static constexpr std::uint16_t most_violations = 3;

    explicit Readers(std::size_t bytes = default_bytes)
        : secret_(store::Secret::random()), table_(bytes) {}

    struct Whose {
        std::string_view site;
        std::string_view token;
        const Address& address;  ///< Of IPv6 the /64 counts.
    };
    void fetched(const Whose& whose, std::uint32_t version, store::Time now, Wall wall);
    struct Visit {
        bool disallowed = false;
        std::chrono::milliseconds crawl_delay{0};
    };
    /// What is known of it now, this visit included.
    struct Visited {
        Reader reader;
        bool hurried = false;  ///< This visit was too soon.
    };
    Visited visited(const Whose& whose, const Visit& visit, store::Time now);
    bool is_violator(const Whose& whose, store::Time now);

    std::size_t entries(store::Time now) { return table_.entries(now); }
    std::uint64_t evictions() const { return table_.evictions(); }

private:
    store::Key key_of(const Whose& whose) const;
    const store::Secret secret_;
    store::Table<Reader> table_;
};

}  // namespace turnpike::compliance
