// What the system says about this process.
#pragma once

#include <cstdint>

namespace turnpike::telemetry {

/// Zero where the system does not tell.
struct ProcessFigures {
    double cpu_seconds = 0;
    double start_time = 0;  ///< Seconds since 1970.
    std::uint64_t resident_bytes = 0;
    std::uint64_t virtual_bytes = 0;
    std::uint64_t open_descriptors = 0;
    std::uint64_t most_descriptors = 0;
    std::uint64_t threads = 0;
};

ProcessFigures read_process_figures();

}  // namespace turnpike::telemetry
