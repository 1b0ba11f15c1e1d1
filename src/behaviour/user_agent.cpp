// What browsers say of themselves, and what none of them can have said. Programs that make up user
// agents put together parts that never stood side by side.
#include <array>
#include <charconv>

#include "behaviour/headers.hpp"

namespace turnpike::behaviour {
namespace {

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

/// The digits that follow `token`, as a number; 0 where there are none.
unsigned number_after(std::string_view text, std::string_view token) {
    const std::size_t at = text.find(token);
    if (at == text.npos) return 0;
    const char* first = text.data() + at + token.size();
    unsigned number = 0;
    std::from_chars(first, text.data() + text.size(), number);
    return number;
}

/// The digits behind the `skip`th dot that follows `token`.
unsigned part_after(std::string_view text, std::string_view token, int skip) {
    std::size_t at = text.find(token);
    if (at == text.npos) return 0;
    at += token.size();
    for (; skip > 0; --skip) {
        at = text.find_first_not_of("0123456789", at);
        if (at == text.npos || text[at] != '.') return 0;
        ++at;
    }
    unsigned number = 0;
    std::from_chars(text.data() + at, text.data() + text.size(), number);
    return number;
}

/// Windows in apps add fields of their own and leave out others.
bool is_embedded(std::string_view agent) {
    constexpr std::array<std::string_view, 14> marks = {
        "; wv)",       "FBAN",           "FBAV", "Instagram", "musical_ly", "BytedanceWebview",
        "Line/",       "MicroMessenger", "GSA/", "Snapchat",  "Pinterest",  "Electron/",
        "QtWebEngine", "DuckDuckGo"};
    for (const std::string_view mark : marks) {
        if (has(agent, mark)) return true;
    }
    return false;
}

/// Builds 800 to 899 of Chrome are those of 13, 14 and 15.
bool has_wrong_chrome(std::string_view agent) {
    const unsigned major = number_after(agent, "Chrome/");
    const unsigned build = part_after(agent, "Chrome/", 2);
    return (major > 15 && build >= 800 && build < 900) || major > 500;
}

/// `rv:` is Firefox's own version, but for 110 to 119, which said 109, and for forks.
bool has_wrong_firefox(std::string_view agent) {
    const std::size_t gecko = agent.find(" Gecko/");
    if (gecko == agent.npos) return false;
    const std::string_view date = agent.substr(gecko + 7);
    if (date.size() > 5 && date[4] == '-') return true;  // `Gecko/2541-02-09`
    const std::size_t name = agent.rfind(" Firefox/");
    const unsigned major = number_after(agent, " Firefox/");
    const unsigned version = number_after(agent, "rv:");
    const bool is_last = name != agent.npos && agent.find(' ', name + 1) == agent.npos;
    if (!is_last || major < 5 || version == 0) return false;
    return version != major && !(version == 109 && major >= 110 && major <= 119);
}

/// Internet Explorer 9 has Trident 5, and so on; in compatibility mode it says that it is 7.
bool has_wrong_explorer(std::string_view agent) {
    const unsigned version = number_after(agent, "MSIE ");
    const unsigned engine = number_after(agent, "Trident/");
    if (version == 0 || engine == 0) return false;
    if (part_after(agent, "Trident/", 1) != 0) return true;
    return version >= 8 && engine != version - 4;
}

}  // namespace

Claimed claim_of(std::string_view agent) {
    Claimed claimed;
    claimed.embedded = is_embedded(agent);
    const bool on_ios = has(agent, "iPhone") || has(agent, "iPad") || has(agent, "CriOS/") ||
                        has(agent, "FxiOS/") || has(agent, "EdgiOS/");
    if (const unsigned chrome = number_after(agent, "Chrome/"); chrome > 0 && !on_ios) {
        claimed = {Claimed::Engine::chromium, chrome, claimed.embedded};
    } else if (const unsigned firefox = number_after(agent, "Firefox/"); firefox > 0 && !on_ios) {
        claimed = {Claimed::Engine::firefox, firefox, claimed.embedded};
    } else if (has(agent, "AppleWebKit/") && (on_ios || has(agent, " Safari/"))) {
        claimed = {Claimed::Engine::safari, number_after(agent, "Version/"), claimed.embedded};
    }
    return claimed;
}

bool is_impossible(std::string_view agent) {
    return has_wrong_chrome(agent) || has_wrong_firefox(agent) || has_wrong_explorer(agent) ||
           number_after(agent, "Windows NT ") > 10;
}

}  // namespace turnpike::behaviour
