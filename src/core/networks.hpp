// Networks that go by a name in configurations. Lists of operators' networks are no constants and
// stand in rules/ranges.
#pragma once

#include <span>
#include <string_view>

namespace turnpike {

/// The prefixes of `loopback`, or of `private`: what is routed inside only, never on the Internet.
/// Empty for any other name.
std::span<const std::string_view> named_networks(std::string_view name);

}  // namespace turnpike
