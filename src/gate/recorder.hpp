// The last step: one request's log line and counters.
#pragma once

#include "gate/decisions.hpp"
#include "gate/gate.hpp"
#include "gate/robots_watch.hpp"

namespace turnpike::gate {

class Gate::Recorder {
public:
    /// `snapshot` outlives it; what `decisions` are given outlives both.
    Recorder(const Surroundings& surroundings, const Snapshot& snapshot, Decisions& decisions,
             const RobotsWatch& robots);
    ~Recorder();
    void record(const Visit& visit);

private:
    /// What all requests that are decided alike have in common.
    struct Kind;
    struct Key;

    Kind& kind_of(const Visit& visit);
    std::vector<std::string_view> signals_of(const Key& key) const;
    Kind make_kind(const Key& key, const Visit& visit) const;
    void count(const Visit& visit, const Kind& kind, std::chrono::steady_clock::time_point now);
    void count_decision(const Visit& visit, const Kind& kind, telemetry::Metrics::SiteId site);
    telemetry::RobotsRemark remark_on(const Visit& visit, Kind& kind) const;
    static Decisions::Lane lane_of(const Visit& visit, const Kind& kind);
    void log(const Visit& visit, Kind& kind, std::chrono::steady_clock::time_point now);

    const Surroundings& surroundings_;
    const Snapshot& snapshot_;
    Decisions& decisions_;
    const RobotsWatch& robots_;
    std::unique_ptr<Kind[]> kinds_;
};

}  // namespace turnpike::gate
