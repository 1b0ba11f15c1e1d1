// From files and options to what a service runs on.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "config/config.hpp"
#include "gate/gate.hpp"

namespace turnpike::cli {

struct Configuration {
    config::Settings settings;  ///< Without `state_dir` where that cannot be written: memory only.
    std::string admin_token;    ///< What stands in the token file; empty where there is none.
    std::unique_ptr<gate::Snapshot> snapshot;
};

/// turnpike.yaml alone, with what the options say in its place.
std::optional<config::Settings> load_settings(const ServeOptions& options, Diagnostics& out);

/// Nothing where something is wrong: `out` says what. Warnings may be there either way.
std::optional<Configuration> load_configuration(const ServeOptions& options, Diagnostics& out);
/// The same; `files` are told of every file that was looked at.
std::optional<Configuration> load_configuration(const ServeOptions& options, Files& files,
                                                Diagnostics& out);

}  // namespace turnpike::cli
