// The verdict on one request and the proof of it. A Permit is the only thing with which a request
// can be sent to an origin; only a Decision and a mode make one.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace turnpike {

enum class Action : std::uint8_t { allow, throttle, pay, deny };  // ordered: later is stricter
inline constexpr std::size_t action_count = 4;
std::string_view name_of(Action action);
std::optional<Action> action_named(std::string_view name);

enum class Mode : std::uint8_t { enforce, observe };
std::string_view name_of(Mode mode);

/// An amount in millionths of a currency unit. Never floating point.
struct Money {
    std::string currency;  ///< ISO 4217, three capital letters.
    std::int64_t micros = 0;
    bool operator==(const Money&) const = default;
};
/// `USD 0.01`: as few decimals as the amount needs, at least two.
std::string to_string(const Money& money);

/// Where a rule stands: the file as the operator named it, and its line, counted from 1.
struct Where {
    std::string file;
    std::uint32_t line = 0;
    bool operator==(const Where&) const = default;
};

/// What one bucket of a rate is kept for.
enum class Per : std::uint8_t {
    client,   ///< The crawler where one is declared, else the address: the default.
    crawler,  ///< All addresses of a crawler together.
    address,  ///< One IPv4 address, or the /64 of an IPv6 address.
    site,     ///< Everybody together.
};
inline constexpr std::size_t per_count = 4;

/// A ceiling: so many requests in so much time, spread evenly, after a burst.
struct Rate {
    std::uint32_t requests = 0;
    std::chrono::seconds period{1};
    std::uint32_t burst = 1;  ///< How many may come at once; at least 1.
    Per per = Per::client;
    bool operator==(const Rate&) const = default;
};

struct Rule;

/// What was decided, by which rule, and where that rule stands. Views live as long as the policy.
struct Decision {
    Action action = Action::allow;
    std::string_view rule;  ///< Where none decided: `open-path`, `forged`, `default`, `override`.
    const Where* where = nullptr;  ///< Null for what is built in.
    std::string_view reason;       ///< One short sentence.
    const Money* price = nullptr;  ///< Set where action is `pay`.
    /// The ceiling under which the action stands: always set on `throttle`, perhaps on `allow` and
    /// `pay`. Deciding names it; taking from it is admission's work.
    const Rate* rate = nullptr;
    bool by_behaviour = false;  ///< The rule asks how the client has behaved.
    std::uint8_t claim = 0;     ///< Index of the claim in the identity that decided.
    std::uint8_t reading = 0;   ///< Index of the reading of the path that decided.
    static constexpr std::size_t max_observed = 4;
    std::uint8_t observed_count = 0;
    /// Rules that only observe and matched on the way to the one that decided.
    std::array<const Rule*, max_observed> observed{};
};

/// What the bucket of a decision's rate said. Where there is no rate, or nobody to count it by,
/// nothing speaks against admitting.
enum class Admission : std::uint8_t { admitted, over_rate };

/// Leave to forward one request. Not copyable, not makeable but by `permit_for`.
class Permit {
public:
    Permit(Permit&&) = default;
    Permit& operator=(Permit&&) = default;
    Action action() const { return action_; }

private:
    friend std::optional<Permit> permit_for(const Decision& decision, Mode mode,
                                            Admission admission);
    explicit Permit(Action action) : action_(action) {}
    Action action_;
};

/// A permit where the decision allows or throttles and its rate leaves room, or where the mode only
/// observes.
std::optional<Permit> permit_for(const Decision& decision, Mode mode, Admission admission);

}  // namespace turnpike
