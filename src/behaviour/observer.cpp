// The two calls of a request: what is known of its client before, and what is learnt after.
#include "behaviour/client.hpp"
#include "behaviour/headers.hpp"
#include "core/hash.hpp"
#include "core/networks.hpp"

namespace turnpike::behaviour {
namespace {

// Checking the fields of a request costs more than all the rest, and browsers don't change them.
constexpr std::uint16_t checked_every = 16;
constexpr std::size_t deep = 4;
// Whom a user agent stands for is asked only where it may be made up.
constexpr bool claims_to_be_person(Category category) {
    return category == Category::browser || category == Category::unknown;
}

Behaviour::Level level_of(const Client& client, Time now) {
    return now - client.judged < verdict_life ? client.level : Behaviour::Level::normal;
}

void read_path(const Request& request, Sighting& sighting) {
    const std::string_view path = request.path;
    std::size_t segments = 0;
    std::size_t first_end = path.size();
    for (std::size_t i = 1; i < path.size(); ++i) {
        if (path[i] != '/') continue;
        if (++segments == 1) first_end = i;
    }
    if (path.size() > 1 && !path.ends_with('/')) ++segments;
    sighting.depth = static_cast<std::uint8_t>(std::min<std::size_t>(segments, 255));
    sighting.kind = kind_of(path, request.head.query);
    sighting.page = hash_of(request.head.query, hash_of(path));
    sighting.section = hash_of(path.substr(0, first_end));
    sighting.robots = path == "/robots.txt";
    sighting.expensive =
        sighting.kind == Kind::page && (!request.head.query.empty() || segments >= deep);
}

/// Feeds come as one type of text or another, and what is part of a page stays so.
Kind refined(Kind by_path, const std::optional<Kind>& content) {
    if (!content || by_path == Kind::asset) return by_path;
    return by_path == Kind::feed && *content == Kind::other ? Kind::feed : *content;
}

}  // namespace

struct Observer::State {
    explicit State(const Limits& limits)
        : secret(store::Secret::random()),
          clients(limits.client_bytes),
          agents(limits.agent_bytes) {}

    const store::Secret secret;
    store::Table<Client> clients;
    store::Table<Agent> agents;
};

Observer::Observer(const Limits& limits) : state_(std::make_unique<State>(limits)) {}
Observer::~Observer() = default;

Behaviour Observer::assess(const Signals& signals, const Request& request, Time now,
                           Sighting& sighting) {
    Behaviour behaviour;
    behaviour.shared = request.shared;
    if (request.shared) return behaviour;
    const RequestHead& head = request.head;
    const std::uint64_t agent = hash_of(request.user_agent);
    sighting.has_key = true;
    sighting.client =
        store::KeyHash(state_->secret).add(network_key(request.client)).add(agent).key();
    sighting.agent = store::KeyHash(state_->secret).add(hash_of(request.site)).add(agent).key();
    sighting.category = request.category;
    sighting.get = head.method == Method::get;
    sighting.head = head.method == Method::head;
    sighting.referer = head.fields.has(FieldId::referer);
    sighting.cookie = head.fields.has(FieldId::cookie);
    sighting.disallowed = request.disallowed;
    sighting.trap = request.trap;
    read_path(request, sighting);

    const bool maybe_swarm =
        sighting.expensive && !sighting.cookie && claims_to_be_person(request.category);
    Measures measures{};
    Checks checks = 0;
    bool is_bare = false;  // it has had no asset yet
    bool wants_check = false;
    state_->clients.change(sighting.client, now, [&](Client& client) {
        wants_check = client.asked_pages % checked_every == 0;
        is_bare = client.assets == 0 && client.cookies_returned == 0;
        if (client.is_asset_of_page(sighting.kind)) return 0;
        behaviour.level = level_of(client, now);
        if (now - client.judged < verdict_life) {
            behaviour.signals = client.signals;
            behaviour.damning = (client.flags & Client::damning) != 0;
            behaviour.pooled = (client.flags & Client::pooled) != 0;
        }
        if (maybe_swarm && is_bare) {
            measures = client.measures();
            checks = client.checks;
        }
        return 0;
    });
    if (wants_check && request.whole && sighting.get && sighting.kind == Kind::page &&
        request.category == Category::browser) {
        sighting.checks = failed_checks(request);
        sighting.checked = true;
    }
    if (!maybe_swarm || !is_bare) return behaviour;

    const auto [clients, readers] = state_->agents.change(
        sighting.agent, now, [&](Agent& known) { return std::pair(known.clients, known.readers); });
    if (clients == 0) return behaviour;
    measures[static_cast<std::size_t>(Measure::expensive)] = 1;
    measures[static_cast<std::size_t>(Measure::agent_clients)] = static_cast<float>(clients);
    measures[static_cast<std::size_t>(Measure::agent_reader_share)] =
        static_cast<float>(readers) / static_cast<float>(clients);
    const Behaviour now_found = signals.judge(measures, checks, request.category);
    return now_found.level > behaviour.level ? now_found : behaviour;
}

void Observer::learn(const Signals& signals, const Sighting& sighting, const Answer& answer,
                     Time now) {
    if (!sighting.has_key) return;
    const Kind kind = refined(sighting.kind, answer.content);
    struct Found {
        bool client = false;
        bool reader = false;
    };
    const Found found = state_->clients.change(sighting.client, now, [&](Client& client) {
        client.age(now);
        client.note(sighting, kind, answer, now);
        const bool says_more = kind != Kind::asset || client.level != Behaviour::Level::normal;
        if (says_more && (answer.served || sighting.trap)) {
            const Behaviour behaviour =
                signals.judge(client.measures(), client.checks, sighting.category);
            client.level = behaviour.level;
            client.signals = behaviour.signals;
            client.judged = now;
            client.flags &= static_cast<std::uint8_t>(~(Client::damning | Client::pooled));
            if (behaviour.damning) client.flags |= Client::damning;
            if (behaviour.pooled) client.flags |= Client::pooled;
        }
        Found news;
        if (!answer.served || !claims_to_be_person(sighting.category)) return news;
        const auto once = [&](std::uint8_t flag) {
            const bool is_first = (client.flags & flag) == 0;
            client.flags |= flag;
            return is_first;
        };
        if (kind == Kind::page && !sighting.cookie && client.assets == 0) {
            news.client = once(Client::counted_client);
        } else if ((client.flags & Client::counted_client) != 0 &&
                   (client.assets > 0 || sighting.cookie)) {
            news.reader = once(Client::counted_reader);
        }
        return news;
    });
    if (!found.client && !found.reader) return;
    state_->agents.change(sighting.agent, now, [&](Agent& agent) {
        agent.age(now);
        agent.clients += found.client;
        agent.readers += found.reader;
        return 0;
    });
}

Observer::Tables Observer::tables(Time now) {
    return {.clients = state_->clients.entries(now),
            .agents = state_->agents.entries(now),
            .client_evictions = state_->clients.evictions(),
            .agent_evictions = state_->agents.evictions()};
}

}  // namespace turnpike::behaviour
