// From a request and its client to a decision: the half of the staircase that has no side effects.
// `serve` calls it, and so does whatever asks what would happen.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "behaviour/behaviour.hpp"
#include "core/arena.hpp"
#include "identity/identity.hpp"
#include "turnpike/error.hpp"
#include "turnpike/policy.hpp"
#include "turnpike/request.hpp"

namespace turnpike::gate {

/// What judging needs: immutable, shared by all threads, replaced as a whole.
struct Knowledge {
    std::shared_ptr<const identity::Catalogue> catalogue;
    std::shared_ptr<const behaviour::Signals> signals;  ///< Null: nobody's behaviour is known.
    Sites sites;
    bool observe = false;  ///< All sites only observe, whatever they say: the panic switch.
};

class Overrides;
class RobotsWatch;
struct ClientAddress;
struct Judgement;
struct Inquiry;

/// Asked how the client has behaved until now, where the policy may depend on it.
class Conduct {
public:
    /// Adds it to a judgement that has all but the decision.
    virtual void assess(Judgement& judgement, const Inquiry& inquiry) = 0;

protected:
    ~Conduct() = default;
};

/// What is asked, and by whom.
struct Inquiry {
    const RequestHead& head;
    const Address& client;  ///< After the walk through trusted proxies.
    Arena& arena;
    const Overrides* overrides = nullptr;  ///< Null where there are none. Outlive the judgement.
    const ClientAddress* walk =
        nullptr;  ///< By which `client` was found; null: it may be anyone's.
    const RobotsWatch* robots = nullptr;  ///< Null where nobody minds what robots.txt says.
    Conduct* conduct = nullptr;           ///< Null: it behaves as people do.
};

struct Judgement {
    const Site* site = nullptr;
    Identity identity;
    Behaviour behaviour;
    /// By whom behaviour is counted: the client, or all who act as one with it.
    std::optional<store::Key> conduct;
    Decision decision;
    Mode mode = Mode::enforce;
    std::span<const std::string_view> readings;     ///< Of the path.
    std::span<const std::string_view> user_agents;  ///< Every line.
    std::optional<RobotsStanding> robots;           ///< Where a rule of the site asks.
};

/// Whether the path, in any reading, is the site's trap.
inline bool is_trap(const Site& site, std::span<const std::string_view> readings) {
    if (site.trap.empty()) return false;
    for (const std::string_view path : readings) {
        if (path.size() == site.trap.size() && path == site.trap) return true;
    }
    return false;
}

/// What a site's policy was asked. `judgement` must outlive it.
Question question_of(const Judgement& judgement, const Inquiry& inquiry);

/// Errors: 421 where no site has this host, 400 where the path cannot be read in one way. `cache`
/// may be null. Views in the result point into the request, the arena or `knowledge`.
Result<Judgement> judge(const Knowledge& knowledge, const Inquiry& inquiry,
                        identity::Verdicts* cache);

}  // namespace turnpike::gate
