// The user agent in a line of a list, of an access log in combined format, or of a JSON log.
#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace turnpike::cli {

/// Nothing where the line is of a log and its user agent cannot be read.
std::optional<std::string> user_agent_of(std::string_view line);

/// A file to read, or standard input for an empty name and `-`. Null, with a word on standard
/// error, where it cannot be read.
std::shared_ptr<std::istream> open_input(const std::string& file);

/// Text that comes from outside, as one line that is safe on a terminal.
std::string printable(std::string_view text);

}  // namespace turnpike::cli
