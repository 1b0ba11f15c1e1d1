// Pages and fields of refusals. Everything that comes from outside is escaped for its format.
#include "gate/refusal.hpp"

#include <array>
#include <cstring>
#include <string>

#include "http/http.hpp"
#include "telemetry/telemetry.hpp"

namespace turnpike::gate {
namespace {

enum class Format : std::uint8_t { text, html, problem };

/// Browsers name text/html; API clients JSON; everything else is content with text.
Format wanted_format(const RequestHead& head) {
    const Field* accept = find(head, FieldId::accept);
    if (accept == nullptr || head.path == "/robots.txt") return Format::text;
    if (accept->value.find("text/html") != std::string_view::npos) return Format::html;
    const bool json = accept->value.find("json") != std::string_view::npos;
    return json ? Format::problem : Format::text;
}

std::string_view content_type(Format format) {
    switch (format) {
        case Format::html:
            return "text/html; charset=utf-8";
        case Format::problem:
            return "application/problem+json";
        case Format::text:
            break;
    }
    return "text/plain; charset=utf-8";
}

/// What a page says, before it is put into a format.
struct Message {
    std::uint16_t status = 0;
    std::string_view title;
    std::string_view who;  ///< May be empty, like the rest.
    std::string_view why;
    std::string_view rule;
    std::string_view advice;
    std::string_view contact;
    std::string_view price;
    std::string_view id;
};

constexpr std::size_t longest_escape = 6;  // bytes for one: \u0000, &quot;

/// Grows in the arena, in as much room as was asked for.
class Page {
public:
    Page(Arena& arena, std::size_t size)
        : start_(static_cast<char*>(arena.allocate(size))), next_(start_) {}

    Page& raw(std::string_view text) {
        std::memcpy(next_, text.data(), text.size());
        next_ += text.size();
        return *this;
    }
    Page& html(std::string_view text) {
        for (const char c : text) {
            switch (c) {
                case '<':
                    raw("&lt;");
                    break;
                case '>':
                    raw("&gt;");
                    break;
                case '&':
                    raw("&amp;");
                    break;
                case '"':
                    raw("&quot;");
                    break;
                default:
                    *next_++ = c;
            }
        }
        return *this;
    }
    Page& json(std::string_view text) {
        next_ = telemetry::write_json_text(next_, text, longest_escape * text.size());
        return *this;
    }
    std::string_view text() const { return {start_, static_cast<std::size_t>(next_ - start_)}; }

private:
    char* start_;
    char* next_;
};

std::size_t size_bound(const Message& m) {
    const std::size_t variable = m.title.size() + m.who.size() + m.why.size() + m.rule.size() +
                                 m.advice.size() + m.contact.size() + m.price.size() + m.id.size();
    return 1024 + longest_escape * variable;
}

std::string_view render_text(const Message& m, Arena& arena) {
    Page page(arena, size_bound(m));
    page.raw(m.title).raw("\n\n");
    if (!m.who.empty()) page.raw("We take you for: ").raw(m.who).raw("\n");
    page.raw("Why: ").raw(m.why).raw("\n");
    if (!m.rule.empty()) page.raw("Rule: ").raw(m.rule).raw("\n");
    if (!m.price.empty()) page.raw("Price: ").raw(m.price).raw("\n");
    if (!m.advice.empty()) page.raw(m.advice).raw("\n");
    if (!m.contact.empty()) page.raw("Contact: ").raw(m.contact).raw("\n");
    page.raw("Id: ").raw(m.id).raw("\n");
    return page.text();
}

std::string_view render_html(const Message& m, Arena& arena) {
    Page page(arena, size_bound(m));
    page.raw(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\">"
        "<meta name=\"color-scheme\" content=\"light dark\"><title>");
    page.html(m.title).raw(
        "</title><style>body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;"
        "margin:4rem auto;padding:0 1rem}</style><h1>");
    page.html(m.title).raw("</h1><p>").html(m.why).raw("</p>");
    if (!m.advice.empty()) page.raw("<p>").html(m.advice).raw("</p>");
    page.raw("<ul>");
    if (!m.who.empty()) page.raw("<li>We take you for: ").html(m.who).raw("</li>");
    if (!m.rule.empty()) page.raw("<li>Rule: ").html(m.rule).raw("</li>");
    if (!m.price.empty()) page.raw("<li>Price: ").html(m.price).raw("</li>");
    if (!m.contact.empty()) page.raw("<li>Contact: ").html(m.contact).raw("</li>");
    return page.raw("<li>Id: <code>").html(m.id).raw("</code></li></ul></html>\n").text();
}

std::string_view render_problem(const Message& m, Arena& arena) {
    Page page(arena, size_bound(m));
    std::array<char, 8> status;
    http::Writer number(status.data());
    number.add_number(m.status);
    page.raw("{\"type\":\"about:blank\",\"title\":\"").json(m.title);
    page.raw("\",\"status\":").raw(number.text()).raw(",\"detail\":\"").json(m.why);
    const auto member = [&page](std::string_view name, std::string_view value) {
        if (!value.empty()) page.raw("\",\"").raw(name).raw("\":\"").json(value);
    };
    member("client", m.who);
    member("rule", m.rule);
    member("price", m.price);
    member("advice", m.advice);
    member("contact", m.contact);
    member("id", m.id);
    return page.raw("\"}\n").text();
}

/// What the fields of an answer say.
struct Answer {
    std::uint16_t status;
    Format format;
    std::string_view id;
    std::string_view price;  ///< May be empty.
};

OwnResponse complete(const Answer& answer, std::string_view body, Arena& arena) {
    const std::span<Field> fields = arena.array<Field>(4);
    std::size_t count = 0;
    fields[count++] = {.name = "Content-Type", .value = content_type(answer.format)};
    fields[count++] = {.name = "Cache-Control", .value = "no-store"};
    fields[count++] = {.name = "X-Turnpike-Id", .value = answer.id};
    if (!answer.price.empty()) fields[count++] = {.name = "crawler-price", .value = answer.price};
    OwnResponse response;
    response.body = body;
    response.head.status = answer.status;
    response.head.fields = fields.first(count);
    response.head.framing = Framing::length;
    response.head.content_length = body.size();
    response.head.has_content_length = true;
    return response;
}

OwnResponse respond(const Exchange& exchange, const Message& message) {
    const Format format = wanted_format(exchange.head);
    std::string_view body;
    switch (format) {
        case Format::html:
            body = render_html(message, exchange.arena);
            break;
        case Format::problem:
            body = render_problem(message, exchange.arena);
            break;
        case Format::text:
            body = render_text(message, exchange.arena);
            break;
    }
    const Answer answer{
        .status = message.status, .format = format, .id = message.id, .price = message.price};
    return complete(answer, body, exchange.arena);
}

std::string_view advice_for(const Claim& claim) {
    if (claim.category == Category::ai_assistant || claim.category == Category::ai_agent) {
        return "If a person asked you to fetch this page, please tell them to open it in a "
               "browser.";
    }
    return {};
}

}  // namespace

OwnResponse make_refusal(const Exchange& exchange, const Judgement& judgement,
                         std::string_view id) {
    const Decision& decision = judgement.decision;
    const Claim& claim = judgement.identity.claims[decision.claim];
    Message message;
    switch (decision.action) {
        case Action::pay:
            message.status = 402;
            message.title = "Payment required";
            break;
        case Action::throttle:
            message.status = 429;
            message.title = "Too many requests";
            break;
        default:
            message.status = 403;
            message.title = "Access denied";
    }
    message.who =
        claim.crawler != nullptr ? std::string_view(claim.crawler->name) : name_of(claim.category);
    message.why = decision.reason;
    message.rule = decision.rule;
    message.advice = advice_for(claim);
    message.contact = judgement.site->contact;
    if (decision.price != nullptr) message.price = exchange.arena.copy(to_string(*decision.price));
    message.id = id;
    return respond(exchange, message);
}

/// Everything that the words of a refusal depend on, but for the id.
struct Refusals::Kind {
    const Site* site = nullptr;
    const Crawler* crawler = nullptr;
    const char* rule = nullptr;
    const Money* price = nullptr;
    Category category{};
    Action action{};
    Format format{};
    bool operator==(const Kind&) const = default;

    std::size_t hash() const {
        const auto bits = reinterpret_cast<std::uintptr_t>(crawler) ^
                          (reinterpret_cast<std::uintptr_t>(rule) << 1) ^
                          (static_cast<std::uintptr_t>(format) << 4) ^
                          (static_cast<std::uintptr_t>(category) << 6);
        return (bits * 0x9e3779b97f4a7c15u) >> 56;
    }
};

struct Refusals::Slot {
    Kind kind;
    std::uint16_t status = 0;
    std::string body;
    std::size_t id_at = 0;
    std::string price;
};

Refusals::Refusals() : slots_(std::make_unique<Slot[]>(256)) {}
Refusals::~Refusals() = default;

OwnResponse Refusals::make(const Exchange& exchange, const Judgement& judgement,
                           std::string_view id) {
    const Decision& decision = judgement.decision;
    const Claim& claim = judgement.identity.claims[decision.claim];
    const Kind kind{.site = judgement.site,
                    .crawler = claim.crawler,
                    .rule = decision.rule.data(),
                    .price = decision.price,
                    .category = claim.category,
                    .action = decision.action,
                    .format = wanted_format(exchange.head)};
    Slot& slot = slots_[kind.hash()];
    if (slot.status == 0 || slot.kind != kind) {
        const OwnResponse made = make_refusal(exchange, judgement, id);
        slot = {.kind = kind,
                .status = made.head.status,
                .body = std::string(made.body),
                .id_at = made.body.rfind(id),  // what a page says last
                .price = decision.price != nullptr ? to_string(*decision.price) : std::string()};
        return made;
    }
    char* body = static_cast<char*>(exchange.arena.allocate(slot.body.size()));
    std::memcpy(body, slot.body.data(), slot.body.size());
    std::memcpy(body + slot.id_at, id.data(), id.size());
    const Answer answer{.status = slot.status,
                        .format = kind.format,
                        .id = id,
                        .price = exchange.arena.copy(slot.price)};
    return complete(answer, {body, slot.body.size()}, exchange.arena);
}

OwnResponse make_apology(const Exchange& exchange, const Error& error, std::string_view id) {
    Message message;
    message.status = error.status;
    message.title = http::reason_phrase(error.status);
    message.why = error.what;
    message.id = id;
    return respond(exchange, message);
}

}  // namespace turnpike::gate
