// Undoing what servers do to what clients send before they write it down.
#pragma once

#include <optional>
#include <string_view>

#include "core/arena.hpp"

namespace turnpike::logs {

/// `\"`, `\\`, `\x1b`, `\n` … of the combined format. A backslash before anything else stands for
/// itself.
std::string_view undo_combined(std::string_view text, Arena& arena);

/// The inside of a JSON string; nothing where an escape is none.
std::optional<std::string_view> undo_json(std::string_view text, Arena& arena);

}  // namespace turnpike::logs
