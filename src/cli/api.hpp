// What the admin listener's API answers about, and does to, the running instance.
#pragma once

#include <string>

#include "cli/reloader.hpp"
#include "cli/service.hpp"

namespace turnpike::cli {

class Api {
public:
    /// Adds its endpoints to those of `service`; must outlive its loop's run.
    Api(Service& service, Reloader& reloader);
    Api(const Api&) = delete;

private:
    Task<admin::Answer> status(const admin::Call& call);
    Task<admin::Answer> reload(const admin::Call& call);

    Service& service_;
    Reloader& reloader_;
};

}  // namespace turnpike::cli
