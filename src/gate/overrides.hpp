// Temporary exceptions that operators make while the instance runs: somebody is let in, or a site
// only observes, until a moment that is set from the start.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "turnpike/address.hpp"
#include "turnpike/facts.hpp"

namespace turnpike::gate {

struct Inquiry;
struct Judgement;

struct Override {
    /// `allow` lets a client in; `observe` refuses nobody.
    enum class Kind : std::uint8_t { allow, observe };
    using Time = std::chrono::system_clock::time_point;

    std::uint32_t number = 0;  ///< How it is named; not given to another one.
    Kind kind = Kind::allow;
    std::string site;               ///< Empty: every site.
    std::optional<Prefix> address;  ///< Only clients from there.
    std::string crawler;            ///< Only this crawler of the catalogue; empty: anybody.
                                    ///< With `allow`, one of the two is said.
    std::string note;               ///< The operator's words.
    Time created, expires;
};

/// What holds at one time: immutable, shared by all threads, replaced as a whole. Whoever replaces
/// it leaves out what has expired; judging knows no clock.
class Overrides {
public:
    explicit Overrides(std::vector<Override> list);

    std::span<const Override> all() const { return list_; }
    /// After the policy has judged. Who would not get in by it, or only at a rate, is let in where
    /// an override says so, by the rule `override`. One for an address speaks for whatever comes
    /// from it; one for a crawler only for the claim to its name, and for a forged claim only where
    /// the address is said too.
    void apply(Judgement& judgement, const Inquiry& inquiry) const;

private:
    const Override* find(const Judgement& judgement, const Inquiry& inquiry,
                         const Claim* claim) const;
    void let_in(Judgement& judgement, const Override& by) const;

    std::vector<Override> list_;
    std::vector<std::string> reasons_;  // of each
};

}  // namespace turnpike::gate
