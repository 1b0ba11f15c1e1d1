// Any bytes as Accept: ranges that are tokens with a weight, and the end is reached.
#include <cstdlib>

#include "http/http.hpp"

using namespace turnpike;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    while (true) {
        const std::size_t before = rest.size();
        const auto range = http::take_media_range(rest);
        if (!range) break;
        if (rest.size() >= before || range->weight > 1000) std::abort();
        if (range->type.empty() || range->subtype.empty()) std::abort();
        if (range->type == "*" && range->subtype != "*") std::abort();
    }
    return rest.empty() ? 0 : (std::abort(), 0);
}
