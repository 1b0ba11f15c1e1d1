// What a log says of a request in one text: `GET /page?a=b HTTP/1.1`.
#pragma once

#include <string_view>

#include "logs/logs.hpp"

namespace turnpike::logs {

/// Sets method, target and, where the target names one, host. What scanners send instead of a
/// request is none.
Reading read_request_line(std::string_view text, Entry& entry);

/// The same for the target alone; false where it is none.
bool read_target(std::string_view target, Entry& entry);

bool is_method(std::string_view text);

}  // namespace turnpike::logs
