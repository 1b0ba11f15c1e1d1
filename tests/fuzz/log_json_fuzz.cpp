// Lines of JSON logs: read in the same way twice, and never a request without a method and a path.
#include <cstdlib>

#include "logs/logs.hpp"

using namespace turnpike;

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    const auto require = [](bool holds) {
        if (!holds) std::abort();
    };
    const std::string_view line(data, size);
    logs::LineReader reader(logs::Format::json);
    Arena arena;
    logs::Entry first, second;
    const logs::Reading reading = reader.read(line, first, arena);
    require(reading == reader.read(line, second, arena));
    require(first.time == second.time && first.user_agent == second.user_agent);
    require(reading != logs::Reading::broken || !reader.why().empty());
    if (reading == logs::Reading::request) {
        require(!first.method.empty() && !first.target.empty());
    }
    return 0;
}
