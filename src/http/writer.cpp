// What is sent: numbers, field lines and chunk heads as text.
#include <charconv>

#include "http/http.hpp"

namespace turnpike::http {

std::string_view write_chunk_head(std::uint64_t size, char* room) {
    char* end = std::to_chars(room, room + chunk_head_room - 2, size, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    return {room, static_cast<std::size_t>(end - room)};
}

std::span<const Field> joined(std::span<const Field> first, std::span<const Field> second,
                              Arena& arena) {
    const std::span<Field> all = arena.array<Field>(first.size() + second.size());
    std::copy(second.begin(), second.end(), std::copy(first.begin(), first.end(), all.begin()));
    return all;
}

}  // namespace turnpike::http
