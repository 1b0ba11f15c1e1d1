// Text that comes from outside, on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace turnpike {

/// As one line that is safe there: all but printable ASCII as \xHH.
std::string printable(std::string_view text);

}  // namespace turnpike
