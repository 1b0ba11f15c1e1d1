// One request's part in how its client behaves: what is known before it, what it adds.
#pragma once

#include <string_view>

#include "behaviour/behaviour.hpp"
#include "core/clock.hpp"
#include "gate/client.hpp"
#include "gate/judge.hpp"

namespace turnpike::gate {

class WatchedConduct final : public Conduct {
public:
    WatchedConduct(behaviour::Observer& observer, const ClientAddress& client)
        : observer_(observer), client_(client) {}

    /// Before judging. What a line of a log tells of a request is not `whole`.
    void begin(const behaviour::Signals* signals, store::Time now, bool whole = true) {
        signals_ = signals;
        now_ = now;
        whole_ = whole;
    }
    void assess(Judgement& judgement, const Inquiry& inquiry) override;
    /// The origin's answer, if there is one.
    void answered(const ResponseHead& head);
    /// When all is over.
    void learn(Clock& clock) {
        if (sighting_.has_key) observer_.learn(*signals_, sighting_, answer_, clock.now());
    }

private:
    behaviour::Observer& observer_;
    const ClientAddress& client_;
    const behaviour::Signals* signals_ = nullptr;
    store::Time now_;
    bool whole_ = true;
    behaviour::Sighting sighting_;
    behaviour::Answer answer_;
};

}  // namespace turnpike::gate
