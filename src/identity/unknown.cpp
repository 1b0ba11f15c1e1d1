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
    bool compatible = false;      // `compatible` stands in it …
    bool explorer = false;        // … and `MSIE`, so that it is Internet Explorer's
    bool khtml = false;           // `KHTML` stands in it: an engine introduces itself
    std::string_view introduced;  // what stands behind `compatible;`
    bool android = false;

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

enum class Contact : std::uint8_t { none, host, url };

/// A URL, a mail address, or a host that a `+` or a path behind it shows to be one. Hosts end in a
/// short label, which tells them from "UP.Browser/6.2".
Contact contact_of(std::string_view piece, bool after_plus) {
    const std::size_t slash = piece.find('/');
    const std::string_view head = piece.substr(0, slash);
    const bool scheme = slash != std::string_view::npos && head.ends_with(':');
    if (scheme && piece.substr(slash).starts_with("//")) return Contact::url;
    if (starts_with_lower(piece, "www.")) return Contact::host;
    const bool may_be =
        after_plus || slash != std::string_view::npos || head.find('@') != std::string_view::npos;
    if (!may_be) return Contact::none;
    const std::string_view label = last_label(head);
    const bool short_label = label.size() >= 2 && label.size() <= 6 &&
                             std::all_of(label.begin(), label.end(), is_letter);
    return short_label ? Contact::host : Contact::none;
}

void weigh_contact(const Vocabulary& vocabulary, std::string_view piece, Evidence& evidence) {
    const auto reading = vocabulary.read_contact(piece);
    if (evidence.contact.empty()) evidence.contact = piece;
    evidence.contact_says_ai |= reading.ai;
    evidence.contact_says_bot |= reading.bot;
}

void weigh_name(const Vocabulary& vocabulary, std::string_view piece, Evidence& evidence) {
    evidence.compatible |= starts_with_lower(piece, "compatible");
    evidence.explorer |= starts_with_lower(piece, "msie");
    evidence.android |= starts_with_lower(piece, "android");
    evidence.khtml |= piece.starts_with("KHTML");
    const std::string_view name = piece.substr(0, piece.find('/'));
    const auto reading = vocabulary.read_name(name);
    if (reading.ai && evidence.ai_name.empty()) evidence.ai_name = name;
    const bool counts =
        reading.ending != nullptr && (reading.ending->reach != Reach::beside_ai || reading.ai);
    if (counts) evidence.add_name(name, reading.ending);
}

Evidence weigh(const Vocabulary& vocabulary, std::string_view text) {
    Evidence evidence;
    bool after_plus = false;
    bool introduces = false;
    for (std::size_t at = 0; at < text.size();) {
        if (is_limit(text[at])) {
            after_plus = text[at] == '+';
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && !is_limit(text[end])) ++end;
        const std::string_view piece = text.substr(at, end - at);
        if (introduces && evidence.introduced.empty()) {
            evidence.introduced = piece.substr(0, piece.find('/'));
        }
        introduces = text.substr(at).starts_with("compatible;");
        const Contact contact = contact_of(piece, after_plus);
        if (contact == Contact::none) {
            weigh_name(vocabulary, piece, evidence);
        } else {
            weigh_contact(vocabulary, piece, evidence);
            evidence.contact_is_marked |= after_plus;
            evidence.contact_is_url |= contact == Contact::url;
        }
        after_plus = false;
        at = end;
    }
    return evidence;
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

/// The name in `Mozilla/5.0 (compatible; Name/1.0)` and nothing else: old browsers that say
/// `compatible` say on what they run too. Empty for any other user agent.
std::string_view only_introduced(std::string_view agent) {
    constexpr std::string_view opening = "mozilla/5.0 (compatible; ";
    if (!starts_with_lower(agent, opening) || !agent.ends_with(')')) return {};
    const auto inside = agent.substr(opening.size(), agent.size() - opening.size() - 1);
    if (std::any_of(inside.begin(), inside.end(), is_limit)) return {};
    const std::size_t slash = inside.find('/');
    return slash == std::string_view::npos ? std::string_view{} : inside.substr(0, slash);
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
    bool khtml = false;
    std::string_view introduced;
    Evidence all;
    for (std::string_view rest = agent; !rest.empty();) {
        const auto [text, comment] = take_section(rest);
        const Evidence here = weigh(vocabulary, text);
        // `(compatible; …)` is how bots introduce themselves; Internet Explorer does it too.
        const bool bots = here.compatible && !here.explorer;
        // The first comment of a browser says which device this is, and devices are called all
        // sorts of things: "VR BOT 552". There a bot's name needs its contact too.
        const bool device = comment && !bots && ((first_comment && has_device) || here.android);
        const bool signed_claim =
            !here.contact.empty() && (here.ending != nullptr || here.contact_says_bot);
        if (!device || signed_claim) all.add(here);
        if (comment) first_comment = false;
        bots_comment |= bots;
        // No browser goes on with `compatible` behind its engine's `(KHTML, like Gecko`.
        khtml |= here.khtml;
        if (bots && khtml && introduced.empty()) introduced = here.introduced;
    }
    if ((marks & mark_phone) != 0) introduced = {};
    if (!browser && !person && introduced.empty()) introduced = only_introduced(agent);
    const bool contact = all.contact_is_marked || all.contact_says_bot ||
                         (!all.contact.empty() && bots_comment) || (all.contact_is_url && !browser);
    if (person && !contact && !bots_comment) return std::nullopt;
    const bool named =
        all.ending != nullptr && (all.ending->reach == Reach::everywhere || !browser);
    const bool ai_introduced = bots_comment && !all.ai_name.empty();
    if (!named && !contact && introduced.empty() && !ai_introduced) return std::nullopt;

    Claim claim;
    claim.category = named ? all.ending->category : Category::other_bot;
    // A person's app may well call itself an AI and name its home page.
    const bool ai = !all.ai_name.empty() || all.contact_says_ai;
    if (ai && (!person || bots_comment || named)) claim.category = Category::ai_undocumented;
    if (introduced.empty()) introduced = all.contact;
    claim.token = named ? all.name : all.ai_name.empty() ? introduced : all.ai_name;
    return claim;
}

}  // namespace turnpike::identity
