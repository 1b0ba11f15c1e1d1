// The words of rules/unknown-bots.yaml: which word ends as bots' names do, which name or contact
// says AI, which word only people's software sends. Knows words, not user agents.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "identity/gate.hpp"
#include "identity/words.hpp"
#include "turnpike/facts.hpp"

namespace turnpike::identity {

/// What single words of a user agent hint at; a set of bits.
enum Mark : std::uint16_t {
    mark_browser = 1,        ///< An engine: this is a browser, or wants to be taken for one.
    mark_phone = 2,          ///< Software of phones and televisions before they had such engines.
    mark_app = 4,            ///< What apps of people send: in-app browsers, phones' HTTP libraries.
    mark_contact = 8,        ///< The beginning of a URL.
    mark_compatible = 16,    ///< `compatible`, as bots say it, and Internet Explorer.
    mark_explorer = 32,      ///< `MSIE`: that Internet Explorer.
    mark_ending = 64,        ///< A word that ends as bots' names do.
    mark_weak_ending = 128,  ///< One that ends as bots' names may, where nothing looks like people.
    mark_library = 256,      ///< A crawler of the catalogue is named, and it is an HTTP library …
    mark_crawler = 512,      ///< … or anything else.
};

/// Where a name's ending declares a bot.
enum class Reach : std::uint8_t {
    everywhere,  ///< Even behind a browser's words.
    alone,       ///< Only where nothing else looks like a browser or an app.
    beside_ai,   ///< Only for a name that says AI.
};

struct Ending {
    std::string word;  ///< In lower case, at least three bytes.
    Category category = Category::other_bot;
    Reach reach = Reach::everywhere;
};

struct MarkedWord {
    std::string word;
    Mark mark;
};

/// All in lower case.
struct AiWords {
    std::vector<std::string> parts;    ///< A part of a name: `VantaAI-User` has Vanta, AI, User.
    std::vector<std::string> tails;    ///< The end of a word but for its ending: `fennecllmbot`.
    std::vector<std::string> inside;   ///< Anywhere in a name or a contact; three bytes or more.
    std::vector<std::string> alone;    ///< The end of a name that is the whole user agent.
    std::vector<std::string> domains;  ///< The last label of a contact's host.
};

class Vocabulary {
public:
    Vocabulary() = default;
    Vocabulary(std::vector<Ending> endings, AiWords ai);

    /// False for nearly every word without a bot's ending; never false for one that has it. Digits
    /// behind the ending don't count: `FooBot2`.
    bool may_end(std::string_view agent, std::size_t begin, std::size_t end) const {
        while (end - begin >= 3 && is_digit(agent[end - 1])) --end;
        return end - begin >= 3 && ends_.may_have(fold_three(agent.data() + end - 3));
    }
    /// Of several endings that fit, the one with the widest reach; null for none.
    const Ending* ending_of(std::string_view word) const;
    /// mark_ending, mark_weak_ending or 0.
    unsigned mark_of(std::string_view word) const;

    bool name_says_ai(std::string_view name) const;
    bool contact_says_ai(std::string_view contact) const;
    /// Of a name that is all of a user agent but for a version.
    bool lone_name_says_ai(std::string_view name) const;

private:
    bool has_inside(std::string_view text) const;
    bool word_says_ai(std::string_view word) const;
    bool is_ai_part(std::string_view part) const;

    std::vector<Ending> endings_;  // by their last three bytes, then the widest reach first
    AiWords ai_;
    Gate<12> ends_;    // those bytes
    Gate<12> parts_;   // the first two bytes and the length of ai_.parts
    Gate<12> inside_;  // the first three of ai_.inside
};

/// The host of a URL or a mail address, without scheme, user and port.
std::string_view host_of(std::string_view contact);
/// Its last label, without a dot; empty where it has only one.
std::string_view last_label(std::string_view host);

}  // namespace turnpike::identity
