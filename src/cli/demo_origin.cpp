// The website of `turnpike demo`.
#include "cli/demo_origin.hpp"

namespace turnpike::cli {
namespace {

constexpr std::string_view page =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>A website</title>"
    "<h1>A website</h1><p>This page comes from the demo's own origin, behind "
    "Turnpike.</p></html>\n";
constexpr std::string_view robots = "User-agent: *\nDisallow: /private/\n";

Task<void> answer(Exchange& exchange, std::uint16_t status, std::string_view body) {
    const bool is_page = body == page;
    const std::span<Field> fields = exchange.arena.array<Field>(1);
    fields[0] = {.name = "Content-Type",
                 .value = is_page ? "text/html; charset=utf-8" : "text/plain"};
    ResponseHead head;
    head.status = status;
    head.fields = fields;
    head.framing = Framing::length;
    head.content_length = body.size();
    head.has_content_length = true;
    const BodyPart part{.pieces = {&body, 1}, .last = true};
    const Result<void> sent = co_await exchange.outlet.start(head, part);
    (void)sent;  // the demo's client has gone
}

}  // namespace

Task<void> DemoOrigin::serve(Exchange& exchange) {
    co_await answer(exchange, 200, exchange.head.path == "/robots.txt" ? robots : page);
}

Task<void> DemoOrigin::fail(Exchange& exchange, Error error) {
    if (error.status != 0) co_await answer(exchange, error.status, "bad request\n");
}

}  // namespace turnpike::cli
