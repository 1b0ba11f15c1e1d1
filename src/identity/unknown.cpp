// Weighing a user agent without a known name: its sections (running text and comments), and in each
// the names and contacts. Runs only where a single word already hinted at a bot.
#include "identity/unknown.hpp"

#include <algorithm>

namespace turnpike::identity {
namespace {

/// A stretch of running text, or one comment with all inside it.
struct Section {
    std::string_view text;
    bool comment = false;
};

Section take_section(std::string_view& rest) {
    std::size_t end = 0;
    std::size_t depth = 0;
    if (rest.front() == '(') {
        do {
            if (rest[end] == '(') ++depth;
            if (rest[end] == ')') --depth;
            ++end;
        } while (depth != 0 && end < rest.size());
    } else {
        end = std::min(rest.find('('), rest.size());
    }
    const Section result{.text = rest.substr(0, end), .comment = rest.front() == '('};
    rest.remove_prefix(end);
    return result;
}

/// What a section holds; views into the user agent, empty for what it does not hold.
struct Evidence {
    std::string_view name;  // the one with the ending
    const Ending* ending = nullptr;
    std::string_view ai_name;
    std::string_view contact;
    bool contact_is_marked = false;  // a `+` stands before it: the crawlers' custom
    bool contact_is_url = false;     // it has a scheme
    bool contact_says_bot = false;
    bool contact_says_ai = false;

    void add_name(std::string_view named, const Ending* with) {
        if (with == nullptr || (ending != nullptr && ending->reach <= with->reach)) return;
        name = named;
        ending = with;
    }
    void add(const Evidence& other) {
        add_name(other.name, other.ending);
        if (ai_name.empty()) ai_name = other.ai_name;
        if (contact.empty()) contact = other.contact;
        contact_is_marked |= other.contact_is_marked;
        contact_is_url |= other.contact_is_url;
        contact_says_bot |= other.contact_says_bot;
        contact_says_ai |= other.contact_says_ai;
    }
};

/// A URL, a mail address, or a host that a `+` or a path behind it shows to be one. Hosts end in a
/// short label, which tells them from "UP.Browser/6.2".
bool is_contact(std::string_view piece, bool after_plus) {
    if (piece.find("://") != std::string_view::npos) return true;
    if (starts_with_lower(piece, "www.")) return true;
    if (!after_plus && piece.find_first_of("@/") == std::string_view::npos) return false;
    const std::string_view label = last_label(host_of(piece));
    return label.size() >= 2 && label.size() <= 6 &&
           std::all_of(label.begin(), label.end(), is_letter);
}

void weigh_contact(const Vocabulary& vocabulary, std::string_view piece, Evidence& evidence) {
    if (evidence.contact.empty()) evidence.contact = piece;
    evidence.contact_is_url |= piece.find("://") != std::string_view::npos;
    evidence.contact_says_ai |= vocabulary.contact_says_ai(piece);
    for_each_word(piece, [&](std::size_t begin, std::size_t end) {
        const Ending* ending = vocabulary.ending_of(piece.substr(begin, end - begin));
        evidence.contact_says_bot |= ending != nullptr && ending->reach == Reach::everywhere;
    });
}

void weigh_name(const Vocabulary& vocabulary, std::string_view piece, Evidence& evidence) {
    const std::string_view name = piece.substr(0, piece.find('/'));
    const bool ai = vocabulary.name_says_ai(name);
    if (ai && evidence.ai_name.empty()) evidence.ai_name = name;
    for_each_word(name, [&](std::size_t begin, std::size_t end) {
        const Ending* ending = vocabulary.ending_of(name.substr(begin, end - begin));
        if (ending != nullptr && (ending->reach != Reach::beside_ai || ai)) {
            evidence.add_name(name, ending);
        }
    });
}

Evidence weigh(const Vocabulary& vocabulary, std::string_view text) {
    Evidence evidence;
    bool after_plus = false;
    for (std::size_t at = 0; at < text.size();) {
        if (is_limit(text[at])) {
            after_plus = text[at] == '+';
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && !is_limit(text[end])) ++end;
        const std::string_view piece = text.substr(at, end - at);
        if (is_contact(piece, after_plus)) {
            weigh_contact(vocabulary, piece, evidence);
            evidence.contact_is_marked |= after_plus;
        } else {
            weigh_name(vocabulary, piece, evidence);
        }
        after_plus = false;
        at = end;
    }
    return evidence;
}

/// `(compatible; …)` as bots write it; Internet Explorer writes it too.
bool is_bots_comment(std::string_view text) {
    return contains_lower(text, "compatible") && !contains_lower(text, "msie");
}

/// A user agent that is one name, with or without a version, and nothing else: no browser, no app.
std::optional<Claim> judge_lone_name(const Vocabulary& vocabulary, std::string_view agent) {
    const std::string_view name = agent.substr(0, agent.find('/'));
    if (!vocabulary.lone_name_says_ai(name)) return std::nullopt;
    if (std::any_of(agent.begin(), agent.end(), is_limit)) return std::nullopt;
    Claim claim;
    claim.category = Category::ai_undocumented;
    claim.token = name;
    return claim;
}

}  // namespace

std::optional<Claim> judge_unknown(const Vocabulary& vocabulary, std::string_view agent,
                                   unsigned marks) {
    if (marks == 0) return judge_lone_name(vocabulary, agent);
    const bool person = (marks & (mark_phone | mark_app)) != 0;
    const bool browser = (marks & mark_browser) != 0;
    const bool has_device = browser || person || starts_with_lower(agent, "mozilla");
    bool first_comment = true;
    bool bots_comment = false;
    Evidence all;
    for (std::string_view rest = agent; !rest.empty();) {
        const auto [text, comment] = take_section(rest);
        const bool bots = (marks & mark_compatible) != 0 && is_bots_comment(text);
        const Evidence here = weigh(vocabulary, text);
        // The first comment of a browser says which device this is, and devices are called all
        // sorts of things: "VR BOT 552". There a bot's name needs its contact too.
        const bool device =
            comment && !bots && ((first_comment && has_device) || contains_lower(text, "android"));
        const bool signed_claim =
            !here.contact.empty() && (here.ending != nullptr || here.contact_says_bot);
        if (!device || signed_claim) all.add(here);
        if (comment) first_comment = false;
        bots_comment |= bots;
    }
    const bool contact = all.contact_is_marked || all.contact_says_bot ||
                         (!all.contact.empty() && bots_comment) || (all.contact_is_url && !browser);
    if (person && !contact && !bots_comment) return std::nullopt;
    const bool named =
        all.ending != nullptr && (all.ending->reach == Reach::everywhere || !browser);
    if (!named && !contact && !(bots_comment && !all.ai_name.empty())) return std::nullopt;

    Claim claim;
    claim.category = named ? all.ending->category : Category::other_bot;
    // A person's app may well call itself an AI and name its home page.
    const bool ai = !all.ai_name.empty() || all.contact_says_ai;
    if (ai && (!person || bots_comment || named)) claim.category = Category::ai_undocumented;
    claim.token = named ? all.name : all.ai_name.empty() ? all.contact : all.ai_name;
    return claim;
}

}  // namespace turnpike::identity
