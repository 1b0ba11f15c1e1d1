// The lines of a file and what each says, without regard to the others.
#pragma once

#include <string_view>
#include <vector>

#include "robots/robots.hpp"

namespace turnpike::robots {

/// Where to cut a file that is too long: behind its last complete line.
std::string_view within_limit(std::string_view text);

/// Each line, without its end; a byte order mark is none of the first.
std::vector<std::string_view> split_lines(std::string_view text);
std::string_view trimmed(std::string_view text);

/// All lines that say something, in their order. Views into `text`.
std::vector<Record> read_lines(std::string_view text);

bool equals_ignoring_case(std::string_view a, std::string_view b);
/// An order in which case does not matter.
bool less_ignoring_case(std::string_view a, std::string_view b);

}  // namespace turnpike::robots
