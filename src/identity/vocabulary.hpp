// The words of rules/unknown-bots.yaml: which word ends as bots' names do, which name or contact
// says AI, which word only people's software sends. Knows words, not user agents.
#pragma once

#include <array>
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
    std::string word;  ///< In lower case, at least three bytes; with a hyphen, a whole word.
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
    static constexpr std::size_t most_endings = 250;

    Vocabulary() : Vocabulary({}, {}) {}
    /// No more than `most_endings`; the rest is left out.
    Vocabulary(std::vector<Ending> endings, AiWords ai);

    /// False for nearly every word without a bot's ending; never false for one that has it. Digits
    /// behind the ending don't count: `FooBot2`.
    bool may_end(std::string_view agent, const Word& word) const {
        if (word.letters_end - word.begin < 3) return false;
        return first_[slot(fold_three(agent.data() + word.letters_end - 3))] != none;
    }
    /// mark_ending, mark_weak_ending or 0.
    unsigned mark_of(std::string_view agent, const Word& word) const;

    struct NameReading {
        const Ending* ending = nullptr;  ///< The one with the widest reach.
        bool ai = false;
    };
    NameReading read_name(std::string_view name) const;

    struct ContactReading {
        bool bot = false;  ///< A word of it has an ending that declares bots everywhere.
        bool ai = false;
    };
    ContactReading read_contact(std::string_view contact) const;

    /// Of a name that is all of a user agent but for a version.
    bool lone_name_says_ai(std::string_view name) const;

private:
    /// Of several endings that fit, the one with the widest reach; null for none.
    const Ending* ending_of(std::string_view text, const Word& word) const;
    bool has_inside(std::string_view text) const;
    bool has_ai_part(std::string_view word) const;
    bool is_ai_part(std::string_view part) const;

    static constexpr std::uint8_t none = UINT8_MAX;
    static std::size_t slot(std::uint32_t last_three) { return Gate<12>::slot(last_three); }

    std::vector<Ending> endings_;  // by the slot of their last three bytes, the widest reach first
    std::array<std::uint8_t, 4096> first_;  // by slot, the first of endings_
    AiWords ai_;
    Gate<12> parts_;                          // the first two bytes and the length of ai_.parts
    Gate<12> inside_;                         // the first three of ai_.inside …
    std::vector<std::uint32_t> inside_keys_;  // … and one by one
};

/// The last label of the host of a URL or a mail address; empty where it has only one.
std::string_view last_label(std::string_view contact);

}  // namespace turnpike::identity
