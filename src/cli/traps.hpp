// The paths that traps have where nobody chose one.
#pragma once

#include <string>

namespace turnpike::cli {

/// The same for the same site and secret. Looks like a page among others, and nobody can tell it
/// who does not know the secret.
std::string trap_for(const std::string& secret, const std::string& site);

}  // namespace turnpike::cli
