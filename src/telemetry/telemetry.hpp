// What the product says about itself: access log, metrics, operational log. Loop threads only write
// to memory of their own; one writer thread owns every log descriptor.
#pragma once

#include <string_view>

#include "telemetry/access_log.hpp"
#include "telemetry/escape.hpp"
#include "telemetry/metrics.hpp"

namespace turnpike::telemetry {

/// Operational log: one line an event, to stderr. For start-up, reload, and what an operator must
/// act on; never one line a request. Control characters in the message are escaped as \xHH.
void log_info(std::string_view message);
void log_warning(std::string_view message);
void log_error(std::string_view message);

}  // namespace turnpike::telemetry
