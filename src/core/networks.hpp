// Networks that go by a name in configurations, and the network that stands for one client. Lists
// of operators' networks are no constants and stand in rules/ranges.
#pragma once

#include <span>
#include <string_view>

#include "turnpike/address.hpp"

namespace turnpike {

/// The prefixes of `loopback`, or of `private`: what is routed inside only, never on the Internet.
/// Empty for any other name.
std::span<const std::string_view> named_networks(std::string_view name);

/// An address as a key: IPv4 whole, IPv6 by its /64, of which every home has one. A view into it.
std::string_view network_key(const Address& address);

}  // namespace turnpike
