// The last step: one request's log line and counters. Ids of the metrics are looked up when a
// snapshot is taken up, never for a request.
#pragma once

#include <unordered_map>
#include <vector>

#include "gate/gate.hpp"

namespace turnpike::gate {

class Gate::Recorder {
public:
    Recorder(const Surroundings& surroundings, const Snapshot& snapshot);
    void record(const Visit& visit);

private:
    struct SiteIds {
        telemetry::Metrics::SiteId site;
        telemetry::Metrics::RuleId open_path;
        telemetry::Metrics::RuleId forged;
        std::vector<telemetry::Metrics::RuleId> rules;  // as in Site::rules
    };
    void count(const Visit& visit, std::chrono::steady_clock::time_point now);
    void count_decision(const Visit& visit, const SiteIds& ids);
    void log(const Visit& visit, std::chrono::steady_clock::time_point now);
    std::optional<telemetry::Metrics::RuleId> rule_id(const Visit& visit) const;
    const SiteIds* ids_of(const Site* site) const;

    const Surroundings& surroundings_;
    const Snapshot& snapshot_;
    std::vector<SiteIds> sites_;
    std::unordered_map<const Crawler*, telemetry::Metrics::CrawlerId> crawlers_;
};

}  // namespace turnpike::gate
