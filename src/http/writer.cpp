// What is sent: numbers, field lines and chunk heads as text.
#include <charconv>

#include "http/http.hpp"

namespace turnpike::http {

void Writer::add_number(std::uint64_t number) {
    constexpr int longest = 20;
    next_ = std::to_chars(next_, next_ + longest, number).ptr;
}

std::string_view write_chunk_head(std::uint64_t size, char* room) {
    char* end = std::to_chars(room, room + chunk_head_room - 2, size, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    return {room, static_cast<std::size_t>(end - room)};
}

}  // namespace turnpike::http
