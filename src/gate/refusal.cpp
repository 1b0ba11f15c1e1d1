// Refusals and apologies from memory: what was said before to one of that kind is said again.
#include "gate/refusal.hpp"

#include <cstring>
#include <string>
#include <vector>

#include "gate/ids.hpp"
#include "gate/message.hpp"
#include "http/http.hpp"

namespace turnpike::gate {
namespace {

constexpr std::size_t slot_count = 256;

/// The installed page needs nothing but its own style. What an operator's page needs is said in it.
constexpr std::string_view page_policy = "default-src 'none'; style-src 'unsafe-inline'";

}  // namespace

/// Everything that the words of an answer depend on, but for the id. Policies and errors outlive
/// their answers, so a text is known by where it stands.
struct Refusals::Kind {
    const Site* site = nullptr;
    const Crawler* crawler = nullptr;
    const char* words = nullptr;  ///< The rule's name, or what the error says.
    const Money* price = nullptr;
    std::uint16_t status = 0;
    Category category{};
    Proof proof{};
    Format format{};
    bool operator==(const Kind&) const = default;

    std::size_t hash() const {
        const auto bits = reinterpret_cast<std::uintptr_t>(crawler) ^
                          (reinterpret_cast<std::uintptr_t>(words) << 1) ^
                          (static_cast<std::uintptr_t>(format) << 4) ^
                          (static_cast<std::uintptr_t>(category) << 6);
        return (bits * 0x9e3779b97f4a7c15u) >> 56;
    }
};

/// An answer but for its id: 16 characters that are put where an earlier one stood.
struct Refusals::Slot {
    Kind kind;
    std::string body;
    std::vector<std::uint32_t> ids;  // where the id stands in it
    std::string head;                // status line and fields
    std::size_t id_in_head = 0;
    std::string price;
    std::vector<Field> fields;
    std::size_t id_field = 0;

    void fill(const Kind& of, const Message& message, const Pages& pages);
    void fill_head(bool own_page, std::string_view id);
    OwnResponse answer(std::string_view id, Arena& arena);
};

void Refusals::Slot::fill(const Kind& of, const Message& message, const Pages& pages) {
    kind = of;
    price = message.price;
    switch (kind.format) {
        case Format::html:
            body = pages.render(kind.site, message);
            break;
        case Format::problem:
            body = to_problem(message);
            break;
        case Format::text:
            body = to_text(message);
            break;
    }
    ids.clear();
    for (std::size_t at = body.find(message.id); at != body.npos;
         at = body.find(message.id, at + message.id.size())) {
        ids.push_back(static_cast<std::uint32_t>(at));
    }
    fill_head(pages.has_own(kind.site), message.id);
}

void Refusals::Slot::fill_head(bool own_page, std::string_view id) {
    fields.clear();
    fields.push_back({.name = "Content-Type", .value = content_type(kind.format)});
    // Nobody may keep it, so that there is no Vary to be minded.
    fields.push_back({.name = "Cache-Control", .value = "no-store"});
    if (kind.format == Format::html && !own_page) {
        fields.push_back({.name = "Content-Security-Policy", .value = page_policy});
    }
    if (!price.empty()) fields.push_back({.name = "crawler-price", .value = price});
    id_field = fields.size();
    fields.push_back({.name = "X-Turnpike-Id", .value = id});

    head = "HTTP/1.1 " + std::to_string(kind.status) + " ";
    head += std::string(http::reason_phrase(kind.status)) + "\r\n";
    for (const Field& field : fields) {
        head.append(field.name).append(": ");
        id_in_head = head.size();  // of the last one
        head.append(field.value).append("\r\n");
    }
}

/// Head and fields are good until the next answer; the body stays as long as the exchange.
OwnResponse Refusals::Slot::answer(std::string_view id, Arena& arena) {
    char* copy = static_cast<char*>(arena.allocate(body.size()));
    std::memcpy(copy, body.data(), body.size());
    for (const std::uint32_t at : ids) std::memcpy(copy + at, id.data(), IdGenerator::size);
    std::memcpy(head.data() + id_in_head, id.data(), IdGenerator::size);
    fields[id_field].value = id;

    OwnResponse response;
    response.body = {copy, body.size()};
    response.head.status = kind.status;
    response.head.fields = {fields, Fields::bit(FieldId::other)};
    response.head.serialised = head;
    response.head.framing = Framing::length;
    response.head.content_length = body.size();
    response.head.has_content_length = true;
    return response;
}

Refusals::Refusals(const Pages& pages)
    : pages_(pages), slots_(std::make_unique<Slot[]>(slot_count)) {}

Refusals::~Refusals() = default;

Refusals::Slot& Refusals::slot_of(const Kind& kind) {
    return slots_[kind.hash() % slot_count];
}

OwnResponse Refusals::make(const Exchange& exchange, const Judgement& judgement,
                           std::string_view id) {
    const Decision& decision = judgement.decision;
    const Claim& claim = judgement.identity.claims[decision.claim];
    const Kind kind{.site = judgement.site,
                    .crawler = claim.crawler,
                    .words = decision.rule.data(),
                    .price = decision.price,
                    .status = status_of(decision.action),
                    .category = claim.category,
                    .proof = claim.proof,
                    .format = formats_.wanted(exchange.head)};
    Slot& slot = slot_of(kind);
    if (slot.kind != kind) slot.fill(kind, message_for(judgement, id), pages_);
    return slot.answer(id, exchange.arena);
}

OwnResponse Refusals::apologise(const Exchange& exchange, const Error& error, std::string_view id) {
    const Kind kind{.words = error.what.data(),
                    .status = error.status,
                    .format = formats_.wanted(exchange.head)};
    Slot& slot = slot_of(kind);
    if (slot.kind != kind) slot.fill(kind, message_for(error, id), pages_);
    return slot.answer(id, exchange.arena);
}

}  // namespace turnpike::gate
