// Asking every thread, since nobody knows which one served the request.
#include "cli/decisions_api.hpp"

namespace turnpike::cli {

DecisionsApi::DecisionsApi(Service& service) : service_(service) {
    service_.add_endpoint({.method = "GET",
                           .path = "/api/v1/decisions/*",
                           .answer = [this](const admin::Call& call) { return decision(call); }});
}

Task<admin::Answer> DecisionsApi::decision(const admin::Call& call) {
    std::string id(call.argument);
    const auto found = co_await service_.find_decision(std::move(id), Service::Detail::as_logged);
    if (!found) co_return admin::failure(404, "no request with this id is remembered");
    co_return admin::Answer{.body = *found};
}

}  // namespace turnpike::cli
