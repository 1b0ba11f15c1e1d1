// Whole messages, requests and responses, against a second opinion. The input's first octet says
// which.
#include <cstdio>

#include "support/oracle.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using turnpike::test::Message;
    if (size == 0) return 0;
    const Message kind = data[0] == '<' ? Message::response : Message::request;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (const auto found = turnpike::test::disagreement(kind, bytes)) {
        std::fprintf(stderr, "%s\n", found->c_str());
        __builtin_trap();
    }
    return 0;
}
