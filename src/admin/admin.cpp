// Pages (GET /metrics, /healthz, /readyz) and the frame of the API: routing, leave to change
// something, bodies.
#include "admin/admin.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "http/http.hpp"
#include "turnpike/address.hpp"

namespace turnpike::admin {
namespace {

constexpr std::string_view api = "/api/v1/";
constexpr std::string_view plain_text = "text/plain; charset=utf-8";
// What the API is told is a few fields: an override, a query.
constexpr std::size_t longest_body = 64 * 1024;

/// `127.0.0.1:9477`, `[::1]:9477`, `localhost`: not a name that a stranger's DNS answers for.
bool is_local_name(std::string_view host) {
    if (!host.empty() && host.front() == '[') {
        const std::size_t end = host.find(']');
        if (end == host.npos) return false;
        const std::string_view behind = host.substr(end + 1);
        return (behind.empty() || behind.front() == ':') &&
               Address::parse(host.substr(1, end - 1)).has_value();
    }
    host = host.substr(0, host.find(':'));
    return http::equals_ignoring_case(host, "localhost") || Address::parse(host).has_value();
}

/// The file system says who may use a unix socket; no web page can.
bool is_over_unix_socket(const Exchange& exchange) {
    return exchange.peer.is_unspecified();
}

/// In a time that does not tell how much of `said` was right.
bool is_same_secret(std::string_view said, std::string_view secret) {
    unsigned difference = said.size() == secret.size() ? 0 : 1;
    for (std::size_t i = 0; i < said.size(); ++i) {
        difference |= static_cast<unsigned char>(said[i] ^ secret[i % secret.size()]);
    }
    return difference == 0;
}

/// The credentials of `Authorization: Bearer …` (RFC 6750 §2.1), or nothing.
std::string_view bearer_token(const RequestHead& head) {
    const Field* field = find(head, FieldId::authorization);
    constexpr std::string_view scheme = "Bearer ";
    if (field == nullptr || field->value.size() <= scheme.size() ||
        !http::equals_ignoring_case(field->value.substr(0, scheme.size()), scheme)) {
        return {};
    }
    return field->value.substr(scheme.size());
}

bool has_origin(const RequestHead& head) {
    return std::any_of(head.fields.begin(), head.fields.end(), [](const Field& field) {
        return http::equals_ignoring_case(field.name, "Origin");
    });
}

/// What stands for the `*` at the end of `pattern`, nothing where there is none; nullopt where
/// `path` is another one.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
    if (!pattern.ends_with("/*")) {
        return path == pattern ? std::optional<std::string_view>("") : std::nullopt;
    }
    pattern.remove_suffix(1);
    if (!path.starts_with(pattern)) return std::nullopt;
    path.remove_prefix(pattern.size());
    if (path.empty() || path.find('/') != path.npos) return std::nullopt;
    return path;
}

Task<Result<std::string>> read_body(Exchange& exchange) {
    std::string text;
    bool last = exchange.head.framing == Framing::none;
    while (!last) {
        const Result<BodyPart> part = co_await exchange.body.pull();
        if (!part) co_return part.error();
        for (const std::string_view piece : part->pieces) text += piece;
        if (text.size() > longest_body) {
            co_return Error{Fault::too_large, Side::client, 413, "the body is too long"};
        }
        last = part->last;
    }
    co_return text;
}

}  // namespace

Answer failure(std::uint16_t status, std::string_view why) {
    boost::json::object object;
    object["error"] = boost::json::string(why);
    return {.status = status, .body = boost::json::serialize(object) + "\n"};
}

namespace {

Task<void> send(Exchange& exchange, const Answer& answer) {
    if (answer.status == 0) co_return;  // nobody is there any more
    const std::string_view body = answer.body;
    const std::span<Field> fields = exchange.arena.array<Field>(4);
    std::size_t count = 0;
    fields[count++] = {.name = "Content-Type", .value = answer.type};
    fields[count++] = {.name = "Cache-Control", .value = "no-store"};
    if (answer.status == 405) fields[count++] = {.name = "Allow", .value = answer.allow};
    if (answer.status == 401) fields[count++] = {.name = "WWW-Authenticate", .value = "Bearer"};
    ResponseHead head;
    head.status = answer.status;
    head.fields = fields.first(count);
    head.framing = Framing::length;
    head.content_length = body.size();
    head.has_content_length = true;
    const BodyPart part{.pieces = {&body, 1}, .last = true};
    const Result<void> sent = co_await exchange.outlet.start(head, part);
    (void)sent;  // whoever asked has gone: nobody to tell
}

}  // namespace

Task<void> Admin::serve(Exchange& exchange) {
    const RequestHead& head = exchange.head;
    const bool local = hosts_ == Hosts::local;
    Answer answer;
    if (local && !is_over_unix_socket(exchange) && !is_local_name(head.authority)) {
        answer = failure(421, "this listener answers to addresses and localhost only");
    } else if (local && head.path.starts_with(api)) {
        answer = co_await call(exchange);
    } else {
        answer = page(head);
    }
    co_await send(exchange, answer);
}

Task<void> Admin::fail(Exchange& exchange, Error error) {
    const Answer answer{
        .status = error.status, .type = plain_text, .body = std::string(error.what) + "\n"};
    co_await send(exchange, answer);
}

Answer Admin::page(const RequestHead& head) const {
    const auto text = [](std::uint16_t status, std::string body) {
        return Answer{.status = status, .type = plain_text, .body = std::move(body)};
    };
    if (head.method != Method::get && head.method != Method::head) {
        Answer answer = text(405, "Only GET is answered here.\n");
        answer.allow = "GET, HEAD";  // RFC 9110 §15.5.6
        return answer;
    }
    if (head.path == "/metrics") {
        return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = sources_.metrics()};
    }
    if (head.path == "/healthz") return text(200, "ok\n");
    if (head.path == "/readyz") {
        return sources_.ready() ? text(200, "ready\n") : text(503, "not ready\n");
    }
    return text(404, "Here are /metrics, /healthz and /readyz.\n");
}

Task<Answer> Admin::call(Exchange& exchange) {
    Call call;
    std::string allow;
    const Endpoint* endpoint = find_endpoint(exchange.head, call, allow);
    if (endpoint == nullptr && allow.empty()) {
        co_return failure(404, "the API has nothing of this name");
    }
    if (endpoint == nullptr) {
        Answer answer = failure(405, "this is asked with " + allow);
        answer.allow = std::move(allow);
        co_return answer;
    }
    if (endpoint->method != "GET") {
        if (auto refusal = refuse_change(exchange)) co_return std::move(*refusal);
    }
    const Result<std::string> body = co_await read_body(exchange);
    if (!body) co_return failure(body.error().status, body.error().what);
    call.query = exchange.head.query;
    call.body = *body;
    co_return co_await endpoint->answer(call);
}

/// The endpoint of this path and method; `allow` names the methods that the path has.
const Endpoint* Admin::find_endpoint(const RequestHead& head, Call& call,
                                     std::string& allow) const {
    const std::string_view method = head.method == Method::head ? "GET" : head.method_name;
    const Endpoint* found = nullptr;
    for (const Endpoint& endpoint : endpoints_) {
        const auto argument = match(endpoint.path, head.path);
        if (!argument) continue;
        allow += (allow.empty() ? "" : ", ") + endpoint.method;
        if (endpoint.method != method) continue;
        found = &endpoint;
        call.argument = *argument;
    }
    return found;
}

/// Why whoever asks may change nothing; nothing where it may.
std::optional<Answer> Admin::refuse_change(const Exchange& exchange) const {
    // Only web pages send it, and no page of ours changes anything.
    if (has_origin(exchange.head)) return failure(403, "a web page may change nothing here");
    if (is_over_unix_socket(exchange)) return std::nullopt;
    if (token_.empty()) {
        return failure(403,
                       "changes need a token, and this instance has none: see admin.token_file");
    }
    if (!is_same_secret(bearer_token(exchange.head), token_)) {
        return failure(401, "changes need the token of this instance, as 'Authorization: Bearer'");
    }
    return std::nullopt;
}

}  // namespace turnpike::admin
