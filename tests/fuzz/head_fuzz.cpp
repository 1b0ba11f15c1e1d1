// Request heads: delivery in two parts changes nothing, and a head written anew reads the same.
#include <string>

#include "http/http.hpp"

using turnpike::http::RequestParser;

static void check(bool property) {
    if (!property) __builtin_trap();
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::size_t split = size == 0 ? 0 : data[size / 2] * size / 256;
    turnpike::Arena arena;
    RequestParser whole(arena, {}), parts(arena, {}), again(arena, {});
    const auto first = whole.parse(bytes);
    auto second = parts.parse(bytes.substr(0, split));
    if (second && !*second) second = parts.parse(bytes);
    check(first ? second && *first == *second
                : !second && first.error().what == second.error().what);
    if (!first || !*first) return 0;
    const turnpike::RequestHead& head = whole.head();
    std::string text = std::string(head.method_name) + " " + std::string(head.target);
    text += head.minor_version == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n";
    for (const turnpike::Field& field : head.fields) {
        text.append(field.name).append(": ").append(field.value).append("\r\n");
    }
    const auto third = again.parse(text += "\r\n");
    check(third && *third && **third == text.size());
    check(again.head().path == head.path && again.head().query == head.query);
    check(again.head().framing == head.framing &&
          again.head().content_length == head.content_length);
    return 0;
}
