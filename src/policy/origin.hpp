// `origin` of a site's file. Private to policy.
#pragma once

#include <optional>

#include "policy/policy.hpp"

namespace turnpike::policy {

/// The key `origin`: a URL, or a mapping that says more. Nothing where it is missing or wrong.
std::optional<SiteOrigin> read_origin(config::Mapping& site, Diagnostics& out);

}  // namespace turnpike::policy
