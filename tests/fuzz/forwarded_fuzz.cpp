// Any bytes as Forwarded: what a client wrote before its proxy's element must not change how that
// element is read.
#include <cstdlib>
#include <string>

#include "http/http.hpp"

using namespace turnpike;

namespace {

bool same(const http::ForwardedElement& a, const http::ForwardedElement& b) {
    return a.client == b.client && a.proto == b.proto && a.host == b.host;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t line = std::min(input.find('\n'), input.size());
    const std::string_view written = input.substr(0, line);
    const std::string_view element = input.substr(std::min(line + 1, input.size()));

    std::string_view rest = input;
    for (std::size_t before = rest.size() + 1; !rest.empty() && rest.size() < before;) {
        before = rest.size();
        http::parse_forwarded(http::take_last_quotable(rest));
        if (rest.size() >= before) std::abort();
    }

    const auto alone = http::parse_forwarded(element);
    if (!alone || element.empty()) return 0;
    const std::string list = std::string(written) + "," + std::string(element);
    std::string_view whole = list;
    const auto last = http::parse_forwarded(http::take_last_quotable(whole));
    if (!last || !same(*last, *alone) || whole != written) std::abort();
    return 0;
}
