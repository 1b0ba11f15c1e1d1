// What is wrong with a configuration, for programs. The shape is a contract: docs/admin-api.md.
#pragma once

#include <string>

#include "turnpike/diagnostic.hpp"

namespace turnpike::cli {

/// A JSON array of `{severity, file, line, column, message, hint}`, as they were found.
std::string to_json(const Diagnostics& diagnostics);

}  // namespace turnpike::cli
