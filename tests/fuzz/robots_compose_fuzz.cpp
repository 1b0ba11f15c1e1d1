// Any bytes as the robots.txt of an origin: what is served keeps every promise, and is composed the
// same again.
#include <cstdlib>

#include "support/composed.hpp"

using namespace turnpike;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view origin(reinterpret_cast<const char*>(data), size);
    const robots::Wishes wishes{.denied = {{"some", {"GPTBot", "360Spider", "Foo Bot"}}},
                                .trap = "/a/b-1",
                                .content_signal = "search=yes, ai-train=no",
                                .content_usage = "train-ai=n"};
    if (!test::broken_promise(wishes, origin).empty()) std::abort();
    if (!test::broken_promise({}, origin).empty()) std::abort();
    return 0;
}
