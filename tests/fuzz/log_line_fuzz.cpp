// Lines of combined and common logs: whatever they hold, what comes of one lies within the line or
// the arena, and a line is read in the same way twice.
#include <cstdlib>

#include "logs/logs.hpp"

using namespace turnpike;

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    const auto require = [](bool holds) {
        if (!holds) std::abort();
    };
    const std::string_view line(data, size);
    for (const logs::Format format : {logs::Format::combined, logs::Format::common}) {
        logs::LineReader reader(format);
        Arena arena;
        logs::Entry first, second;
        const logs::Reading reading = reader.read(line, first, arena);
        require(reading == reader.read(line, second, arena));
        require(first.time == second.time && first.user_agent == second.user_agent);
        if (reading == logs::Reading::broken) {
            require(!reader.why().empty());
        } else if (reading == logs::Reading::request) {
            require(!first.method.empty() && !first.target.empty() && !first.client.empty());
            require(first.user_agent.size() + first.referer.size() + first.target.size() <= size);
        }
    }
    return 0;
}
