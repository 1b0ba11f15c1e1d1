// Asking the policy, and answering with what came of it.
#include "gate/robots.hpp"

#include <algorithm>
#include <cstdio>
#include <set>

#include "http/http.hpp"
#include "store/store.hpp"

namespace turnpike::gate {
namespace {

bool before(std::string_view a, std::string_view b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) <
               std::tolower(static_cast<unsigned char>(y));
    });
}
struct AnyCase {
    bool operator()(std::string_view a, std::string_view b) const { return before(a, b); }
};
using Tokens = std::set<std::string_view, AnyCase>;

/// What becomes of a request for the front page by whom `claim` describes.
Action action_for(const Site& site, const Claim& claim) {
    constexpr std::string_view front_page = "/";
    Identity identity;
    identity.claims[0] = claim;
    RequestHead head;
    head.method_name = "GET";
    head.method = Method::get;
    head.target = head.path = front_page;
    head.authority = site.hosts.empty() || site.hosts.front().starts_with('*')
                         ? std::string_view()
                         : std::string_view(site.hosts.front());
    const Question question{.readings = {&front_page, 1},
                            .user_agents = {&claim.token, claim.token.empty() ? 0U : 1U},
                            .identity = &identity,
                            .head = &head,
                            .client = {}};
    return decide(site, question).action;
}

/// A crawler of that kind that no rule names.
bool lets_in(const Site& site, Category category) {
    const Action action =
        action_for(site, {.crawler = nullptr, .category = category, .proof = {}, .token = {}});
    return action == Action::allow || action == Action::throttle;
}

/// What is refused, and, beside that, that the site may be searched. Nobody is granted a use of the
/// content by being let in.
void add_preferences(const Site& site, robots::Wishes& wishes) {
    const bool train = lets_in(site, Category::ai_training);
    const bool answer = lets_in(site, Category::ai_search) || lets_in(site, Category::ai_assistant);
    if (train && answer) return;
    const bool search = lets_in(site, Category::search_engine);
    wishes.content_signal = search ? "search=yes" : "search=no";
    wishes.content_usage = search ? "search=y" : "search=n";
    if (!answer) wishes.content_signal += ", ai-input=no";
    if (train) return;
    wishes.content_signal += ", ai-train=no";
    wishes.content_usage += ", train-ai=n";
}

}  // namespace

robots::Wishes wishes_of(const Site& site, const identity::Catalogue& catalogue) {
    std::array<Tokens, category_count> denied;
    Tokens let_in;
    for (const Crawler* crawler : catalogue.crawlers()) {
        if (crawler->robots_token.empty()) continue;
        // A token that only controls a use is no lie where it stands in robots.txt.
        const Claim claim{.crawler = crawler,
                          .category = crawler->category,
                          .proof = Proof::none,
                          .token = crawler->name};
        Tokens& tokens = action_for(site, claim) == Action::deny
                             ? denied[static_cast<std::size_t>(crawler->category)]
                             : let_in;
        tokens.insert(crawler->robots_token);
    }
    robots::Wishes wishes;
    Tokens written;
    for (std::size_t i = 0; i < denied.size(); ++i) {
        robots::Wishes::Section section;
        section.heading = name_of(static_cast<Category>(i));
        for (const std::string_view token : denied[i]) {
            // Several crawlers may answer to one token, or to the beginning of another's.
            const bool spoken_for = let_in.contains(token) ||
                                    let_in.contains(robots::product_token(token)) ||
                                    !written.insert(token).second;
            if (!spoken_for) section.tokens.emplace_back(token);
        }
        if (!section.tokens.empty()) wishes.denied.push_back(std::move(section));
    }
    wishes.trap = site.trap;
    add_preferences(site, wishes);
    return wishes;
}

RobotsFile::RobotsFile(std::string text, compliance::History served, bool is_final)
    : text_(std::move(text)), served_(std::move(served)), is_final_(is_final) {
    const auto hash = static_cast<std::uint64_t>(store::KeyHash(store::Secret{}).add(text_).key());
    std::array<char, 19> room;
    std::snprintf(room.data(), room.size(), "\"%016llx\"", static_cast<unsigned long long>(hash));
    tag_ = std::string(room.data(), room.size() - 1);
}

OwnResponse RobotsFile::answer(const Exchange& exchange, std::string_view id) const {
    const bool known = std::any_of(
        exchange.head.fields.begin(), exchange.head.fields.end(), [this](const Field& field) {
            return field.id == FieldId::other &&
                   http::equals_ignoring_case(field.name, "If-None-Match") &&
                   (field.value == "*" || field.value.find(tag_) != std::string_view::npos);
        });
    const std::span<Field> fields = exchange.arena.array<Field>(4);
    fields[0] = {.name = "Content-Type", .value = "text/plain; charset=utf-8"};
    fields[1] = {.name = "Cache-Control", .value = "max-age=3600"};
    fields[2] = {.name = "ETag", .value = tag_};
    fields[3] = {.name = "X-Turnpike-Id", .value = id};
    OwnResponse response;
    response.head.status = known ? 304 : 200;
    response.head.reason = http::reason_phrase(response.head.status);
    response.head.fields = known ? Fields(fields.subspan(1)) : Fields(fields);
    if (known) return response;
    response.body = text_;
    response.head.framing = Framing::length;
    response.head.content_length = text_.size();
    response.head.has_content_length = true;
    return response;
}

}  // namespace turnpike::gate
