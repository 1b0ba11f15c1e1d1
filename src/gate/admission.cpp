// Keys of buckets, and the fields that tell a client of its rate.
#include "gate/admission.hpp"

#include <algorithm>

#include "core/networks.hpp"
#include "http/http.hpp"

namespace turnpike::gate {
namespace {

/// What tells the buckets of one rule apart; also keeps `per: crawler` from meeting an address.
enum class Kind : std::uint64_t { site, crawler, address, behaviour };

/// What people are told to wait at most, who may be none of those that a rule is about.
constexpr std::chrono::seconds longest_wait{60};

/// Whole seconds, rounded up: too early is refused once more.
std::uint64_t seconds_until(std::chrono::nanoseconds wait) {
    return static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(wait).count());
}

/// A String of RFC 9651; what it cannot hold becomes `?`.
void add_quoted(http::Writer& out, std::string_view text) {
    out.add("\"");
    for (const char& c : text) {
        if (c == '"' || c == '\\') out.add("\\");
        const bool printable = c >= ' ' && c <= '~';
        out.add(printable ? std::string_view(&c, 1) : "?");
    }
    out.add("\"");
}

}  // namespace

std::optional<store::Key> bucket_key(const store::Rates& rates, const Judgement& judgement,
                                     const ClientAddress& client) {
    const Decision& decision = judgement.decision;
    store::KeyHash hash = rates.key();
    // By name, so that a bucket outlives a reload.
    hash.add(judgement.site->name).add(decision.rule);
    const Per per = decision.rate->per;
    const Crawler* crawler = judgement.identity.claims[decision.claim].crawler;
    if (per == Per::site) return hash.add(static_cast<std::uint64_t>(Kind::site)).key();
    // Who behaves like a crawler is known by address and user agent, never by the address alone.
    if (decision.by_behaviour && judgement.conduct) {
        return hash.add(static_cast<std::uint64_t>(Kind::behaviour))
            .add(static_cast<std::uint64_t>(*judgement.conduct))
            .key();
    }
    if (per != Per::address && crawler != nullptr) {
        return hash.add(static_cast<std::uint64_t>(Kind::crawler)).add(crawler->name).key();
    }
    if (client.is_shared()) return std::nullopt;
    return hash.add(static_cast<std::uint64_t>(Kind::address))
        .add(network_key(client.address))
        .key();
}

std::optional<store::Taken> take_from_rate(store::Rates& rates, const Judgement& judgement,
                                           const ClientAddress& client, const Moment& moment) {
    const auto key = bucket_key(rates, judgement, client);
    if (!key) return std::nullopt;
    const Decision& decision = judgement.decision;
    const Category category = judgement.identity.claims[decision.claim].category;
    if (!decision.by_behaviour || !stands_for_people(category)) {
        return rates.take(*key, *decision.rate, moment.now);
    }
    store::Taken taken = rates.take(*key, *decision.rate, moment.now, moment.patience);
    taken.wait = std::min<std::chrono::nanoseconds>(taken.wait, longest_wait);
    return taken;
}

std::span<const Field> rate_fields(const Decision& decision, const store::Taken& taken,
                                   Arena& arena) {
    constexpr std::size_t numbers = 128;  // and the names of parameters
    const std::span<Field> fields = arena.array<Field>(3);
    std::size_t count = 0;
    const std::uint64_t wait = seconds_until(taken.wait);
    const auto text = [&](std::size_t size) {
        return http::Writer(static_cast<char*>(arena.allocate(size)));
    };
    if (!taken.granted) {
        http::Writer retry = text(numbers);
        retry.add_number(wait);
        fields[count++] = {.name = "Retry-After", .value = retry.text()};
    }
    const std::size_t size = 2 * decision.rule.size() + numbers;
    http::Writer policy = text(size);
    add_quoted(policy, decision.rule);
    policy.add(";q=");
    policy.add_number(decision.rate->requests);
    policy.add(";w=");
    policy.add_number(static_cast<std::uint64_t>(decision.rate->period.count()));
    policy.add(";turnpike-burst=");
    policy.add_number(decision.rate->burst);
    fields[count++] = {.name = "RateLimit-Policy", .value = policy.text()};
    http::Writer now = text(size);
    add_quoted(now, decision.rule);
    now.add(";r=");
    now.add_number(taken.left);
    now.add(";t=");
    now.add_number(wait);
    fields[count++] = {.name = "RateLimit", .value = now.text()};
    return fields.first(count);
}

}  // namespace turnpike::gate
