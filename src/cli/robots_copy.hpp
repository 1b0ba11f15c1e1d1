// What is kept of a site's robots.txt: the last good copy of the origin's own, and what was served.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "compliance/compliance.hpp"

namespace turnpike::cli {

struct RobotsCopy {
    std::string origin;  ///< Whose it is; a copy from another origin is none.
    std::string text;    ///< Empty: it has no such file.
    std::chrono::system_clock::time_point fetched;
};

/// Where it is kept for a site.
std::string robots_copy_file(const std::string& state_folder, const std::string& site);
/// Nothing where there is none, or it cannot be read.
std::optional<RobotsCopy> read_robots_copy(const std::string& path);
/// False, with a word in `error`, where it cannot be kept.
bool write_robots_copy(const std::string& path, const RobotsCopy& copy, std::string& error);

/// The files that were served within a day, so that crawlers can be held to them after a restart.
std::string robots_history_file(const std::string& state_folder, const std::string& site);
compliance::History read_robots_history(const std::string& path);
bool write_robots_history(const std::string& path, const compliance::History& history,
                          std::string& error);

}  // namespace turnpike::cli
