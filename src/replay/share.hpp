// What is found among the requests of one share of the clients, in bounded memory. Shares are the
// same for any number of threads, and each sees its requests in the order of the log.
#pragma once

#include <vector>

#include "replay/referrals.hpp"
#include "replay/replay.hpp"
#include "replay/tally.hpp"
#include "store/store.hpp"

namespace turnpike::replay {

/// How many shares there are, and so how many threads can judge.
inline constexpr std::size_t share_count = 32;

/// A line on its way from what it says to what would have become of it.
struct Record {
    logs::Entry entry;
    Place place;
    Address client;
    bool is_shared = false;  // the address may stand for many
    std::uint8_t share = 0;
    enum class Fate : std::uint8_t { judged, of_other_site, unjudged } fate = Fate::judged;
    Verdict verdict;
    std::string_view token;      // by which an unknown bot calls itself
    const Rate* rate = nullptr;  // null: none, or nobody to count it by
    store::Key bucket{};
};

/// Requests and bytes by time, in steps that grow with the time that a log spans.
class Series {
public:
    struct Key {
        std::int64_t begin;
        Who who;
        Action got;
        bool operator==(const Key&) const = default;
    };
    void add(std::int64_t second, const Who& who, Action got, const Count& count);
    void add(const Series& other);
    std::int64_t step() const { return step_; }
    std::vector<Moment> moments() const;

private:
    struct Hash {
        std::size_t operator()(const Key& key) const {
            return mix(HashWho()(key.who),
                       static_cast<std::size_t>(key.begin) * 4 + static_cast<std::size_t>(key.got));
        }
    };
    void widen_for(std::int64_t first, std::int64_t last);

    boost::unordered_flat_map<Key, Count, Hash> counts_;
    std::int64_t step_ = 60;
    std::int64_t first_ = 0, last_ = 0;
};

struct NoSample {};

struct Share {
    Share();
    void add(const Record& record, const Products& products);

    Count total;
    std::int64_t first = 0, last = 0;
    std::uint64_t of_other_sites = 0, unjudged = 0, without_agent = 0, shared = 0, own = 0;
    boost::unordered_flat_map<Verdict, Count, HashVerdict> verdicts;
    Series series;
    Tally<Verdict, HashVerdict, Example> refused;  // people and hired tools, by user agent
    Tally<Who, HashWho, NoSample> paths;
    Tally<Who, HashWho, std::string> bots;       // unknown ones, by name
    Tally<Verdict, HashVerdict, Example> turns;  // of our own log: what is now, and what was
    struct HashIndex {
        std::size_t operator()(std::size_t index) const { return index; }
    };
    Tally<std::size_t, HashIndex, NoSample> landings;  // by product
    Tally<std::size_t, HashIndex, NoSample> unjudged_hosts;
    boost::unordered_flat_map<Who, Count, HashWho> taken;  // by AI crawlers, without an error
    std::vector<std::uint64_t> visits;                     // by product

    /// The address that more than half of the requests come from, if any does (Boyer and Moore).
    Address candidate;
    std::uint64_t lead = 0;  // of its requests over all others', since it is the candidate
    std::uint64_t seen = 0;  // requests of it since then

private:
    void add_refused(const Record& record, const Count& count);
    void add_turn(const Record& record, const Count& count);
    void note_client(const Record& record);
};

/// Whether a person may sit behind it, or a program that people run for themselves.
bool may_be_people(Category category);

Example example_of(const Record& record);

}  // namespace turnpike::replay
