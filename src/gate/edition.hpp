// One snapshot as one thread uses it.
#pragma once

#include "gate/gate.hpp"
#include "gate/recorder.hpp"
#include "gate/robots_watch.hpp"

namespace turnpike::gate {

/// Lives until another snapshot has been taken up and the last exchange that began with this one
/// has ended. Counted without locked instructions: all of it belongs to one thread.
struct Gate::Edition {
    /// Takes from the edition that `gate` has what outlives it.
    Edition(std::shared_ptr<const Snapshot> of, Gate& gate);

    const std::shared_ptr<const Snapshot> snapshot;
    /// By index of the site. Those that the previous edition has of the same address are shared.
    std::vector<std::shared_ptr<proxy::Origin>> origins;
    RobotsWatch robots;
    // What these two keep points into the snapshot.
    Refusals refusals;
    Recorder recorder;
    std::uint32_t exchanges = 0;  // under way
};

}  // namespace turnpike::gate
