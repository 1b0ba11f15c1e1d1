// What systemd is told of the service (sd_notify(3), the protocol): one datagram each.
#pragma once

#include <string_view>

namespace turnpike::cli {

/// `READY=1`, `STOPPING=1` …; nothing happens where nobody asked to be told.
void notify_systemd(std::string_view state);

}  // namespace turnpike::cli
