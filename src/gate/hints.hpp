// What the operator should know of proxies that are not configured right: which line is missing
// where. Seldom enough to be read: at most once a minute for each listener.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "turnpike/address.hpp"

namespace turnpike::gate {

/// One for all threads. Where nothing is wrong nobody asks it.
class Hints {
public:
    using Time = std::chrono::steady_clock::time_point;
    /// `say` gets each hint; any thread calls it.
    explicit Hints(std::function<void(std::string)> say) : say_(std::move(say)) {}
    /// The next one, as the operator wrote it. Before anybody asks for hints.
    void add_listener(std::string name);

    /// A peer that is not one of `trusted_proxies`, given as written, forwards for others.
    void untrusted_forwarder(std::uint32_t listener, const Address& peer,
                             std::string_view trusted_proxies, Time now);
    /// A rate per address was not applied, because this one may stand for many.
    void uncounted_address(std::uint32_t listener, const Address& address, Time now);

private:
    struct Listener {
        std::string name;
        std::atomic<Time> quiet_until{};
    };
    bool may_speak(Listener& listener, Time now) const;

    std::vector<std::unique_ptr<Listener>> listeners_;
    std::function<void(std::string)> say_;
};

}  // namespace turnpike::gate
