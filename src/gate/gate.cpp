// The staircase itself, and the ways down it: forward, refuse, apologise, record.
#include "gate/gate.hpp"

#include "gate/visit.hpp"

namespace turnpike::gate {
namespace {

/// The Host that the origin gets. A client of HTTP/1.0 may not have said any.
std::string_view host_for(const SiteOrigin& origin, const Exchange& exchange) {
    if (!origin.host.empty()) return origin.host;
    if (!exchange.head.authority.empty()) return exchange.head.authority;
    return exchange.arena.copy(origin.address.authority());
}

/// A trap is a path of ours, whoever asks and whatever the policy: the origin has nothing there.
constexpr Error trapped{Fault::unsupported, Side::client, 404, "there is nothing here"};

}  // namespace

Gate::Gate(const Surroundings& surroundings, std::shared_ptr<const Snapshot> snapshot)
    : surroundings_(surroundings),
      decisions_(surroundings_.decision_bytes),
      delays_(surroundings_.loop) {
    edition_ = std::make_unique<Edition>(std::move(snapshot), *this);
}

Gate::~Gate() = default;

std::optional<std::string> Gate::find_decision(std::string_view id,
                                               const telemetry::AccessLogOptions& options) const {
    return decisions_.find(id, options);
}

Task<void> Gate::serve(Exchange& exchange) {
    // Whoever spreads requests over instances may ask whether this one lives: no site's client.
    if (!surroundings_.health_paths.empty() && is_health_check(exchange)) [[unlikely]] {
        co_await answer_health_check(exchange);
        co_return;
    }
    Visit visit(*this, exchange);

    // Where does it come from?
    find_client(visit);

    // Whose site is it, who asks, and what does the site's policy say?
    if (overrides_ != nullptr) [[unlikely]]
        visit.overrides = overrides_;
    const Knowledge& knowledge = visit.snapshot().knowledge;
    visit.conduct.begin(knowledge.signals.get(), exchange.started);
    const Inquiry inquiry{exchange.head, visit.client.address,  exchange.arena, overrides_.get(),
                          &visit.client, &visit.edition.robots, &visit.conduct};
    const Result<Judgement> judged = judge(knowledge, inquiry, &verdicts_);
    visit.decided = surroundings_.loop.clock().now();
    if (judged) visit.judgement = &*judged;

    // Does the rate of the rule leave room for it?
    if (visit.judgement->decision.rate != nullptr) admit(visit);
    if (visit.taken && visit.taken->delay.count() > 0) co_await hold_back(visit);

    // Answer.
    if (!judged) {
        co_await apologise(visit, judged.error());
    } else if (has_robots(visit)) {
        co_await send_robots(visit);
    } else if (is_trap(*judged->site, judged->readings)) {
        co_await apologise(visit, trapped);
    } else if (auto permit = permit_for(visit.judgement->decision, visit.judgement->mode,
                                        visit.admission())) {
        co_await forward(visit, std::move(*permit));
    } else {
        co_await refuse(visit);
    }

    // Remember.
    visit.conduct.learn(surroundings_.loop.clock());
    visit.edition.recorder.record(visit);
}

Task<void> Gate::fail(Exchange& exchange, Error error) {
    Visit visit(*this, exchange);
    find_client(visit);
    co_await apologise(visit, error);
    visit.edition.recorder.record(visit);
}

void Gate::find_client(Visit& visit) {
    const Exchange& exchange = visit.exchange;
    const Snapshot& snapshot = visit.snapshot();
    visit.client =
        gate::find_client(exchange.peer, exchange.head, snapshot.trusted_proxies, exchange.arena);
    if (visit.client.untrusted_forwarded) {
        surroundings_.hints.untrusted_forwarder(exchange.listener, exchange.peer,
                                                snapshot.trusted_proxies_text,
                                                surroundings_.loop.clock().now());
    }
}

void Gate::admit(Visit& visit) {
    if (visit.judgement->mode == Mode::observe) return;
    visit.taken = take_from_rate(surroundings_.rates, *visit.judgement, visit.client,
                                 {.now = visit.decided, .patience = delays_.patience()});
    if (!visit.taken) {
        surroundings_.hints.uncounted_address(visit.exchange.listener, visit.client.address,
                                              visit.decided);
    }
}

/// Too fast, but it will be its turn soon. Who leaves meanwhile is not forwarded.
Task<void> Gate::hold_back(Visit& visit) {
    const bool stayed = co_await delays_.wait(visit.exchange.body, visit.taken->delay);
    if (!stayed) visit.taken->granted = false;
    surroundings_.counters.count_limited(surroundings_.delayed);
}

Task<void> Gate::forward(Visit& visit, Permit permit) {
    if (visit.exchange.head.method == Method::trace) {
        const Error error{Fault::unsupported, Side::client, 405, "TRACE is not answered here"};
        co_await apologise(visit, error);
        co_return;
    }
    if (is_loop(visit)) {
        const Error error{Fault::unsupported, Side::turnpike, 508,
                          "the origin sends requests back to us"};
        co_await apologise(visit, error);
        co_return;
    }
    const Site& site = *visit.judgement->site;
    visit.client.write_texts(visit.exchange.peer, visit.exchange.arena);
    const proxy::Forwarding::Order order{.origin = *visit.edition.origins[visit.site_index()],
                                         .exchange = visit.exchange,
                                         .host = host_for(site.origin, visit.exchange),
                                         .added = added_fields(visit)};
    proxy::Forwarding forwarding(order);
    const Result<void> begun = co_await forwarding.begin(std::move(permit));
    visit.origin_duration = surroundings_.loop.clock().now() - visit.decided;
    if (!begun) {
        visit.origin_outcome = forwarding.outcome();
        co_await apologise(visit, begun.error());
        co_return;
    }
    visit.outcome = telemetry::Outcome::forwarded;
    visit.status = forwarding.head().status;
    visit.conduct.answered(forwarding.head());
    std::span<const Field> rate;
    if (visit.taken) {
        rate = rate_fields(visit.judgement->decision, *visit.taken, visit.exchange.arena);
    }
    const Result<void> delivered = co_await forwarding.deliver(rate);
    visit.origin_outcome = forwarding.outcome();
    if (!delivered && !visit.exchange.outlet.started()) {
        co_await apologise(visit, delivered.error());
    }
}

Task<Result<void>> Gate::refuse(Visit& visit) {
    visit.outcome = telemetry::Outcome::refused;
    visit.answer = visit.admission() == Admission::over_rate
                       ? too_many_requests(visit)
                       : visit.edition.refusals.make(visit.exchange, *visit.judgement, visit.id);
    return send(visit);
}

/// 429, whatever the action that the rate is a ceiling of.
OwnResponse Gate::too_many_requests(Visit& visit) {
    Arena& arena = visit.exchange.arena;
    visit.reason = "More requests came than this rule lets through.";
    Judgement throttled = *visit.judgement;
    throttled.decision.reason = visit.reason;
    throttled.decision.action = Action::throttle;
    throttled.decision.price = nullptr;
    OwnResponse response = visit.edition.refusals.make(visit.exchange, throttled, visit.id);
    response.head.fields = http::joined(
        response.head.fields.lines(), rate_fields(throttled.decision, *visit.taken, arena), arena);
    response.head.serialised = {};  // the fields are others now
    return response;
}

/// Without a status there is nobody to tell, or no way to say it.
Task<Result<void>> Gate::apologise(Visit& visit, const Error& error) {
    visit.outcome = telemetry::Outcome::failed;
    visit.reason = error.what;
    if (error.status == 0) {
        if (error.side == Side::client) visit.status = client_closed_request;
        return Task<Result<void>>::done({});
    }
    visit.answer = visit.edition.refusals.apologise(visit.exchange, error, visit.id);
    return send(visit);
}

/// A client that left before its answer came is not our failure; the status says what was meant.
Task<Result<void>> Gate::send(Visit& visit) {
    visit.status = visit.answer.head.status;
    visit.own_answer = true;
    const BodyPart body{.pieces = {&visit.answer.body, 1}, .last = true};
    return visit.exchange.outlet.start(visit.answer.head, body);
}

bool Gate::is_loop(const Visit& visit) const {
    const RequestHead& head = visit.exchange.head;
    if (!head.fields.has(FieldId::via)) return false;
    for (const Field& field : head.fields) {
        if (field.id == FieldId::via &&
            field.value.find(visit.snapshot().pseudonym) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

/// What the origin is told about the client, us, and the decision.
std::span<const Field> Gate::added_fields(const Visit& visit) {
    const Claim& claim = visit.judgement->identity.main();
    const ClientAddress& client = visit.client;
    const std::span<Field> fields = visit.exchange.arena.array<Field>(10);
    std::size_t count = 0;
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) fields[count++] = {.name = name, .value = value};
    };
    add("X-Forwarded-For", client.forwarded_for);
    add("X-Forwarded-Proto", client.scheme);
    add("X-Forwarded-Host", client.host);
    add("X-Real-IP", client.text);
    add("X-Request-Id", client.request_id.empty() ? visit.id : client.request_id);
    add("Via", visit.snapshot().pseudonym);
    if (claim.crawler != nullptr) add("X-Turnpike-Crawler", claim.crawler->name);
    add("X-Turnpike-Category", name_of(claim.category));
    add("X-Turnpike-Proof", name_of(claim.proof));
    add("X-Turnpike-Action", name_of(visit.judgement->decision.action));
    return fields.first(count);
}

}  // namespace turnpike::gate
