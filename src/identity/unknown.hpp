// Bots that the catalogue does not know, told by how they name themselves: rules/unknown-bots.yaml.
// Errs towards people: what might be a phone's name or a person's app is no bot.
#pragma once

#include <optional>
#include <string_view>

#include "identity/vocabulary.hpp"
#include "turnpike/facts.hpp"

namespace turnpike::identity {

/// Whether a user agent whose words gave `marks` is worth the look of judge_unknown.
constexpr bool may_be_bot(unsigned marks) {
    // No word says anything: all there is may be a name.
    if (marks == 0 || (marks & (mark_ending | mark_contact)) != 0) return true;
    if ((marks & (mark_compatible | mark_explorer)) == mark_compatible) return true;
    constexpr unsigned people = mark_browser | mark_phone | mark_app;
    return (marks & mark_weak_ending) != 0 && (marks & people) == 0;
}

/// The claim of a bot in a user agent whose words gave `marks`, if it makes one. The claim's token
/// is a view into `agent`.
std::optional<Claim> judge_unknown(const Vocabulary& vocabulary, std::string_view agent,
                                   unsigned marks);

}  // namespace turnpike::identity
