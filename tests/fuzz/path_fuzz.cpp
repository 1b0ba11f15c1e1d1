// Any bytes as a path: refused, or readings that begin with a slash, hold no dot segment and, once
// free of escapes, read as themselves.
#include <cstdlib>
#include <string>

#include "core/path.hpp"

using namespace turnpike;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string path = "/" + std::string(reinterpret_cast<const char*>(data), size);
    Arena arena;
    const auto readings = normalise_path(path, arena);
    if (!readings) return readings.error().status == 400 ? 0 : (std::abort(), 0);
    if (readings->empty()) std::abort();
    for (const std::string_view reading : *readings) {
        const std::string closed = std::string(reading) + "/";
        if (!reading.starts_with('/') || reading.find("//") != reading.npos) std::abort();
        if (closed.find("/./") != closed.npos || closed.find("/../") != closed.npos) std::abort();
        if (reading.find_first_of("%;\\") != reading.npos) continue;
        const auto again = normalise_path(reading, arena);
        if (!again || again->size() != 1 || again->front() != reading) std::abort();
    }
    return 0;
}
