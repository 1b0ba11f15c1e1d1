// Counters of the product. Each loop thread counts in a shard of its own with plain stores; whoever
// scrapes adds the shards up. Names and labels are a contract (docs).
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "telemetry/access_log.hpp"
#include "turnpike/decision.hpp"
#include "turnpike/facts.hpp"

namespace turnpike::telemetry {

/// Who made the response that the client got.
enum class Source : std::uint8_t { origin, turnpike };
inline constexpr std::size_t source_count = 2;

/// How a request to an origin ended; in the order of proxy::Outcome.
enum class OriginOutcome : std::uint8_t { ok, connect_failed, timeout, reset, invalid, overloaded };
inline constexpr std::size_t origin_outcome_count = 6;

/// Written by one thread, read by any: a load and a store, no locked instruction.
class Counter {
public:
    void add(std::uint64_t amount = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// Durations, in buckets whose upper bounds `Bounds` lists in nanoseconds.
template <const auto& Bounds>
class Histogram {
public:
    static constexpr std::size_t bucket_count = Bounds.size() + 1;  // the last one has no bound

    void observe(std::chrono::nanoseconds duration) {
        const std::int64_t value = duration.count() > 0 ? duration.count() : 0;
        std::size_t bucket = 0;
        while (bucket < Bounds.size() && value > Bounds[bucket]) ++bucket;
        buckets_[bucket].add();
        sum_.add(static_cast<std::uint64_t>(value));
    }
    std::uint64_t in_bucket(std::size_t bucket) const { return buckets_[bucket].value(); }
    std::uint64_t sum() const { return sum_.value(); }

private:
    std::array<Counter, bucket_count> buckets_;
    Counter sum_;
};

/// 1 ms to 60 s, and 1 us to 1 ms.
inline constexpr std::array<std::int64_t, 15> exchange_bounds{
    1'000'000,     2'500'000,     5'000'000,      10'000'000,     25'000'000,
    50'000'000,    100'000'000,   250'000'000,    500'000'000,    1'000'000'000,
    2'500'000'000, 5'000'000'000, 10'000'000'000, 30'000'000'000, 60'000'000'000};
inline constexpr std::array<std::int64_t, 10> decision_bounds{
    1'000, 2'000, 5'000, 10'000, 20'000, 50'000, 100'000, 200'000, 500'000, 1'000'000};

using ExchangeHistogram = Histogram<exchange_bounds>;
using DecisionHistogram = Histogram<decision_bounds>;

class Metrics {
    struct SiteCounters;
    struct ThreadCounter;

public:
    /// Names of labels, resolved once: when a configuration is loaded, never for a request. They
    /// stay good for the life of the Metrics; the same name always gets the same id.
    class SiteId {
        friend class Metrics;
        SiteCounters* counters_ = nullptr;  // of all threads
        std::uint32_t index_ = 0;
    };
    class NamedId {
        friend class Metrics;
        ThreadCounter* counters_ = nullptr;
    };
    struct RuleId : NamedId {};
    struct LimitId : NamedId {};
    struct ListenerId : NamedId {};
    /// For `ai-*` and search engines a name of their own; all others share `other_crawler`.
    enum class CrawlerId : std::uint16_t {};
    static constexpr CrawlerId other_crawler{0};

    struct Options {
        std::size_t threads = 1;
        std::size_t max_series = 20'000;
        std::string version;
    };
    explicit Metrics(Options options);
    Metrics(const Metrics&) = delete;
    ~Metrics();

    // Registration. Any thread.

    SiteId site(std::string_view name);
    SiteId no_site() const { return no_site_; }  ///< `-`: before a site is known.
    RuleId rule(std::string_view site, std::string_view name, Mode mode);
    CrawlerId crawler(std::string_view name);
    LimitId limit(std::string_view name);
    ListenerId listener(std::string_view name);

    // What happens once in a while. Any thread.

    void reloaded(bool successful, std::chrono::system_clock::time_point now);
    void catalogue_dated(std::chrono::system_clock::time_point date);

    class Shard;
    Shard& shard(std::size_t thread);

    /// What others count and know; handed over for each scrape.
    struct Readings {
        struct Connections {
            std::string listener;
            std::uint64_t active = 0, idle = 0;
        };
        struct Limited {
            std::string limit;
            std::uint64_t count = 0;
        };
        struct Table {
            std::string_view table;
            std::uint64_t entries = 0, evictions = 0;
        };
        std::chrono::system_clock::time_point now;
        std::uint64_t log_dropped = 0;
        std::span<const Connections> connections;
        std::span<const Limited> limited;  ///< Added to what count_limited() counted.
        std::span<const Table> tables;
    };
    /// The text exposition format, version 0.0.4. Any thread.
    std::string text(const Readings& readings);

private:
    struct Registry;
    class Scrape;
    std::unique_ptr<Registry> registry_;
    SiteId no_site_;
};

struct alignas(64) Metrics::SiteCounters {
    static constexpr std::size_t actions = action_count + 1;       // the last one: undecided
    static constexpr std::size_t categories = category_count + 1;  // likewise
    static constexpr std::size_t request_count = actions * outcome_count * categories;

    std::array<Counter, request_count> requests;
    std::array<Counter, 6 * source_count> responses;  // by the status code's first digit
    std::array<Counter, origin_outcome_count> origin;
    ExchangeHistogram request_duration, origin_duration;
    DecisionHistogram decision_duration;
};

struct alignas(64) Metrics::ThreadCounter : Counter {};

/// One loop thread's counters. Nothing here allocates, locks or looks at a string.
class Metrics::Shard {
public:
    Shard(std::size_t thread, std::size_t max_series);
    Shard(const Shard&) = delete;

    void count_request(SiteId site, Action action, Outcome outcome, Category category) {
        add_request(site, static_cast<std::size_t>(action), outcome,
                    static_cast<std::size_t>(category));
    }
    /// A request that failed before a decision: 400, 408, 421, 431.
    void count_undecided(SiteId site) {
        add_request(site, action_count, Outcome::failed, category_count);
    }
    void count_response(SiteId site, std::uint16_t status, Source source) {
        const std::size_t digit = status < 600u ? status / 100u : 0;
        of(site).responses[digit * source_count + static_cast<std::size_t>(source)].add();
    }
    void count_origin(SiteId site, OriginOutcome outcome) {
        of(site).origin[static_cast<std::size_t>(outcome)].add();
    }
    void observe_request(SiteId site, std::chrono::nanoseconds duration) {
        of(site).request_duration.observe(duration);
    }
    void observe_decision(SiteId site, std::chrono::nanoseconds duration) {
        of(site).decision_duration.observe(duration);
    }
    void observe_origin(SiteId site, std::chrono::nanoseconds duration) {
        of(site).origin_duration.observe(duration);
    }
    void count_crawler(SiteId site, CrawlerId crawler, Action action, Proof proof) {
        const auto row = 1 + static_cast<std::uint64_t>(action);
        add_sparse(key(site, crawler) | row << 8 | static_cast<std::uint64_t>(proof), 1);
    }
    void count_crawler_bytes(SiteId site, CrawlerId crawler, std::uint64_t bytes) {
        add_sparse(key(site, crawler), bytes);
    }
    /// A request for what robots.txt disallows.
    void count_robots_violation(SiteId site, CrawlerId crawler) {
        add_sparse(key(site, crawler) | violation_row << 8, 1);
    }
    void count_rule(RuleId rule) { rule.counters_[thread_].add(); }
    void count_limited(LimitId limit) { limit.counters_[thread_].add(); }
    void count_untrusted_forwarded(ListenerId listener) { listener.counters_[thread_].add(); }

private:
    friend class Metrics;
    /// Sites times crawlers are too many to hold all, so this is a hash table of those that
    /// occurred.
    struct Slot {
        std::uint64_t key;  // 0: free
        std::uint64_t count;
    };
    struct Free {
        void operator()(Slot* slots) const;
    };

    /// Behind those of the actions.
    static constexpr std::uint64_t violation_row = 1 + action_count;
    /// 1, the site, the crawler, 0 for bytes, 1 + action or `violation_row`, the proof; from the
    /// top bit down.
    static std::uint64_t key(SiteId site, CrawlerId crawler) {
        return std::uint64_t{1} << 63 | std::uint64_t{site.index_} << 32 |
               static_cast<std::uint64_t>(crawler) << 16;
    }
    SiteCounters& of(SiteId site) { return site.counters_[thread_]; }
    void add_request(SiteId site, std::size_t action, Outcome outcome, std::size_t category) {
        const std::size_t row = action * outcome_count + static_cast<std::size_t>(outcome);
        of(site).requests[row * SiteCounters::categories + category].add();
    }
    void add_sparse(std::uint64_t key, std::uint64_t amount) {
        std::size_t at = key * 0x9e3779b97f4a7c15u >> shift_;  // Fibonacci hashing
        while (slots_[at].key != key) {
            if (slots_[at].key == 0 && !occupy(slots_[at], key)) return;
            if (slots_[at].key != key) at = (at + 1) & mask_;
        }
        std::atomic_ref<std::uint64_t>(slots_[at].count)
            .store(slots_[at].count + amount, std::memory_order_relaxed);
    }
    bool occupy(Slot& slot, std::uint64_t key);

    const std::size_t thread_;
    const std::size_t most_used_;
    std::size_t used_ = 0;
    const unsigned shift_;
    const std::size_t mask_;
    const std::unique_ptr<Slot[], Free> slots_;
};

}  // namespace turnpike::telemetry
