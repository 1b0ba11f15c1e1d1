// Answers checked by the reader that will read them, and put into words that it understands.
#include "cli/wish.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "policy/policy.hpp"

namespace turnpike::cli {
namespace {

constexpr std::array<std::string_view, 3> answers{"deny", "allow",
                                                  "pay"};  // in the order of Answer

std::string_view name_of(Answer answer) {
    return answers[static_cast<std::size_t>(answer)];
}

/// In quotes, and so whatever it holds is text.
std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + "\"";
}

/// YAML takes a leading star for something else.
std::string host_in_yaml(const std::string& host) {
    return host.find_first_of("*[") == std::string::npos ? host : quoted(host);
}

/// The preset that says all of it; empty where none does.
std::string_view preset_for(const Wish& wish) {
    if (wish.search != wish.assistants) return {};
    if (wish.training == wish.search && wish.training == Answer::deny) return "block-ai";
    if (wish.training == wish.search && wish.training == Answer::pay) return "charge-ai";
    const bool only_training = wish.training == Answer::deny && wish.search == Answer::allow;
    return only_training ? "block-training" : std::string_view();
}

std::string_view meaning_of(std::string_view preset) {
    if (preset == "charge-ai") return "AI pays, and what does not say what it is for stays out";
    if (preset == "block-training") return "AI search and assistants may come, training may not";
    return "AI crawlers stay out";
}

std::string rule(std::string_view categories, std::string_view kind, Answer answer) {
    if (answer == Answer::deny) return {};
    const std::string verb = answer == Answer::pay ? "pays" : "may-come";
    return "  - name: " + std::string(kind) + "-" + verb +
           "\n    when: { category: " + std::string(categories) +
           " }\n    then: " + std::string(name_of(answer)) + "\n";
}

}  // namespace

bool Wish::charges() const {
    return training == Answer::pay || search == Answer::pay || assistants == Answer::pay;
}

std::string Wish::site_name() const {
    std::string_view host = hosts.front();
    if (host == "*") return "default";
    if (host.starts_with("*.")) host.remove_prefix(2);
    std::string name = host.starts_with('[') ? "ipv6-" : "";
    for (const char c : host) {
        if (c != '[' && c != ']') name += c == ':' ? '-' : c;  // an IPv6 address
    }
    return name.substr(0, 64);
}

std::string Wish::to_yaml() const {
    const std::string_view preset = preset_for(*this);
    const std::string_view behind = preset.empty() ? "block-ai" : preset;
    std::string text =
        "# yaml-language-server: $schema=/usr/share/turnpike/site.schema.json\n"
        "#\n"
        "# One site; every key: docs/configuration.md. After a change: turnpike check,\n"
        "# then turnpike reload.\n"
        "version: 1\nsite: " +
        site_name() +
        "\n\n"
        "# Its names. \"*.example.org\" is any name below; \"*\" is every host.\nhosts: [";
    for (const std::string& host : hosts) {
        text += (&host == hosts.data() ? "" : ", ") + host_in_yaml(host);
    }
    text += "]\n\n# Where the website itself runs.\norigin: " + quoted(origin) +
            "\n\n# Shown to whoever is refused, so that people can write to you.\n" +
            (contact.empty() ? "# contact: mailto:web@example.com\n"
                             : "contact: " + quoted(contact) + "\n");
    if (charges()) text += "\n# What 'pay' costs, a request.\nprice: " + quoted(price) + "\n";
    text += "\n# " + std::string(meaning_of(behind)) +
            (preset.empty() ? ", but for the rules below" : "") +
            "; people, search engines and feed readers\n# always get in. See: turnpike explain\n"
            "preset: " +
            std::string(behind) +
            "\n\n# Before the preset's own rules; the first that "
            "matches wins.\n";
    std::string own;
    if (preset.empty()) {
        own = rule("ai-training", "training", training) + rule("ai-search", "search", search) +
              rule("[ai-assistant, ai-agent]", "assistants", assistants);
    }
    text += own.empty() ? "rules: []\n" : "rules:\n" + own;
    return text +
           "#  - name: partner-may-come\n"
           "#    when: { user_agent: PartnerBot, address: 192.0.2.0/24 }\n"
           "#    then: allow\n";
}

std::string set_hosts(const std::string& text, Wish& wish) {
    std::vector<std::string> hosts;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find_first_of(" ,\t", at), text.size());
        const std::string name = text.substr(at, end - at);
        at = end + 1;
        if (name.empty()) continue;
        std::string hint;
        auto host = policy::parse_host(name, hint);
        if (!host) return "'" + name + "' is not a host name: " + hint;
        hosts.push_back(std::move(*host));
    }
    if (hosts.empty()) return "a site needs a name, such as example.com, or * for every host";
    wish.hosts = std::move(hosts);
    return {};
}

std::string set_origin(const std::string& text, Wish& wish) {
    std::string error;
    if (!policy::parse_origin(text, error)) return error;
    wish.origin = text;
    return {};
}

std::string set_answer(const std::string& text, Answer& answer) {
    const auto found = std::find_if(answers.begin(), answers.end(), [&](std::string_view word) {
        return !text.empty() && word.starts_with(text);  // a letter is enough
    });
    if (found == answers.end()) return "'" + text + "'? Write deny, allow or pay";
    answer = static_cast<Answer>(found - answers.begin());
    return {};
}

std::string set_price(const std::string& text, Wish& wish) {
    if (!config::parse_money(text)) return "write a currency and a number: USD 0.01";
    wish.price = text;
    return {};
}

std::string set_contact(const std::string& text, Wish& wish) {
    const bool visible = std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
    });
    if (!visible) return "a contact is one line of text";
    wish.contact = text;
    return {};
}

}  // namespace turnpike::cli
