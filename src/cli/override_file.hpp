// Overrides as JSON: on disk, where they outlive a restart, and in the API.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gate/gate.hpp"

namespace turnpike::cli {

/// What is kept of overrides: those that hold, and how many there have ever been.
struct OverrideList {
    std::vector<gate::Override> list;
    std::uint32_t last_number = 0;

    /// Leaves out what has expired; whether there was any.
    bool expire(gate::Override::Time now);
};

/// `{"version":1,"last_number":…,"overrides":[…]}`, indented for people.
std::string to_json(const OverrideList& overrides);
/// One of them.
std::string to_json(const gate::Override& each);
/// Nothing where the text is none of ours.
std::optional<OverrideList> parse_overrides(std::string_view text);

/// Where a state folder keeps them.
std::string override_file(const std::string& state_folder);
/// Empty where there is no such file. Nothing, with a word in `error`, where it cannot be read or
/// understood.
std::optional<OverrideList> read_overrides(const std::string& path, std::string& error);
/// All or nothing, and on disk before it returns. False, with a word in `error`, where that fails.
bool write_overrides(const std::string& path, const OverrideList& overrides, std::string& error);

/// `GPTBot from 203.0.113.7 on the site 'example'`, `everybody`.
std::string describe(const gate::Override& each);
/// `2026-11-26T19:50:00Z`
std::string time_text(gate::Override::Time time);

}  // namespace turnpike::cli
