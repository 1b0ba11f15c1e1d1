// A site's policy, compiled, and the pure function that judges a request by it. No clock, no I/O,
// no log: the same question always gets the same decision, in `serve` as in `explain`.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "turnpike/decision.hpp"
#include "turnpike/facts.hpp"

namespace turnpike {

/// A glob over normalised paths: `*` within a segment, `**` across segments, all else literal.
class PathPattern {
public:
    explicit PathPattern(std::string text)
        : text_(std::move(text)), plain_(text_.substr(0, text_.find('*')).size()) {}
    bool matches(std::string_view path) const {
        // Most patterns have no star, and most paths differ in length: cheap to tell here.
        if (plain_ == text_.size()) return path == text_;
        return path.size() >= plain_ && matches_glob(path);
    }
    const std::string& text() const { return text_; }

private:
    bool matches_glob(std::string_view path) const;
    std::string text_;
    std::size_t plain_;  // how much of it comes before the first star
};

/// A user-agent token with `*`, compared at token boundaries without regard to case.
class TokenPattern {
public:
    explicit TokenPattern(std::string text) : text_(std::move(text)) {}
    bool matches(std::string_view user_agent) const;
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// A rule's `when`: every list that is not empty must match; a list matches if any entry does. The
/// first two are one list.
struct When {
    std::vector<const Crawler*> crawlers;      ///< Owned by the catalogue.
    std::vector<TokenPattern> crawler_tokens;  ///< Crawlers that the catalogue lacks.
    std::vector<std::string> operators;
    std::vector<Category> categories;
    std::vector<TokenPattern> user_agents;
    std::vector<PathPattern> paths;
};

struct Rule {
    std::string name;
    Where where;
    When when;
    Action then = Action::allow;
    std::string reason;  ///< One short sentence for whoever meets this rule.
    std::optional<Money> price;
    std::optional<Rate> rate;
    bool observe = false;  ///< Recorded as if, then evaluation goes on.
};

/// Where requests that may pass are sent.
struct OriginAddress {
    std::string host;  ///< Name or address; empty for a unix socket.
    std::uint16_t port = 0;
    std::string unix_path;          ///< Empty for TCP.
    std::string authority() const;  ///< `host:port` as a Host field would have it.
};

struct Site {
    std::string name;
    std::vector<std::string> hosts;  ///< Lower case; `*.x`, or `*` for any.
    OriginAddress origin;
    std::string contact;  ///< Shown to whoever is refused; may be empty.
    Mode mode = Mode::enforce;
    std::string preset;
    std::optional<Money> price;
    std::vector<PathPattern> open_paths;
    std::vector<Rule> rules;  ///< The site's own, then the preset's; first match wins.
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
    struct Name {
        std::string text;
        std::uint32_t site;
    };
    std::vector<Site> sites_;
    std::vector<Name> exact_;      // sorted
    std::vector<Name> wildcards_;  // `.x`, sorted
    std::optional<std::uint32_t> any_;
};

/// A request as a policy sees it.
struct Question {
    /// The normalised path, and others where `%2F`, `\` or `;params` allow more than one reading
    /// (core/path.hpp); never empty.
    std::span<const std::string_view> readings;
    /// Every User-Agent line of the request.
    std::span<const std::string_view> user_agents;
    const Identity* identity = nullptr;
};

/// Total and deterministic. Open paths first, then forged claims, then the rules, then allow; of
/// several readings and claims the strictest decision stands.
Decision decide(const Site& site, const Question& question);

}  // namespace turnpike
