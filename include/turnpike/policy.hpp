// A site's policy, compiled, and the pure function that judges a request by it. No clock, no I/O,
// no log: the same question always gets the same decision, in `serve` as in `explain`.
#pragma once

#include <chrono>
#include <compare>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "turnpike/decision.hpp"
#include "turnpike/diagnostic.hpp"
#include "turnpike/facts.hpp"
#include "turnpike/request.hpp"
#include "turnpike/rules.hpp"

namespace turnpike {

/// Where requests that may pass are sent.
struct OriginAddress {
    std::string host;  ///< Name or address; empty for a unix socket.
    std::uint16_t port = 0;
    std::string unix_path;          ///< Empty for TCP.
    std::string authority() const;  ///< `host:port` as a Host field would have it.
    auto operator<=>(const OriginAddress&) const = default;
};

/// What a site says of its origin.
struct SiteOrigin {
    OriginAddress address;
    std::string host;  ///< What it gets as Host; empty: what the client asked for.
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds response_timeout{60'000};
};

/// Who says what stands in a site's robots.txt.
enum class RobotsSource : std::uint8_t {
    merge,    ///< The policy, and of all else the origin's file.
    managed,  ///< The policy alone.
    origin,   ///< The origin's file, untouched.
};

struct Site {
    std::string name;
    std::vector<std::string> hosts;  ///< Lower case; `*.x`, or `*` for any.
    SiteOrigin origin;
    std::string contact;    ///< Shown to whoever is refused; may be empty.
    TextFile refusal_page;  ///< Instead of the HTML that we bring.
    Mode mode = Mode::enforce;
    std::string preset;
    std::optional<Money> price;
    PathList open_paths;
    RobotsSource robots = RobotsSource::merge;
    /// A normalised path that robots.txt asks everybody to stay away from and that no page shows to
    /// people: who asks for it follows links it was told not to. Empty: there is none.
    std::string trap;
    bool asks_robots = false;  ///< A rule does: what robots.txt says must be known to judge by it.
    RuleList rules;            ///< The site's own, then the preset's; first match wins.
    /// Whose behaviour a rule may come to ask about. Found when the site is put among others.
    CategorySet watched;
    Where where;
};

/// The sites of one configuration, found by host.
class Sites {
public:
    Sites() = default;
    explicit Sites(std::vector<Site> sites);
    /// Exact name, else longest wildcard, else `*`, else null. `host` may carry a port, a trailing
    /// dot and any case; an empty host finds the `*` site.
    const Site* find(std::string_view host) const;
    std::span<const Site> all() const { return sites_; }

private:
    /// A name, or for a wildcard what follows its star: `.x`, which no name begins like.
    struct Name {
        std::string text;
        std::uint32_t hash = 0;
        std::uint32_t site = 0;
    };
    void add(Name name);
    const Site* look_up(std::string_view text, std::uint32_t hash) const;

    std::vector<Site> sites_;
    std::vector<Name> names_;  // open addressing, a power of two, at most half full
    bool has_wildcards_ = false;
    std::optional<std::uint32_t> any_;
};

inline constexpr RequestHead no_request{};

/// A request as a policy sees it.
struct Question {
    /// The normalised path, and others where `%2F`, `\` or `;params` allow more than one reading
    /// (core/path.hpp); never empty.
    std::span<const std::string_view> readings;
    /// Every User-Agent line of the request.
    std::span<const std::string_view> user_agents;
    const Identity* identity = nullptr;
    /// What else rules may ask about is looked at where one does.
    const RequestHead* head = &no_request;
    Address client = {};
    RobotsStanding robots = {};
    Behaviour behaviour = {};  ///< Normal where no rule can come to ask.
};

/// Total and deterministic. Open paths first, then forged claims, then the rules, then allow; of
/// several readings and claims the strictest decision stands. Where a rule on behaviour would
/// refuse people, or what people use, it slows them down instead: see `stands_for_people`.
Decision decide(const Site& site, const Question& question);

/// What became of one rule.
struct RuleTrace {
    const Rule* rule = nullptr;
    bool matched = false;
    std::string why;  ///< `category is browser, wanted ai-*`
};

/// Every rule of the site, as the claim and the reading that decided met it: those behind the rule
/// that decided, too.
std::vector<RuleTrace> trace(const Site& site, const Question& question, const Decision& decision);

}  // namespace turnpike
