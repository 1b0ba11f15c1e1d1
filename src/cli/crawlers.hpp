// What `turnpike crawlers` is made of.
#pragma once

#include <string>

#include "identity/identity.hpp"

namespace turnpike::cli {

/// The bots of a list or log that `catalogue` does not know, as a file to paste.
int unknown_crawlers(const identity::Catalogue& catalogue, const std::string& file, bool json);

/// What has changed between the catalogue in `directory` and `now`.
int catalogue_changes(const identity::Catalogue& now, const std::string& directory, bool json);

}  // namespace turnpike::cli
