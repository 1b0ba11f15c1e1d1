// Files that the build put into the binary: catalogue and presets. See turnpike_embed() in
// cmake/modules.cmake.
#pragma once

#include <string_view>

namespace turnpike {

struct EmbeddedFile {
    const char* name;  ///< Path from the project's root; null ends a list.
    const char* begin;
    const char* end;
    std::string_view text() const { return {begin, static_cast<std::size_t>(end - begin)}; }
};

}  // namespace turnpike
