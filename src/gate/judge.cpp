// Site, identity, behaviour, decision: one step each.
#include "gate/judge.hpp"

#include "core/path.hpp"
#include "gate/overrides.hpp"
#include "gate/robots_watch.hpp"

namespace turnpike::gate {
namespace {

constexpr Error no_host{Fault::malformed, Side::client, 400, "the request does not say which host"};
constexpr Error no_such_host{Fault::misdirected, Side::client, 421,
                             "no site here has this host name"};

/// Every User-Agent line, since two lines are two claims.
std::span<const std::string_view> user_agents(const RequestHead& head, Arena& arena) {
    if (!head.fields.has(FieldId::user_agent)) return {};
    const std::span<std::string_view> lines = arena.array<std::string_view>(head.fields.size());
    std::size_t count = 0;
    for (const Field& field : head.fields) {
        if (field.id == FieldId::user_agent) lines[count++] = field.value;
    }
    return lines.first(count);
}

Identity identify(const identity::Catalogue& catalogue,
                  std::span<const std::string_view> user_agents, identity::Verdicts* cache) {
    if (cache != nullptr && user_agents.size() == 1) {
        return cache->identify(catalogue, user_agents.front());
    }
    return catalogue.identify(user_agents);
}

}  // namespace

Result<Judgement> judge(const Knowledge& knowledge, const Inquiry& inquiry,
                        identity::Verdicts* cache) {
    const RequestHead& head = inquiry.head;
    Arena& arena = inquiry.arena;
    Result<Judgement> result;  // the only one that is returned, so that it is made in its place
    Judgement& judgement = *result;
    // Whose website is meant?
    judgement.site = knowledge.sites.find(head.authority);
    if (judgement.site == nullptr) {
        result = head.authority.empty() ? no_host : no_such_host;
        return result;
    }
    judgement.mode = knowledge.observe ? Mode::observe : judgement.site->mode;
    const auto readings = normalise_path(head.path, arena);
    if (!readings) {
        result = readings.error();
        return result;
    }
    judgement.readings = *readings;

    // Who says they are asking?
    judgement.user_agents = user_agents(head, arena);
    judgement.identity = identify(*knowledge.catalogue, judgement.user_agents, cache);

    if (judgement.site->asks_robots && inquiry.robots != nullptr) [[unlikely]]
        judgement.robots = inquiry.robots->look(judgement, inquiry);

    // How has this client behaved until now? Where all of its kind are refused, nobody asks.
    if (inquiry.conduct != nullptr &&
        judgement.site->watched.has(judgement.identity.main().category)) {
        inquiry.conduct->assess(judgement, inquiry);
    }

    // Judge. Nothing is learnt about the client below this line.
    judgement.decision = decide(*judgement.site, question_of(judgement, inquiry));
    if (inquiry.overrides != nullptr) [[unlikely]]
        inquiry.overrides->apply(judgement, inquiry);
    return result;
}

Question question_of(const Judgement& judgement, const Inquiry& inquiry) {
    return {.readings = judgement.readings,
            .user_agents = judgement.user_agents,
            .identity = &judgement.identity,
            .head = &inquiry.head,
            .client = inquiry.client,
            .robots = judgement.robots.value_or(RobotsStanding{}),
            .behaviour = judgement.behaviour};
}

}  // namespace turnpike::gate
