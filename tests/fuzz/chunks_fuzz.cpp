// Chunked bodies: any split yields the same data, end and trailers, and those are valid again.
#include <algorithm>
#include <string>

#include "http/http.hpp"

struct Outcome {
    std::string data, trailers;
    bool finished = false, failed = false;
    bool operator==(const Outcome&) const = default;
};

static Outcome decode(std::string_view bytes, std::size_t step) {
    turnpike::http::ChunkDecoder decoder(turnpike::Side::client);
    Outcome outcome;
    for (std::size_t at = 0, end = 0; !outcome.finished;) {
        const auto result = decoder.decode(bytes.substr(at, end - at));
        if (!result) return outcome.failed = true, outcome;
        outcome.data += result->data;
        at += result->consumed;
        outcome.finished = result->finished;
        if (result->consumed == 0 && end == bytes.size()) break;
        if (result->consumed == 0) end = std::min(bytes.size(), end + step);
    }
    return outcome.trailers = decoder.trailers(), outcome;
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const Outcome whole = decode(bytes, size);
    if (decode(bytes, 1) != whole || decode(bytes, 1 + size / 3) != whole) __builtin_trap();
    const Outcome again = decode("0\r\n" + whole.trailers + "\r\n", 5);
    if (!again.finished || again.trailers != whole.trailers) __builtin_trap();
    return 0;
}
