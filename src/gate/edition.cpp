// Taking up a snapshot, and letting go of the one before.
#include "gate/edition.hpp"

#include <algorithm>
#include <map>

namespace turnpike::gate {
namespace {

proxy::Limits limits_of(const SiteOrigin& origin) {
    proxy::Limits limits;
    limits.connect = origin.connect_timeout;
    limits.response = origin.response_timeout;
    return limits;
}

}  // namespace

Gate::Edition::Edition(std::shared_ptr<const Snapshot> of, Gate& gate)
    : snapshot(std::move(of)),
      robots(snapshot->knowledge.sites, gate.surroundings_.robots_readers,
             gate.surroundings_.loop.clock()),
      refusals(snapshot->pages),
      recorder(gate.surroundings_, *snapshot, gate.decisions_, robots) {
    // Several sites may have one origin, and a reload keeps what connections there are to it.
    using Key = std::pair<OriginAddress, proxy::Limits>;
    std::map<Key, std::shared_ptr<proxy::Origin>> known;
    if (gate.edition_) {
        for (const auto& origin : gate.edition_->origins) {
            known.emplace(Key(origin->address(), origin->limits()), origin);
        }
    }
    for (const Site& site : snapshot->knowledge.sites.all()) {
        const Key key(site.origin.address, limits_of(site.origin));
        auto& origin = known[key];
        if (!origin) {
            origin =
                std::make_shared<proxy::Origin>(gate.surroundings_.loop, key.first, key.second);
        }
        origins.push_back(origin);
    }
    robots.use(gate.robots_.get());
}

void Gate::take_up(std::shared_ptr<const Snapshot> snapshot) {
    auto next = std::make_unique<Edition>(std::move(snapshot), *this);
    std::unique_ptr<Edition> last = std::exchange(edition_, std::move(next));
    if (last->exchanges > 0) retired_.push_back(std::move(last));
}

/// An exchange has ended.
void Gate::let_go(Edition& edition) {
    if (--edition.exchanges > 0 || &edition == edition_.get()) return;
    std::erase_if(retired_, [&](const auto& retired) { return retired.get() == &edition; });
}

}  // namespace turnpike::gate
