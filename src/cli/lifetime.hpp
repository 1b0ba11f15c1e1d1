// From ready to stopped: what the operator's signals do, and what systemd is told.
#pragma once

#include "cli/service.hpp"

namespace turnpike::cli {

/// Runs the main loop of a started service until SIGTERM or SIGINT and the drain that follows. A
/// second signal, or the drain timeout, ends the program at once. SIGHUP calls `reload`, which may
/// be empty.
void run(net::Loop& loop, Service& service, std::function<void()> reload);

}  // namespace turnpike::cli
