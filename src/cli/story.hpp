// What became of one request, told to whoever has to answer for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace turnpike::cli {

/// From a line of the JSON log, or what the API says of a decision; nothing where it is neither.
std::optional<std::string> tell_story(std::string_view record);

}  // namespace turnpike::cli
