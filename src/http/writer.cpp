// What is sent: numbers, field lines and chunk heads as text.
#include <charconv>
#include <cstring>

#include "http/http.hpp"

namespace turnpike::http {

void Writer::add(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(next_, text.data(), text.size());
    next_ += text.size();
}

void Writer::add_number(std::uint64_t number) {
    constexpr int longest = 20;
    next_ = std::to_chars(next_, next_ + longest, number).ptr;
}

void Writer::add_field(std::string_view name, std::string_view value) {
    add(name);
    add(": ");
    add(value);
    add("\r\n");
}

std::string_view write_chunk_head(std::uint64_t size, char* room) {
    char* end = std::to_chars(room, room + chunk_head_room - 2, size, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    return {room, static_cast<std::size_t>(end - room)};
}

}  // namespace turnpike::http
