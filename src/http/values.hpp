// The grammar of those field values that steer Turnpike. Inner header of this module.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/field_section.hpp"

namespace turnpike::http {

/// 1*DIGIT, at most 18 of them, so that no sum of two overflows.
std::optional<std::uint64_t> parse_length(std::string_view text);

/// Nothing where the value is exactly `chunked`; else what to say of it, RFC 9112 §6.1, §6.3.
std::optional<Flaw> flaw_in_coding(std::string_view value);

}  // namespace turnpike::http
