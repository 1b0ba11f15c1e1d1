// Between decision and answer: the bucket that a decision's rate takes from, and what the client is
// told of it. Costs nothing where no rule names a rate.
#pragma once

#include <optional>
#include <span>

#include "core/arena.hpp"
#include "gate/client.hpp"
#include "gate/judge.hpp"
#include "store/store.hpp"

namespace turnpike::gate {

/// The bucket of the decision's rate. Nothing where the rate is per address and the client has none
/// of its own.
std::optional<store::Key> bucket_key(const store::Rates& rates, const Judgement& judgement,
                                     const ClientAddress& client);

struct Moment {
    store::Time now;
    std::chrono::nanoseconds patience{0};  ///< How long a person's request may be made to wait.
};

/// Takes one request from that bucket; nothing where there is none. Where the decision is about how
/// people behave, it may be granted ahead of its time, and nobody is told to wait for long.
std::optional<store::Taken> take_from_rate(store::Rates& rates, const Judgement& judgement,
                                           const ClientAddress& client, const Moment& moment);

/// RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-11), and Retry-After before
/// them where nothing was granted. The decision has a rate.
std::span<const Field> rate_fields(const Decision& decision, const store::Taken& taken,
                                   Arena& arena);

}  // namespace turnpike::gate
