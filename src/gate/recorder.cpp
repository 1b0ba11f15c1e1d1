// The last step: one request's log line and counters.
#include "gate/recorder.hpp"

#include "gate/visit.hpp"

namespace turnpike::gate {
namespace {

// telemetry mirrors the outcomes of proxy, since siblings don't know each other.
static_assert(static_cast<int>(telemetry::OriginOutcome::overloaded) ==
              static_cast<int>(proxy::Outcome::overloaded));
static_assert(telemetry::origin_outcome_count == proxy::outcome_count);

using Clock = std::chrono::steady_clock;
using std::chrono::duration_cast;
using std::chrono::microseconds;

constexpr std::size_t kind_bits = 8;

std::string_view value_of(const RequestHead& head, FieldId id) {
    const Field* field = find(head, id);
    return field == nullptr ? std::string_view{} : field->value;
}

/// The series of the rule that decided; nothing where no rule is about the request.
std::optional<telemetry::Metrics::RuleId> rule_of(const Judgement& judgement,
                                                  const Series::OfSite& series) {
    const Decision& decision = judgement.decision;
    if (decision.where == nullptr) {
        if (decision.rule == "open-path") return series.open_path;
        if (decision.rule == "forged") return series.forged;
        return std::nullopt;
    }
    const auto& rules = judgement.site->rules;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (&rules[i].where == decision.where) return series.rules[i];
    }
    return std::nullopt;
}

}  // namespace

/// All that the words and ids of a kind depend on. Texts are compared by where they stand: in the
/// snapshot, or in the program.
struct Gate::Recorder::Key {
    const Site* site = nullptr;
    const char* rule = nullptr;
    const Crawler* crawler = nullptr;
    const char* reason = nullptr;
    Action action{};
    Mode mode{};
    Category category{};
    Proof proof{};
    Behaviour::Level behaviour{};
    std::uint64_t signals = 0;
    bool operator==(const Key&) const = default;

    std::size_t slot() const {
        const auto bits = reinterpret_cast<std::uintptr_t>(crawler) ^
                          (reinterpret_cast<std::uintptr_t>(rule) << 1) ^
                          (reinterpret_cast<std::uintptr_t>(reason) << 2) ^
                          (static_cast<std::uintptr_t>(category) << 6);
        return (bits * 0x9e3779b97f4a7c15u) >> (64 - kind_bits);
    }
};

struct Gate::Recorder::Kind {
    bool known = false;
    Key key;
    std::shared_ptr<const Overrides> overrides;  // where the key's reason may stand
    VerdictPointer verdict;
    Decisions::Lane refused_lane{};  // where one of this kind is remembered that was refused
    std::optional<telemetry::Metrics::RuleId> rule;
    std::optional<telemetry::Metrics::CrawlerId> crawler;
    RobotsWatch::Habit robots;
};

Gate::Recorder::Recorder(const Surroundings& surroundings, const Snapshot& snapshot,
                         Decisions& decisions, const RobotsWatch& robots)
    : surroundings_(surroundings),
      snapshot_(snapshot),
      decisions_(decisions),
      robots_(robots),
      kinds_(std::make_unique<Kind[]>(std::size_t{1} << kind_bits)) {}

Gate::Recorder::~Recorder() = default;

Gate::Recorder::Kind& Gate::Recorder::kind_of(const Visit& visit) {
    const Judgement& judgement = *visit.judgement;
    const Claim& claim = judgement.identity.claims[judgement.decision.claim];
    const std::string_view reason = visit.reason.empty() ? judgement.decision.reason : visit.reason;
    // What is of no consequence is not told, so that it makes no kind of its own.
    const Behaviour& behaviour = judgement.behaviour;
    const bool is_told = behaviour.level != Behaviour::Level::normal;
    const Key key{.site = judgement.site,
                  .rule = judgement.decision.rule.data(),
                  .crawler = claim.crawler,
                  .reason = reason.data(),
                  .action = judgement.decision.action,
                  .mode = judgement.mode,
                  .category = claim.category,
                  .proof = claim.proof,
                  .behaviour = behaviour.level,
                  .signals = is_told ? behaviour.signals : 0};
    Kind& kind = kinds_[key.slot()];
    if (!kind.known || kind.key != key) kind = make_kind(key, visit);
    return kind;
}

std::vector<std::string_view> Gate::Recorder::signals_of(const Key& key) const {
    std::vector<std::string_view> names;
    if (key.signals == 0) return names;
    const Behaviour behaviour{.level = key.behaviour, .signals = key.signals};
    const auto signals = snapshot_.knowledge.signals->all();
    for (std::size_t i = 0; i < signals.size(); ++i) {
        if (behaviour.has(i)) names.emplace_back(signals[i].name);
    }
    return names;
}

Gate::Recorder::Kind Gate::Recorder::make_kind(const Key& key, const Visit& visit) const {
    const Decision& decision = visit.judgement->decision;
    telemetry::LoggedDecision logged{
        .decided = key.site != nullptr,
        .action = key.action,
        .mode = key.mode,
        .rule = decision.rule,
        .reason = visit.reason.empty() ? decision.reason : visit.reason,
        .category = key.category,
        .proof = key.proof};
    if (decision.where != nullptr) {
        logged.where_file = decision.where->file;
        logged.where_line = decision.where->line;
    }
    Kind kind;
    kind.known = true;
    kind.key = key;
    kind.overrides = visit.overrides;
    kind.refused_lane = key.site != nullptr && is_ai(key.category)
                            ? Decisions::Lane::refused_crawler
                            : Decisions::Lane::refused;
    if (key.site != nullptr && visit.overrides != nullptr && decision.rule != "default") {
        // Neither the rule nor the mode need be one that the snapshot knows.
        kind.rule = surroundings_.metrics.rule(key.site->name, decision.rule, key.mode);
    } else if (key.site != nullptr) {
        kind.rule = rule_of(*visit.judgement, snapshot_.series.of(visit.site_index()));
    }
    if (key.crawler != nullptr) {
        logged.crawler = key.crawler->name;
        logged.operator_name = key.crawler->operator_name;
        kind.crawler = snapshot_.series.of(*key.crawler);
    }
    // What is open to all is held against nobody, and while a site observes, the origin's is
    // served.
    if (key.site != nullptr && key.mode == Mode::enforce && decision.rule != "open-path") {
        kind.robots.token = compliance::token_of(visit.judgement->identity.main());
    }
    const auto verdict = new Verdict;
    kind.verdict = verdict;
    if (key.site != nullptr) verdict->site = key.site->name;
    verdict->members = telemetry::decision_members(logged);
    verdict->behaviour = telemetry::behaviour_members(key.behaviour, signals_of(key));
    return kind;
}

void Gate::Recorder::record(const Visit& visit) {
    const Clock::time_point now = surroundings_.loop.clock().now();
    Kind& kind = kind_of(visit);
    count(visit, kind, now);
    log(visit, kind, now);
}

void Gate::Recorder::count(const Visit& visit, const Kind& kind, Clock::time_point now) {
    telemetry::Metrics::Shard& counters = surroundings_.counters;
    telemetry::Metrics::SiteId site = surroundings_.metrics.no_site();
    if (visit.judgement->site == nullptr) {
        counters.count_undecided(site);
    } else {
        site = snapshot_.series.of(visit.site_index()).site;
        count_decision(visit, kind, site);
    }
    if (visit.exchange.outlet.started()) {
        counters.count_response(
            site, visit.status,
            visit.own_answer ? telemetry::Source::turnpike : telemetry::Source::origin);
    }
    counters.observe_request(site, now - visit.exchange.started);
    counters.observe_decision(site, visit.decided - visit.exchange.started);
    if (visit.origin_duration) counters.observe_origin(site, *visit.origin_duration);
    if (visit.origin_outcome) {
        counters.count_origin(site, static_cast<telemetry::OriginOutcome>(*visit.origin_outcome));
    }
    if (visit.client.untrusted_forwarded) {
        counters.count_untrusted_forwarded(surroundings_.listeners[visit.exchange.listener]);
    }
}

void Gate::Recorder::count_decision(const Visit& visit, const Kind& kind,
                                    telemetry::Metrics::SiteId site) {
    telemetry::Metrics::Shard& counters = surroundings_.counters;
    counters.count_request(site, kind.key.action, visit.outcome, kind.key.category);
    if (kind.rule) counters.count_rule(*kind.rule);
    if (!kind.crawler) return;
    counters.count_crawler(site, *kind.crawler, kind.key.action, kind.key.proof);
    counters.count_crawler_bytes(site, *kind.crawler, visit.exchange.outlet.sent());
}

void Gate::Recorder::log(const Visit& visit, Kind& kind, Clock::time_point now) {
    const RequestHead& head = visit.exchange.head;
    telemetry::AccessRecord record;
    // When the request began, not when its line is written.
    record.time = surroundings_.loop.clock().wall() -
                  duration_cast<std::chrono::system_clock::duration>(now - visit.exchange.started);
    record.id = visit.id;
    record.request_id = visit.client.request_id;
    record.site = kind.verdict->site;
    record.client = visit.client.address;
    record.peer = visit.exchange.peer;
    record.method = head.method_name;
    record.host = head.authority;
    record.path = head.path;
    record.query = head.query;
    record.has_query = head.has_query;
    if (!head.method_name.empty())
        record.protocol = head.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
    record.status = visit.status;
    record.outcome = visit.outcome;
    record.decision = kind.verdict->members;
    record.bytes_in = visit.exchange.body.received();
    record.bytes_out = visit.exchange.outlet.sent();
    record.duration = duration_cast<microseconds>(now - visit.exchange.started);
    if (visit.origin_duration)
        record.origin_duration = duration_cast<microseconds>(*visit.origin_duration);
    record.user_agent = value_of(head, FieldId::user_agent);
    record.referer = value_of(head, FieldId::referer);
    if (!kind.robots.token.empty()) record.robots = remark_on(visit, kind);
    record.behaviour = kind.verdict->behaviour;
    surroundings_.log.write(record);
    decisions_.keep(record, kind.verdict, lane_of(visit, kind));
}

/// What is to be said of a crawler that robots.txt is written for.
telemetry::RobotsRemark Gate::Recorder::remark_on(const Visit& visit, Kind& kind) const {
    const Judgement& judgement = *visit.judgement;
    RobotsWatch::Habit& habit = kind.robots;
    // Bots that the catalogue does not know share a kind, and have names of their own.
    if (kind.key.crawler == nullptr) habit.token = compliance::token_of(judgement.identity.main());
    robots_.refresh(habit, visit.site_index());
    if (habit.file == nullptr) return telemetry::RobotsRemark::none;
    telemetry::RobotsRemark remark = RobotsWatch::refused(habit);
    if (visit.outcome == telemetry::Outcome::forwarded) {
        remark = robots_.visited(judgement, visit.exchange, visit.client, habit);
    } else if (judgement.robots) {
        remark = RobotsWatch::remark_of(*judgement.robots);
    }
    if (remark >= telemetry::RobotsRemark::disallowed) {
        surroundings_.counters.count_robots_violation(
            snapshot_.series.of(visit.site_index()).site,
            kind.crawler.value_or(telemetry::Metrics::other_crawler));
    }
    return remark;
}

/// Where the request is remembered. What a site that observes would have refused counts as refused.
Decisions::Lane Gate::Recorder::lane_of(const Visit& visit, const Kind& kind) {
    if (visit.outcome == telemetry::Outcome::failed) return Decisions::Lane::failed;
    const bool refused =
        visit.outcome == telemetry::Outcome::refused || kind.key.action != Action::allow;
    return refused ? kind.refused_lane : Decisions::Lane::passed;
}

}  // namespace turnpike::gate
