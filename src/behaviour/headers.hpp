// Whether a request is one that its browser could have sent. Private to behaviour.
#pragma once

#include "behaviour/behaviour.hpp"

namespace turnpike::behaviour {

/// The checks that fail. The request is for a page, by what claims to be a browser, and whole.
Checks failed_checks(const Request& request);

/// What a user agent says of itself.
struct Claimed {
    enum class Engine : std::uint8_t { other, chromium, firefox, safari };
    Engine engine = Engine::other;
    unsigned major = 0;     ///< Of Chrome, Firefox or Safari.
    bool embedded = false;  ///< An app's window, where fields are left out and added.
};
Claimed claim_of(std::string_view user_agent);

/// A text that no browser ever sent, though it looks like one's.
bool is_impossible(std::string_view user_agent);

}  // namespace turnpike::behaviour
