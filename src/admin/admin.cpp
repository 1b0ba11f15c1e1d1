// GET /metrics, /healthz, /readyz.
#include "admin/admin.hpp"

#include "http/http.hpp"
#include "turnpike/address.hpp"

namespace turnpike::admin {
namespace {

Task<void> send(Exchange& exchange, std::uint16_t status, std::string_view type,
                std::string_view body) {
    const std::span<Field> fields = exchange.arena.array<Field>(3);
    fields[0] = {.name = "Content-Type", .value = type};
    fields[1] = {.name = "Cache-Control", .value = "no-store"};
    fields[2] = {.name = "Allow", .value = "GET, HEAD"};  // RFC 9110 §15.5.6
    ResponseHead head;
    head.status = status;
    head.fields = fields.first(status == 405 ? 3 : 2);
    head.framing = Framing::length;
    head.content_length = body.size();
    head.has_content_length = true;
    const BodyPart part{.pieces = {&body, 1}, .last = true};
    const Result<void> sent = co_await exchange.outlet.start(head, part);
    (void)sent;  // whoever asked has gone: nobody to tell
}

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

}  // namespace

Task<void> Admin::serve(Exchange& exchange) {
    const Answer reply = answer(exchange.head);
    co_await send(exchange, reply.status, reply.type, reply.body);
}

Task<void> Admin::fail(Exchange& exchange, Error error) {
    if (error.status == 0) co_return;
    const std::string body = std::string(error.what) + "\n";
    co_await send(exchange, error.status, "text/plain; charset=utf-8", body);
}

Admin::Answer Admin::answer(const RequestHead& head) const {
    if (hosts_ == Hosts::local && !is_local_name(head.authority)) {
        return {.status = 421, .body = "This listener answers to addresses and localhost only.\n"};
    }
    if (head.method != Method::get && head.method != Method::head) {
        return {.status = 405, .body = "Only GET is answered here.\n"};
    }
    if (head.path == "/metrics") {
        return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = sources_.metrics()};
    }
    if (head.path == "/healthz") return {.body = "ok\n"};
    if (head.path == "/readyz") {
        if (sources_.ready()) return {.body = "ready\n"};
        return {.status = 503, .body = "not ready\n"};
    }
    return {.status = 404, .body = "Here are /metrics, /healthz and /readyz.\n"};
}

}  // namespace turnpike::admin
