// Words and pace of the hints.
#include "gate/hints.hpp"

namespace turnpike::gate {
namespace {

constexpr std::chrono::minutes pause{1};

/// As an item of a YAML list in brackets: colons only within quotes.
std::string yaml_item(const Address& address) {
    const std::string text = address.to_string();
    return address.is_v4() ? text : '"' + text + '"';
}

}  // namespace

void Hints::add_listener(std::string name) {
    listeners_.push_back(std::make_unique<Listener>());
    listeners_.back()->name = std::move(name);
}

bool Hints::may_speak(Listener& listener, Time now) const {
    Time until = listener.quiet_until.load(std::memory_order_relaxed);
    return now >= until && listener.quiet_until.compare_exchange_strong(until, now + pause);
}

void Hints::untrusted_forwarder(std::uint32_t listener, const Address& peer,
                                std::string_view trusted_proxies, Time now) {
    Listener& here = *listeners_[listener];
    if (!may_speak(here, now)) return;
    std::string list(trusted_proxies);
    if (!list.empty()) list += ", ";
    say_(here.name + ": " + peer.to_string() +
         " forwards for others, and nobody said that it may be believed, so its clients cannot be "
         "told apart. If it is a proxy of yours, write in turnpike.yaml: trusted_proxies: [" +
         list + yaml_item(peer) + "]");
}

void Hints::uncounted_address(std::uint32_t listener, const Address& address, Time now) {
    Listener& here = *listeners_[listener];
    if (!may_speak(here, now)) return;
    say_(here.name + ": a rate per address was not applied to " + address.to_string() +
         ", which may stand for many clients. If it is a proxy of yours, let it send "
         "X-Forwarded-For");
}

}  // namespace turnpike::gate
