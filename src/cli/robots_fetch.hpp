// Getting a site's own robots.txt from its origin, as a crawler would (RFC 9309 §2.3).
#pragma once

#include <optional>
#include <string>

#include "proxy/proxy.hpp"
#include "turnpike/policy.hpp"

namespace turnpike::cli {

/// One fetch. Follows redirects to other paths and names of the same site.
class RobotsFetch {
public:
    struct Result {
        /// The file, empty where the origin has none; nothing where nobody knows.
        std::optional<std::string> text;
        std::string why;  ///< There is none, or nobody knows: in a few words.
    };
    RobotsFetch(net::Loop& loop, const Site& site);
    RobotsFetch(const RobotsFetch&) = delete;
    Task<Result> run();
    /// Ends a run before its time.
    void cancel();

private:
    Result read(proxy::Probe::Answer answer) const;
    bool follow(std::string_view location);

    std::vector<HostPattern> names_;  // of the site
    proxy::Origin origin_;
    proxy::Probe::Order order_;
    std::optional<proxy::Probe> probe_;
    bool cancelled_ = false;
};

}  // namespace turnpike::cli
