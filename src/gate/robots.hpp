// robots.txt as a site's policy would have it, and the file as clients get it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "compliance/compliance.hpp"
#include "gate/refusal.hpp"
#include "identity/identity.hpp"
#include "robots/robots.hpp"
#include "turnpike/policy.hpp"

namespace turnpike::gate {

/// What the policy has to say in the site's robots.txt. It is asked about the front page by each
/// crawler of the catalogue that has a robots token, as `decide` is for a request, so that the file
/// says what is enforced.
robots::Wishes wishes_of(const Site& site, const identity::Catalogue& catalogue);

/// The robots.txt of one site as it is served. Never changes, safe from any thread.
class RobotsFile {
public:
    /// `is_final`: as far as we know, this is the file. Else who asks first may wait for it.
    RobotsFile(std::string text, compliance::History served, bool is_final);

    const std::string& text() const { return text_; }
    /// This one and those that were served before.
    const compliance::History& served() const { return served_; }
    bool is_final() const { return is_final_; }
    /// 200, or 304 to who has it already. Good as long as the file and the exchange.
    OwnResponse answer(const Exchange& exchange, std::string_view id) const;

private:
    std::string text_;
    compliance::History served_;
    std::string tag_;  // ETag, with its quotes
    bool is_final_;
};

/// By name of the site; those that serve no file of ours are not among them.
using RobotsFiles = std::map<std::string, std::shared_ptr<const RobotsFile>, std::less<>>;

}  // namespace turnpike::gate
