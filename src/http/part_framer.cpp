// Framing of outgoing bodies, the same toward clients and origins.
#include <cassert>

#include "http/http.hpp"

namespace turnpike::http {

std::span<const std::string_view> PartFramer::frame(std::string_view head, const BodyPart& part,
                                                    bool chunked) {
    assert(part.pieces.size() + 6 <= max_pieces);  // with all that may stand around them
    std::size_t count = 0;
    if (!head.empty()) pieces_[count++] = head;
    const std::uint64_t size = part.size();
    if (size > 0) {
        if (chunked) pieces_[count++] = write_chunk_head(size, chunk_head_.data());
        for (const std::string_view piece : part.pieces) pieces_[count++] = piece;
        if (chunked) pieces_[count++] = chunk_end;
    }
    if (part.last && chunked) {
        pieces_[count++] = part.trailers.empty() ? last_chunk : "0\r\n";
        if (!part.trailers.empty()) {
            pieces_[count++] = part.trailers;
            pieces_[count++] = chunk_end;
        }
    }
    return {pieces_.data(), count};
}

}  // namespace turnpike::http
