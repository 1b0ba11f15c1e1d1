// Paths as policies see them: one reading, or more where servers behind us may disagree. Only ever
// a copy; the origin gets the path as the client sent it.
#pragma once

#include <span>
#include <string_view>

#include "core/arena.hpp"
#include "turnpike/error.hpp"

namespace turnpike {

/// The readings of a path that stands as it came: percent-decoded once, `//` collapsed, dot
/// segments removed (RFC 3986 §5.2.4), case kept. In the first, `%2F` stays as it is, `\` and `;`
/// are data. Others are there where they differ, at most twelve in all: servers behind us may or
/// may not take `%2F` for a slash, likewise `\`, and may drop `;params` of a segment or all that
/// follows the first `;`. A `%` without two hex digits stands for itself. Readings start with `/`
/// and hold no dot segment; `*` reads as itself. 400 for `%00` and other control characters.
Result<std::span<const std::string_view>> normalise_path(std::string_view path, Arena& arena);

}  // namespace turnpike
