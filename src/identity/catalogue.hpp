// The compiled catalogue, as loading makes it and identifying reads it.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "identity/identity.hpp"
#include "identity/pattern.hpp"
#include "identity/texts.hpp"
#include "identity/unknown.hpp"

namespace turnpike::identity {

/// A crawler with the ways in which it is named.
struct Entry {
    Crawler crawler;
    std::vector<Pattern> patterns;
};

/// Adds claims to an identity that begins with none: the strictest first, each crawler once, no
/// more than fit.
class Claims {
public:
    explicit Claims(Identity& identity) : identity_(identity) { identity_.claim_count = 0; }
    void add(const Claim& claim);
    bool empty() const { return identity_.claim_count == 0; }

private:
    Identity& identity_;
};

/// What rules/unknown-bots.yaml says.
struct UnknownRules {
    Vocabulary vocabulary;
    std::vector<MarkedWord> marked;
};

struct Catalogue::Compiled {
    Compiled(std::vector<Entry> entries, UnknownRules unknown);

    /// Adds what one User-Agent line claims, and returns what its words hinted at.
    unsigned judge(std::string_view agent, Claims& claims) const;
    std::size_t memory() const { return texts_.memory(); }

    /// Tells this catalogue from all others of the process, dead or alive.
    const std::uint64_t generation;
    std::int64_t newest = 0;  // of the entries' dates, in seconds since the epoch
    std::deque<Crawler> crawlers;
    std::vector<const Crawler*> list;
    std::unordered_map<std::string, const Crawler*> by_name;  // token or alias, in lower case

private:
    struct Naming {
        Pattern pattern;
        const Crawler* crawler;
    };
    unsigned scan(std::string_view agent, Claims& claims) const;

    std::vector<Naming> namings_;  // what the first texts of texts_ stand for
    std::vector<Mark> marks_;      // what the others stand for
    Texts texts_;
    Vocabulary vocabulary_;
};

}  // namespace turnpike::identity
