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

std::string_view value_of(const RequestHead& head, FieldId id) {
    const Field* field = find(head, id);
    return field == nullptr ? std::string_view{} : field->value;
}

}  // namespace

Gate::Recorder::Recorder(const Surroundings& surroundings, const Snapshot& snapshot)
    : surroundings_(surroundings), snapshot_(snapshot) {
    telemetry::Metrics& metrics = surroundings_.metrics;
    for (const Site& site : snapshot_.knowledge.sites.all()) {
        const Mode mode = snapshot_.knowledge.observe ? Mode::observe : site.mode;
        SiteIds ids{.site = metrics.site(site.name),
                    .open_path = metrics.rule(site.name, "open-path", mode),
                    .forged = metrics.rule(site.name, "forged", mode),
                    .rules = {}};
        for (const Rule& rule : site.rules) {
            ids.rules.push_back(metrics.rule(site.name, rule.name, mode));
        }
        sites_.push_back(std::move(ids));
    }
    for (const Crawler* crawler : snapshot_.knowledge.catalogue->crawlers()) {
        const bool by_name =
            is_ai(crawler->category) || crawler->category == Category::search_engine;
        if (by_name) crawlers_.emplace(crawler, metrics.crawler(crawler->name));
    }
}

const Gate::Recorder::SiteIds* Gate::Recorder::ids_of(const Site* site) const {
    if (site == nullptr) return nullptr;
    return &sites_[static_cast<std::size_t>(site - snapshot_.knowledge.sites.all().data())];
}

std::optional<telemetry::Metrics::RuleId> Gate::Recorder::rule_id(const Visit& visit) const {
    const SiteIds* ids = ids_of(visit.judgement.site);
    const Decision& decision = visit.judgement.decision;
    if (ids == nullptr) return std::nullopt;
    if (decision.where == nullptr) {
        if (decision.rule == "open-path") return ids->open_path;
        if (decision.rule == "forged") return ids->forged;
        return std::nullopt;
    }
    const auto& rules = visit.judgement.site->rules;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (&rules[i].where == decision.where) return ids->rules[i];
    }
    return std::nullopt;
}

void Gate::Recorder::record(const Visit& visit) {
    const Clock::time_point now = surroundings_.loop.clock().now();
    count(visit, now);
    log(visit, now);
}

void Gate::Recorder::count(const Visit& visit, Clock::time_point now) {
    telemetry::Metrics::Shard& counters = surroundings_.counters;
    const SiteIds* ids = ids_of(visit.judgement.site);
    const telemetry::Metrics::SiteId site =
        ids != nullptr ? ids->site : surroundings_.metrics.no_site();
    if (ids == nullptr) {
        counters.count_undecided(site);
    } else {
        count_decision(visit, *ids);
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

void Gate::Recorder::count_decision(const Visit& visit, const SiteIds& ids) {
    telemetry::Metrics::Shard& counters = surroundings_.counters;
    const Action action = visit.judgement.decision.action;
    const Claim& claim = visit.judgement.identity.claims[visit.judgement.decision.claim];
    counters.count_request(ids.site, action, visit.outcome, claim.category);
    if (const auto rule = rule_id(visit)) counters.count_rule(*rule);
    if (claim.crawler == nullptr) return;
    const auto known = crawlers_.find(claim.crawler);
    const auto crawler =
        known == crawlers_.end() ? telemetry::Metrics::other_crawler : known->second;
    counters.count_crawler(ids.site, crawler, action, claim.proof);
    counters.count_crawler_bytes(ids.site, crawler, visit.exchange.outlet.sent());
}

void Gate::Recorder::log(const Visit& visit, Clock::time_point now) {
    const RequestHead& head = visit.exchange.head;
    const Judgement& judgement = visit.judgement;
    telemetry::AccessRecord record;
    // When the request began, not when its line is written.
    record.time = surroundings_.loop.clock().wall() -
                  duration_cast<std::chrono::system_clock::duration>(now - visit.exchange.started);
    record.id = visit.id;
    record.request_id = visit.client.request_id;
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
    if (judgement.site != nullptr) {
        const Claim& claim = judgement.identity.claims[judgement.decision.claim];
        record.site = judgement.site->name;
        record.decided = true;
        record.action = judgement.decision.action;
        record.mode = judgement.mode;
        record.rule = judgement.decision.rule;
        if (judgement.decision.where != nullptr) {
            record.where_file = judgement.decision.where->file;
            record.where_line = judgement.decision.where->line;
        }
        record.category = claim.category;
        record.proof = claim.proof;
        if (claim.crawler != nullptr) {
            record.crawler = claim.crawler->name;
            record.operator_name = claim.crawler->operator_name;
        }
    }
    record.reason = visit.failure.empty() ? judgement.decision.reason : visit.failure;
    record.bytes_in = visit.exchange.body.received();
    record.bytes_out = visit.exchange.outlet.sent();
    record.duration = duration_cast<microseconds>(now - visit.exchange.started);
    if (visit.origin_duration)
        record.origin_duration = duration_cast<microseconds>(*visit.origin_duration);
    record.user_agent = value_of(head, FieldId::user_agent);
    record.referer = value_of(head, FieldId::referer);
    surroundings_.log.write(record);
}

}  // namespace turnpike::gate
