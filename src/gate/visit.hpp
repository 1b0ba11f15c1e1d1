// What is known of one request while it walks down the staircase; what `record` writes down.
#pragma once

#include <optional>

#include "gate/admission.hpp"
#include "gate/conduct.hpp"
#include "gate/edition.hpp"

namespace turnpike::gate {

/// Status that the log shows for a client that left before there was an answer (as nginx does).
inline constexpr std::uint16_t client_closed_request = 499;

/// Of a request that never came to be judged.
inline const Judgement no_judgement;

struct Gate::Visit {
    Visit(Gate& at, Exchange& of)
        : gate(at),
          edition(*at.edition_),
          exchange(of),
          id(at.ids_.write(static_cast<char*>(of.arena.allocate(IdGenerator::size)))),
          conduct(at.surroundings_.observer, client),
          decided(of.started) {
        ++edition.exchanges;
    }
    Visit(const Visit&) = delete;
    ~Visit() { gate.let_go(edition); }

    Gate& gate;
    Edition& edition;  ///< What the gate stood on when the exchange began.
    Exchange& exchange;
    std::string_view id;
    ClientAddress client;
    WatchedConduct conduct;
    const Judgement* judgement = &no_judgement;
    std::shared_ptr<const Overrides> overrides;  ///< What the judgement may point to; mostly null.
    std::chrono::steady_clock::time_point decided;
    std::optional<store::Taken> taken;  ///< What the bucket of the decision's rate said.
    telemetry::Outcome outcome = telemetry::Outcome::failed;
    std::uint16_t status = 0;
    OwnResponse answer;  ///< Where the answer is ours.
    bool own_answer = false;
    std::string_view reason;  ///< Of the answer, where it is not the decision's.
    std::optional<std::chrono::steady_clock::duration> origin_duration;
    std::optional<proxy::Outcome> origin_outcome;

    const Snapshot& snapshot() const { return *edition.snapshot; }
    /// Where a site has been found.
    std::size_t site_index() const {
        return static_cast<std::size_t>(judgement->site - snapshot().knowledge.sites.all().data());
    }
    Admission admission() const {
        return taken && !taken->granted ? Admission::over_rate : Admission::admitted;
    }
};

}  // namespace turnpike::gate
