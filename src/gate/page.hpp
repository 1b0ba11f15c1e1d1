// The HTML of a refusal: which site has which page, and what a page may say.
#pragma once

#include <map>
#include <string>

#include "gate/message.hpp"
#include "pages/pages.hpp"
#include "turnpike/policy.hpp"

namespace turnpike::gate {

/// The pages of one configuration. What they may say is in docs/configuration.md.
class Pages {
public:
    /// The installed page for all, config/refusal.html.
    Pages();
    /// Sites whose page has a mistake get the installed one; `out` says what is wrong.
    Pages(const Sites& sites, Diagnostics& out);
    bool has_own(const Site* site) const { return own_.contains(site); }
    std::string render(const Site* site, const Message& message) const;

private:
    pages::Template installed_;
    std::map<const Site*, pages::Template> own_;
};

}  // namespace turnpike::gate
