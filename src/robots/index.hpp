// A file as one reading has it: its groups by token, and their rules in the order of their weight.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "robots/robots.hpp"

namespace turnpike::robots {

struct Rule {
    std::string_view pattern;  ///< In the form of the reading; its length is the rule's weight.
    const Record* record = nullptr;
    bool mended = false;

    bool allows() const { return record->field == Field::allow; }
};

/// Which of two rules decides where both match, RFC 9309 §2.2.2: the longer one, then that which
/// allows; the first in the file where both say the same.
bool outweighs(const Rule& a, const Rule& b);

/// Whether a user-agent line with this value is about everyone who has no group of their own.
bool names_everyone(std::string_view value);

/// A token and a group that it names.
struct Agent {
    std::string_view token;
    std::uint32_t group = 0;
    const Record* record = nullptr;
};

class Index {
public:
    /// Of records that outlive it.
    Index(std::span<const Record> records, Reading reading);
    Index(const Index&) = delete;

    std::span<const Group> groups() const { return groups_; }
    /// Each group that the token names, once.
    std::span<const Agent> named(std::string_view token) const;
    /// The weightiest first.
    std::span<const Rule> rules(std::uint32_t group) const;

private:
    void add_agent(const Record& record);
    void add_rule(const Record& record);
    std::string_view kept_pattern(std::string_view written);
    void sort();

    Reading reading_;
    std::vector<Group> groups_;
    std::vector<Agent> agents_;             // by token, then group
    std::vector<Rule> rules_;               // by group, then weight
    std::vector<std::size_t> rules_start_;  // where each group's begin; then, where all end
    std::deque<std::string> patterns_;      // those that differ from what is written
};

}  // namespace turnpike::robots
