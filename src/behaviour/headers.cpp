// The fields that browsers send with a request for a page, compared with what the user agent says.
// Who adds which since when: MDN's browser-compat-data, and captures.
#include "behaviour/headers.hpp"

#include "http/http.hpp"

namespace turnpike::behaviour {
namespace {

using Engine = Claimed::Engine;

/// The fields that count, each as it came; null: it did not.
struct Sent {
    const Field* accept = nullptr;
    const Field* language = nullptr;
    const Field* encoding = nullptr;
    const Field* hints = nullptr;
    const Field* platform = nullptr;
    const Field* site = nullptr;
    const Field* mode = nullptr;
    const Field* dest = nullptr;
    const Field* user = nullptr;
    bool ahead = false;  ///< Prefetched: nobody has asked for it yet.
};

Sent find_sent(const RequestHead& head) {
    Sent sent;
    const auto take = [](const Field& field, std::string_view name, const Field*& into) {
        if (http::equals_ignoring_case(field.name, name)) into = &field;
    };
    for (const Field& field : head.fields) {
        if (field.id == FieldId::accept) sent.accept = &field;
        if (field.id != FieldId::other) continue;
        switch (field.name.size()) {
            case 9:
                take(field, "sec-ch-ua", sent.hints);
                break;
            case 11:
                sent.ahead |= http::equals_ignoring_case(field.name, "sec-purpose");
                break;
            case 14:
                take(field, "sec-fetch-site", sent.site);
                take(field, "sec-fetch-mode", sent.mode);
                take(field, "sec-fetch-dest", sent.dest);
                take(field, "sec-fetch-user", sent.user);
                break;
            case 15:
                take(field, "accept-language", sent.language);
                take(field, "accept-encoding", sent.encoding);
                break;
            case 18:
                take(field, "sec-ch-ua-platform", sent.platform);
                break;
            default:
                break;
        }
    }
    return sent;
}

std::string_view value_of(const Field* field) {
    return field == nullptr ? std::string_view{} : field->value;
}

/// The version behind `"Chromium";v="`; 0 where it is not said.
unsigned hinted_version(std::string_view hints) {
    constexpr std::string_view opener = "\"Chromium\";v=\"";
    const std::size_t at = hints.find(opener);
    if (at == hints.npos) return 0;
    unsigned version = 0;
    for (const char c : hints.substr(at + opener.size())) {
        if (c < '0' || c > '9' || version > 100'000) break;
        version = version * 10 + static_cast<unsigned>(c - '0');
    }
    return version;
}

/// Whether the system that the hint names is another than that of the user agent.
bool platform_differs(std::string_view hint, std::string_view agent) {
    const auto says = [&](std::string_view name, std::string_view in_agent) {
        const bool hinted = hint.find(name) != hint.npos;
        return hinted != (agent.find(in_agent) != agent.npos);
    };
    return says("Windows", "Windows NT") || says("macOS", "Macintosh") ||
           says("Android", "Android");
}

/// Client hints are Chromium's alone, and come from secure sites only.
Checks hint_checks(const Sent& sent, const Claimed& claimed, std::string_view agent) {
    if (claimed.engine == Engine::firefox || claimed.engine == Engine::safari) {
        return sent.hints == nullptr ? 0 : bit(Check::hints_unexpected);
    }
    if (claimed.engine != Engine::chromium || claimed.major < 89) return 0;
    if (sent.hints == nullptr) return bit(Check::hints_missing);
    Checks failed = 0;
    const unsigned version = hinted_version(sent.hints->value);
    if (version != 0 && version != claimed.major) failed |= bit(Check::hints_differ);
    if (sent.platform != nullptr && platform_differs(sent.platform->value, agent)) {
        failed |= bit(Check::platform_differs);
    }
    return failed;
}

/// Sec-Fetch-*: since Chrome 80, Firefox 90, Safari 16.4.
Checks fetch_checks(const Sent& sent, const Claimed& claimed) {
    const int count =
        int{sent.site != nullptr} + int{sent.mode != nullptr} + int{sent.dest != nullptr};
    const bool expected = (claimed.engine == Engine::chromium && claimed.major >= 80) ||
                          (claimed.engine == Engine::firefox && claimed.major >= 90) ||
                          (claimed.engine == Engine::safari && claimed.major >= 17);
    if (count == 0) return expected ? bit(Check::fetch_missing) : 0;
    if (count < 3) return bit(Check::fetch_partial);
    const std::string_view dest = value_of(sent.dest);
    const bool navigates = value_of(sent.mode) == "navigate";
    const bool impossible =
        (navigates && (dest == "empty" || dest == "image")) || (sent.user != nullptr && !navigates);
    return impossible ? bit(Check::fetch_impossible) : 0;
}

}  // namespace

Checks failed_checks(const Request& request) {
    Checks failed = is_impossible(request.user_agent) ? bit(Check::agent_impossible) : 0;
    const Claimed claimed = claim_of(request.user_agent);
    if (claimed.engine == Engine::other || claimed.embedded) return failed;
    const Sent sent = find_sent(request.head);
    if (sent.ahead) return failed;
    const bool fetched = sent.mode != nullptr && sent.mode->value != "navigate";  // by a script
    if (request.head.minor_version == 0) failed |= bit(Check::http_1_0);
    if (sent.encoding == nullptr) failed |= bit(Check::encoding_missing);
    if (sent.language == nullptr) failed |= bit(Check::language_missing);
    if (sent.accept == nullptr) failed |= bit(Check::accept_missing);
    if (!fetched && sent.accept != nullptr && value_of(sent.dest) == "document" &&
        sent.accept->value.find("text/html") == std::string_view::npos) {
        failed |= bit(Check::accept_without_html);
    }
    if (!request.secure) return failed;
    return failed | hint_checks(sent, claimed, request.user_agent) | fetch_checks(sent, claimed);
}

}  // namespace turnpike::behaviour
