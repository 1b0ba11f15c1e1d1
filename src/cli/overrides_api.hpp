// /api/v1/overrides: what is let in for a while, and sites that only observe for a while.
#pragma once

#include "cli/override_book.hpp"
#include "cli/service.hpp"

namespace turnpike::cli {

class OverridesApi {
public:
    /// Adds its endpoints to those of `service`; must outlive its loop's run.
    OverridesApi(Service& service, OverrideBook& book);
    OverridesApi(const OverridesApi&) = delete;

private:
    struct Wish;
    Task<admin::Answer> show(const admin::Call& call);
    Task<admin::Answer> add(const admin::Call& call);
    Task<admin::Answer> remove(const admin::Call& call);
    Task<std::string> take_from_decision(const std::string& id, gate::Override& into);
    std::string check(gate::Override& wanted) const;

    Service& service_;
    OverrideBook& book_;
};

}  // namespace turnpike::cli
