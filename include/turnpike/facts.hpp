// What is known about a client before anyone judges it: crawlers of the catalogue, categories,
// proof, identity, behaviour. Plain values; where they come from is the business of `identity` and
// `behaviour`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace turnpike {

enum class Category : std::uint8_t {
    ai_training,
    ai_search,
    ai_assistant,
    ai_agent,
    ai_scraper,
    ai_undocumented,
    search_engine,
    link_preview,
    feed_reader,
    monitor,
    archiver,
    seo,
    security_scanner,
    http_library,
    other_bot,
    browser,
    unknown,
};
inline constexpr std::size_t category_count = 17;

/// The name that YAML, log, metric and documentation use: `ai-training`, `search-engine` …
std::string_view name_of(Category category);
std::optional<Category> category_named(std::string_view name);
constexpr bool is_ai(Category category) {
    return category <= Category::ai_undocumented;
}

/// How a claim was proved or disproved. `pending` and the three positive kinds need the
/// verification work; until then a claim is `none` or, for a control-only token, `forged`.
enum class Proof : std::uint8_t { none, pending, address, reverse_dns, signature, forged };
std::string_view name_of(Proof proof);

/// How sure the catalogue is of a crawler: its operator describes it, it was seen, or lists of
/// others name it.
enum class Certainty : std::uint8_t { documented, observed, listed };

/// What a crawler's claim can be proved by. Facts only; proving is the verification's work.
struct ProofSources {
    std::string addresses;                 ///< A list of rules/ranges; empty = none published.
    std::vector<std::string> reverse_dns;  ///< Endings of host names, each with its leading dot.
    std::string signature;                 ///< URL of its key directory (RFC 9421); empty = none.
};

/// An entry of the catalogue: facts about one crawler, each with source and date.
struct Crawler {
    std::string name;  ///< The token it calls itself by; unique.
    std::vector<std::string> aliases;
    std::string operator_name;
    Category category = Category::unknown;
    std::vector<Category> also;  ///< Others it serves with the same token.
    std::string robots_token;    ///< What it answers to in robots.txt; empty = unknown.
    bool control_only = false;   ///< A robots.txt token that never crawls: as a user agent, forged.
    bool exclusive = false;      ///< Its published address list is complete, says its operator.
    bool hired = false;          ///< A tool that a site's owner may have ordered himself.
    ProofSources proof;
    Certainty certainty = Certainty::listed;
    std::string source;  ///< URL of what says so.
    std::string date;    ///< Day on which that was read, YYYY-MM-DD.
};

/// One name a client gives itself. `crawler` is null where only a rule for unknown bots fits.
struct Claim {
    const Crawler* crawler = nullptr;
    Category category = Category::unknown;
    Proof proof = Proof::none;
    /// The name that decided: of a crawler as the catalogue spells it (a view into the catalogue),
    /// of an unknown bot as the user agent has it (a view into the request), else empty.
    std::string_view token;
};

/// What the robots.txt that a crawler could have read says of its request.
struct RobotsStanding {
    bool disallowed = false;  ///< It should not have asked for this.
    bool violator = false;    ///< It did such a thing several times of late.
};

/// Who asks, as far as we hold it. The first claim is the strictest and names the client in log
/// and metrics; all claims are judged. Strictest is a forged one, then ai-undocumented, -scraper,
/// -training, -agent, -assistant, -search, then other bots, HTTP libraries last among them.
struct Identity {
    static constexpr std::size_t max_claims = 4;
    std::array<Claim, max_claims> claims{};
    std::uint8_t claim_count = 1;  ///< At least 1: a browser or an unknown is a claim too.

    const Claim& main() const { return claims[0]; }
    std::span<const Claim> all() const { return {claims.data(), claim_count}; }
};

/// How a client has behaved until now: is it a crawler that does not say so?
struct Behaviour {
    enum class Level : std::uint8_t { normal, likely, certain };

    Level level = Level::normal;
    /// The client has no key of its own, so nothing can be held against it: `shared-address`.
    bool shared = false;
    /// What it did is done by no person, by mistake neither: walking into a trap, for example.
    bool damning = false;
    /// Many clients act as one: what they may ask for is counted for all of them together.
    bool pooled = false;
    std::uint64_t signals = 0;  ///< One bit each, by its place in the list of signals.

    bool has(std::size_t signal) const { return (signals >> signal & 1) != 0; }
    bool operator==(const Behaviour&) const = default;
};
inline constexpr std::size_t max_signals = 64;
/// `normal`, `likely`, `certain`
std::string_view name_of(Behaviour::Level level);

/// Of whom it is never said outright that he is a crawler: people, and what people use. They are
/// slowed down where others are refused.
constexpr bool stands_for_people(Category category) {
    return category == Category::browser || category == Category::unknown ||
           category == Category::feed_reader || category == Category::monitor ||
           category == Category::link_preview || category == Category::http_library;
}

}  // namespace turnpike
