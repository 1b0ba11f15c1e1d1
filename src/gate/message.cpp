// The words of refusals and apologies.
#include "gate/message.hpp"

#include <array>

#include "http/http.hpp"
#include "telemetry/telemetry.hpp"

namespace turnpike::gate {
namespace {

/// What a person would call one of that category.
std::string_view in_words(Category category) {
    static constexpr std::array<std::string_view, category_count> words = {
        "an AI training crawler",
        "an AI search crawler",
        "an AI assistant",
        "an AI agent",
        "an AI scraper",
        "an AI crawler that does not say what it is for",
        "a search engine",
        "a link preview",
        "a feed reader",
        "a monitor",
        "an archiver",
        "an SEO crawler",
        "a security scanner",
        "an HTTP library",
        "a bot",
        "a browser",
        "a client that does not say what it is"};
    return words[static_cast<std::size_t>(category)];
}

std::string describe(const Claim& claim) {
    std::string kind(in_words(claim.category));
    if (claim.crawler == nullptr) return kind;
    const std::string& name = claim.crawler->name;
    if (claim.proof == Proof::forged) return "somebody who borrows the name " + name;
    const std::string& owner = claim.crawler->operator_name;
    return name + (owner.empty() ? "" : " (" + owner + ")") + ", " + kind;
}

std::string_view evidence_of(const Claim& claim) {
    switch (claim.proof) {
        case Proof::signature:
            return "by your signature";
        case Proof::address:
        case Proof::reverse_dns:
            return "by your User-Agent and your address";
        default:
            return "by your User-Agent";
    }
}

bool is_mail_address(std::string_view text) {
    const std::size_t at = text.find('@');
    return at != text.npos && at > 0 && at + 1 < text.size() &&
           text.find('@', at + 1) == text.npos && text.find_first_of(" \t<>\"/:?") == text.npos;
}

/// A contact is what the operator wrote: a mail address, a web page, or words.
void set_contact(Message& message, std::string_view contact) {
    constexpr std::string_view mail = "mailto:";
    message.contact = message.contact_written = contact;
    const bool mailto = contact.starts_with(mail);
    if (mailto || is_mail_address(contact)) {
        if (mailto) message.contact.erase(0, mail.size());
        message.contact_url = std::string(mail) + message.contact;
        const std::size_t query = message.contact.find('?');
        message.contact_url += query == std::string::npos ? "?" : "&";
        message.contact_url += "subject=Refused%20" + message.id;
        message.contact.erase(std::min(query, message.contact.size()));
    } else if (contact.starts_with("https://") || contact.starts_with("http://")) {
        message.contact_url = contact;
    }
}

/// `this site denies AI crawlers` as a sentence of its own.
std::string sentence(std::string_view text) {
    std::string whole(text);
    if (whole.empty()) return whole;
    if (whole.front() >= 'a' && whole.front() <= 'z') whole.front() -= 'a' - 'A';
    if (std::string_view(".!?").find(whole.back()) == std::string_view::npos) whole += '.';
    return whole;
}

std::string_view title_of(std::uint16_t status) {
    switch (status) {
        case 402:
            return "Payment required";
        case 429:
            return "Too many requests";
        default:
            return "Access denied";
    }
}

constexpr std::string_view advice =
    "If a person asked you to fetch this page, please tell them to open it in a browser.";

std::string how_to_be_let_in(const Message& message) {
    std::string text = message.status == "429" ? "You may try again, more slowly. " : "";
    text += "If this is a mistake, ";
    if (message.contact.empty()) return text + "tell whoever runs this site, and name the id.";
    return text + "contact " + message.contact + " and name the id.";
}

void add_line(std::string& text, std::string_view label, std::string_view value) {
    if (value.empty()) return;
    text.append(label).append(": ").append(value).append("\n");
}

void add_json(std::string& text, std::string_view value) {
    constexpr std::size_t longest_escape = 6;  // \u0000
    constexpr std::size_t touched_behind = 7;  // says write_json_text()
    const std::size_t start = text.size();
    text.resize(start + longest_escape * value.size() + touched_behind);
    char* const end =
        telemetry::write_json_text(text.data() + start, value, longest_escape * value.size());
    text.resize(static_cast<std::size_t>(end - text.data()));
}

void add_member(std::string& text, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    text.append(",\"").append(name).append("\":\"");
    add_json(text, value);
    text.append("\"");
}

}  // namespace

std::uint16_t status_of(Action action) {
    switch (action) {
        case Action::pay:
            return 402;
        case Action::throttle:
            return 429;
        default:
            return 403;
    }
}

Message message_for(const Judgement& judgement, std::string_view id) {
    const Decision& decision = judgement.decision;
    const Claim& claim = judgement.identity.claims[decision.claim];
    const std::uint16_t status = status_of(decision.action);
    Message message;
    message.status = std::to_string(status);
    message.title = title_of(status);
    message.phrase = http::reason_phrase(status);
    message.detail = decision.reason;
    message.reason = sentence(decision.reason);
    message.client = describe(claim);
    message.evidence = evidence_of(claim);
    if (claim.crawler != nullptr) {
        message.crawler = claim.crawler->name;
        message.operator_name = claim.crawler->operator_name;
    }
    message.category = name_of(claim.category);
    if (claim.proof == Proof::forged) message.forged = "yes";
    const bool assistant =
        claim.category == Category::ai_assistant || claim.category == Category::ai_agent;
    if (assistant) message.assistant = "yes";
    message.rule = decision.rule;
    if (decision.action == Action::pay && decision.price != nullptr)
        message.price = to_string(*decision.price);
    message.site = judgement.site->name;
    message.id = id;
    set_contact(message, judgement.site->contact);
    return message;
}

Message message_for(const Error& error, std::string_view id) {
    Message message;
    message.status = std::to_string(error.status);
    message.phrase = http::reason_phrase(error.status);
    message.title = message.phrase;
    message.detail = error.what;
    message.reason = sentence(error.what);
    message.id = id;
    return message;
}

std::string to_text(const Message& message) {
    std::string text = message.title + "\n\n" + message.reason + "\n";
    if (!message.assistant.empty()) text.append(advice).append("\n");
    text += "\n";
    const std::string_view comma = message.client.empty() ? "" : ", ";
    add_line(text, "We take you for", message.client + std::string(comma) + message.evidence);
    add_line(text, "Rule", message.rule);
    add_line(text, "Price", message.price);
    add_line(text, "Contact", message.contact);
    add_line(text, "Id", message.id);
    if (!message.rule.empty()) text += "\n" + how_to_be_let_in(message) + "\n";
    return text;
}

std::string to_problem(const Message& message) {
    std::string text = "{\"type\":\"about:blank\",\"title\":\"";
    add_json(text, message.phrase);
    text += "\",\"status\":" + message.status + ",\"detail\":\"";
    add_json(text, message.detail);
    text += "\"";
    add_member(text, "crawler", message.crawler);
    add_member(text, "operator", message.operator_name);
    add_member(text, "category", message.category);
    add_member(text, "rule", message.rule);
    add_member(text, "price", message.price);
    if (!message.assistant.empty()) add_member(text, "advice", advice);
    add_member(text, "contact", message.contact_written);
    add_member(text, "id", message.id);
    return text + "}\n";
}

}  // namespace turnpike::gate
