// The last step: one request's log line and counters. Ids of the metrics are looked up when a
// snapshot is taken up, never for a request.
#pragma once

#include <unordered_map>
#include <vector>

#include "gate/decisions.hpp"
#include "gate/gate.hpp"

namespace turnpike::gate {

class Gate::Recorder {
public:
    Recorder(const Surroundings& surroundings, const Snapshot& snapshot);
    ~Recorder();
    void record(const Visit& visit);
    const Decisions& decisions() const { return decisions_; }

private:
    struct SiteIds {
        telemetry::Metrics::SiteId site;
        telemetry::Metrics::RuleId open_path;
        telemetry::Metrics::RuleId forged;
        std::vector<telemetry::Metrics::RuleId> rules;  // as in Site::rules
    };
    /// What all requests that are decided alike have in common.
    struct Kind;
    struct Key;

    const Kind& kind_of(const Visit& visit);
    Kind make_kind(const Key& key, const Visit& visit) const;
    std::optional<telemetry::Metrics::RuleId> rule_id(const Judgement& judgement) const;
    const SiteIds* ids_of(const Site* site) const;
    void count(const Visit& visit, const Kind& kind, std::chrono::steady_clock::time_point now);
    void count_decision(const Visit& visit, const Kind& kind, telemetry::Metrics::SiteId site);
    static Decisions::Lane lane_of(const Visit& visit, const Kind& kind);
    void log(const Visit& visit, const Kind& kind, std::chrono::steady_clock::time_point now);

    const Surroundings& surroundings_;
    const Snapshot& snapshot_;
    std::vector<SiteIds> sites_;
    Decisions decisions_;
    std::unique_ptr<Kind[]> kinds_;
    std::unordered_map<const Crawler*, telemetry::Metrics::CrawlerId> crawlers_;
};

}  // namespace turnpike::gate
