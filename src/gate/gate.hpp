// The staircase: one request from first fact to final status. `serve` is the place to start reading
// the program; the steps stand in the files beside.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/exchange.hpp"
#include "gate/admission.hpp"
#include "gate/client.hpp"
#include "gate/conduct.hpp"
#include "gate/decisions.hpp"
#include "gate/delays.hpp"
#include "gate/hints.hpp"
#include "gate/ids.hpp"
#include "gate/judge.hpp"
#include "gate/overrides.hpp"
#include "gate/refusal.hpp"
#include "gate/robots_watch.hpp"
#include "gate/series.hpp"
#include "proxy/proxy.hpp"
#include "store/store.hpp"
#include "telemetry/telemetry.hpp"

namespace turnpike::gate {

/// What one thread's gate works with. All of it outlives the gate.
struct Surroundings {
    net::Loop& loop;
    telemetry::Metrics& metrics;
    telemetry::Metrics::Shard& counters;
    telemetry::AccessLog::Ring& log;
    store::Rates& rates;  ///< The same for all threads, like the next two.
    compliance::Readers& robots_readers;
    behaviour::Observer& observer;
    Hints& hints;
    std::span<const telemetry::Metrics::ListenerId> listeners;  ///< By index of the listener.
    telemetry::Metrics::LimitId delayed;
    /// By index of the listener; empty where it has none. No entries where no listener has one.
    std::span<const std::string> health_paths = {};
    std::size_t decision_bytes = 1024 * 1024;  ///< For remembering decisions.
};

/// What the operator's configuration says, compiled; replaced as a whole.
struct Snapshot {
    Knowledge knowledge;
    PrefixList trusted_proxies;
    std::string trusted_proxies_text;  ///< As the operator wrote it, for hints.
    Pages pages;
    std::string pseudonym;               ///< Ours in Via, unguessable, so that a loop is noticed.
    Series series;                       ///< Of `knowledge`.
    std::vector<robots::Wishes> robots;  ///< Of each site.
};

class Gate final : public Handler {
public:
    Gate(const Surroundings& surroundings, std::shared_ptr<const Snapshot> snapshot);
    ~Gate();

    /// New exchanges are judged by this from now on; those under way end with what they began with.
    /// On the gate's thread.
    void take_up(std::shared_ptr<const Snapshot> snapshot);
    /// The same for overrides; null: none.
    void use(std::shared_ptr<const Overrides> overrides) { overrides_ = std::move(overrides); }
    /// The same for what sites have as robots.txt; a site that is not there has its origin's.
    void use(std::shared_ptr<const RobotsFiles> files);
    /// Snapshots that an exchange may still look at: the current one and those before.
    std::size_t snapshots() const { return 1 + retired_.size(); }

    Task<void> serve(Exchange& exchange) override;
    Task<void> fail(Exchange& exchange, Error error) override;
    /// What is remembered of the request with that id, or X-Request-Id: its line in the JSON log,
    /// in the detail of `options`. On the gate's thread.
    std::optional<std::string> find_decision(std::string_view id,
                                             const telemetry::AccessLogOptions& options) const;

private:
    struct Edition;
    struct Visit;
    class Recorder;
    struct RobotsWait;
    void let_go(Edition& edition);
    void find_client(Visit& visit);
    void admit(Visit& visit);
    Task<void> hold_back(Visit& visit);
    Task<void> forward(Visit& visit, Permit permit);
    Task<Result<void>> refuse(Visit& visit);
    OwnResponse too_many_requests(Visit& visit);
    Task<Result<void>> apologise(Visit& visit, const Error& error);
    Task<Result<void>> send(Visit& visit);
    bool has_robots(const Visit& visit) const;
    Task<Result<void>> send_robots(Visit& visit);
    std::span<const Field> added_fields(const Visit& visit);
    bool is_loop(const Visit& visit) const;
    bool is_health_check(const Exchange& exchange) const;
    Task<void> answer_health_check(Exchange& exchange);

    Surroundings surroundings_;
    Decisions decisions_;
    std::unique_ptr<Edition> edition_;
    std::vector<std::unique_ptr<Edition>> retired_;  // each until its last exchange has ended
    std::shared_ptr<const Overrides> overrides_;
    std::shared_ptr<const RobotsFiles> robots_;
    std::vector<RobotsWait*> robots_waits_;
    identity::Verdicts verdicts_;
    IdGenerator ids_;
    Delays delays_;
};

}  // namespace turnpike::gate
