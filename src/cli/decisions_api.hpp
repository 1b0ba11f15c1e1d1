// GET /api/v1/decisions/ID: what the loop threads remember of a request.
#pragma once

#include "cli/service.hpp"

namespace turnpike::cli {

class DecisionsApi {
public:
    /// Adds its endpoint to those of `service`; must outlive its loop's run.
    explicit DecisionsApi(Service& service);
    DecisionsApi(const DecisionsApi&) = delete;

private:
    Task<admin::Answer> decision(const admin::Call& call);

    Service& service_;
};

}  // namespace turnpike::cli
