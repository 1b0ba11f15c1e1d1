// What Metrics knows beside the hot counters: names behind the ids, and which series exist.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/metrics.hpp"

namespace turnpike::telemetry {

struct Metrics::Registry {
    struct Site {
        std::string name;
        std::unique_ptr<SiteCounters[]> counters;  // by thread
    };
    using LabelValues = std::vector<std::string>;
    /// Counters of one family by their labels' values, each with one counter a thread.
    using NamedCounters = std::map<LabelValues, std::unique_ptr<ThreadCounter[]>>;

    explicit Registry(Options options_) : options(std::move(options_)) {}
    ThreadCounter* counters_of(NamedCounters& family, LabelValues values);

    const Options options;
    std::vector<std::unique_ptr<Shard>> shards;

    // Registration and scrapes hold the lock; loop threads never do.
    std::mutex mutex;
    std::vector<Site> sites;
    std::map<std::string, CrawlerId, std::less<>> crawlers;
    NamedCounters rules;      // site, rule, mode
    NamedCounters limits;     // limit
    NamedCounters listeners;  // listener: untrusted forwarded fields

    std::uint64_t reloads = 0, reloads_refused = 0;
    std::optional<bool> last_reload_successful;
    std::optional<std::chrono::system_clock::time_point> last_reload_success, catalogue_date;

    /// Series once shown stay: family and label values of each, and of those that came too late.
    std::set<LabelValues> admitted, refused;
    std::size_t series = 0;
    std::uint64_t series_refused = 0;
};

}  // namespace turnpike::telemetry
