// Signals as data: what rules/behaviour says about the ways of crawlers, compiled, and the sum that
// is made of them. Part of the face behaviour.hpp.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "behaviour/measures.hpp"
#include "turnpike/conditions.hpp"
#include "turnpike/diagnostic.hpp"

namespace turnpike::behaviour {

/// A measure within bounds, both included.
struct Bound {
    Measure measure{};
    float low = 0;
    float high = 0;
};

/// One way to behave, and how much it speaks for a crawler: its weight is a logarithm of odds, and
/// below zero it speaks for a person.
struct Signal {
    std::string name;
    std::uint8_t group = 0;
    float weight = 0;
    CategorySet categories;     ///< Of whom it is asked at all.
    std::vector<Bound> bounds;  ///< All must hold.
    Checks checks = 0;          ///< One of them must have failed, where there are any.
    bool damning = false;       ///< No person does this by mistake.
    bool pooled = false;        ///< Of many clients as one: they share what one may ask for.
    std::string meaning;
    std::string mistakes;  ///< Why it may be wrong.
    std::string source;    ///< Who says so.
};

/// Signals of one group say the same thing in several ways, so together they count for no more than
/// its limit, in either direction.
struct Group {
    std::string name;
    float limit = 0;
};

struct SignalFile {
    std::string name;
    std::string text;
};

/// Immutable after loading; safe to share between threads.
class Signals {
public:
    /// Null, with the reasons in `out`, where there is an error.
    static std::unique_ptr<const Signals> load(std::span<const SignalFile> files, Diagnostics& out);
    /// Those embedded in this binary. Cannot fail: a test loads them.
    static std::unique_ptr<const Signals> installed();

    std::span<const Signal> all() const { return signals_; }
    std::span<const Group> groups() const { return groups_; }
    float likely() const { return likely_; }
    float certain() const { return certain_; }
    std::vector<std::string> names() const;

    /// Adds up what holds. Does not allocate.
    Behaviour judge(const Measures& measures, Checks failed, Category category) const;

    static constexpr std::size_t max_groups = 16;

private:
    friend class SignalsReader;
    std::vector<Signal> signals_;
    std::vector<Group> groups_;
    float likely_ = 0;
    float certain_ = 0;
};

}  // namespace turnpike::behaviour
