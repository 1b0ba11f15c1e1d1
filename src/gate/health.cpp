// `listen[].health_path`: load balancers ask whether this instance lives.
#include "gate/gate.hpp"

namespace turnpike::gate {

bool Gate::is_health_check(const Exchange& exchange) const {
    const std::string& path = surroundings_.health_paths[exchange.listener];
    const bool reads = exchange.head.method == Method::get || exchange.head.method == Method::head;
    return reads && !path.empty() && exchange.head.path == path;
}

/// Neither logged nor counted: they ask every second.
Task<void> Gate::answer_health_check(Exchange& exchange) {
    static constexpr std::string_view text = "ok\n";
    static constexpr Field fields[] = {{.name = "Content-Type", .value = "text/plain"},
                                       {.name = "Cache-Control", .value = "no-store"}};
    ResponseHead head;
    head.status = 200;
    head.reason = "OK";
    head.fields = fields;
    head.framing = Framing::length;
    head.has_content_length = true;
    head.content_length = text.size();
    const BodyPart body{.pieces = {&text, 1}, .last = true};
    const Result<void> sent = co_await exchange.outlet.start(head, body);
    (void)sent;  // who has left needs no answer
}

}  // namespace turnpike::gate
