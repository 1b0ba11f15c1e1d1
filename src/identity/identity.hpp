// Who says they are asking: names the crawler in a user agent by the catalogue, and says of a bot
// that the catalogue does not know what kind it is. Facts only; what follows is `policy`'s
// business.
//
// How a crawler of rules/crawlers/*.yaml is found in a user agent:
// - `token` and `aliases`: the text at token boundaries (no letter or digit on either side), in any
//   case of letters.
// - `patterns`, instead of the token, for everyday words: a text that may hold `{version}` (digits
//   and dots: `Operator/{version}`), begin with `^` (the user agent's start) and end with `$` (its
//   end). `{version}` does not follow a letter or a digit.
// - `case: exact` compares the case of letters too.
// Each begins with a letter or digit, not with a plain number, and has three bytes or more ahead of
// its first `{version}`. Of several that begin at the same place the longest counts. Inside a URL
// or a mail address, which may be another crawler's, only texts with a dot count: they name a host.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "turnpike/diagnostic.hpp"
#include "turnpike/facts.hpp"

namespace turnpike::identity {

/// A catalogue file as text: embedded, or read from a directory.
struct CatalogueFile {
    std::string name;
    std::string text;
};

/// The crawlers known to this instance and the compiled matcher over their tokens. Immutable after
/// loading; safe to share between threads.
class Catalogue {
public:
    /// Reads `rules/crawlers/*.yaml` and `rules/unknown-bots.yaml`; later files add, or override by
    /// token. Null, with the reasons in `out`, where there is an error.
    static std::unique_ptr<const Catalogue> load(std::span<const CatalogueFile> files,
                                                 Diagnostics& out);
    /// The catalogue embedded in this binary. Cannot fail: a test loads it.
    static std::unique_ptr<const Catalogue> installed();
    /// Its files, to load with others.
    static std::vector<CatalogueFile> installed_files();

    Catalogue(const Catalogue&) = delete;
    ~Catalogue();

    /// Judges every line given (a request may have several User-Agent lines). Does not allocate.
    /// Views in the result point into the catalogue or into `user_agents`.
    Identity identify(std::span<const std::string_view> user_agents) const;

    std::span<const Crawler* const> crawlers() const;
    /// By token or alias, without regard to case; null if unknown.
    const Crawler* find(std::string_view name) const;
    /// Seconds since the epoch of the newest entry's date.
    std::int64_t newest() const;
    /// Tells this catalogue from every other this process ever had; never 0.
    std::uint64_t generation() const;
    /// Bytes that the matcher's tables take.
    std::size_t memory() const;

private:
    struct Compiled;
    explicit Catalogue(std::unique_ptr<Compiled> compiled);
    std::unique_ptr<Compiled> compiled_;
};

/// A small direct-mapped cache of verdicts in front of a catalogue; one per thread. Does not
/// allocate after construction; the longest user agent it keeps is 512 bytes.
class Verdicts {
public:
    explicit Verdicts(std::size_t slots = 1024);
    ~Verdicts();
    /// Same answer as catalogue.identify({&user_agent, 1}), with the same views; `catalogue` may
    /// change between calls.
    Identity identify(const Catalogue& catalogue, std::string_view user_agent);

private:
    struct Slot;
    std::unique_ptr<Slot[]> slots_;
    std::size_t count_;
};

/// The output line of `turnpike identify --format tsv`: crawler, category, user agent.
std::string to_tsv(const Identity& identity, std::string_view user_agent);

}  // namespace turnpike::identity
