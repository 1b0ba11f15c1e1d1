// The double mapping behind a LineRing.
#include "telemetry/line_ring.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>

namespace turnpike::telemetry {
namespace {

/// `size` bytes of shared memory twice in a row; null where that fails. Pages cost memory only once
/// they were written to.
char* map_twice(std::size_t size) {
    const int file = memfd_create("turnpike-log-ring", MFD_CLOEXEC);
    if (file < 0) return nullptr;
    void* memory = MAP_FAILED;
    if (ftruncate(file, static_cast<off_t>(size)) == 0) {
        memory = mmap(nullptr, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    const auto map_at = [&](std::size_t offset) {
        return mmap(static_cast<char*>(memory) + offset, size, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_FIXED, file, 0) != MAP_FAILED;
    };
    if (memory != MAP_FAILED && !(map_at(0) && map_at(size))) {
        munmap(memory, 2 * size);
        memory = MAP_FAILED;
    }
    close(file);
    return memory == MAP_FAILED ? nullptr : static_cast<char*>(memory);
}

}  // namespace

std::unique_ptr<LineRing> LineRing::make(std::size_t size) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    size = std::bit_ceil(std::max(size, page));
    char* memory = map_twice(size);
    if (memory == nullptr) return nullptr;
    return std::unique_ptr<LineRing>(new LineRing(memory, size));
}

LineRing::~LineRing() {
    munmap(memory_, 2 * size_);
}

}  // namespace turnpike::telemetry
