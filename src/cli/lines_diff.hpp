// How one text differs from another, line by line.
#pragma once

#include <string>
#include <string_view>

namespace turnpike::cli {

/// Every line of either: `-` before those of `before` only, `+` before those of `after` only, a
/// space before those of both. Empty where the two are the same.
std::string diff_of_lines(std::string_view before, std::string_view after);

}  // namespace turnpike::cli
