// Bodies of any framing as parts: the arithmetic around ChunkDecoder that requests and responses
// share.
#include <algorithm>
#include <limits>

#include "http/http.hpp"

namespace turnpike::http {

BodyReader::BodyReader(Framing framing, std::uint64_t content_length, Side side)
    : framing_(framing),
      side_(side),
      finished_(framing == Framing::none || (framing == Framing::length && content_length == 0)),
      remaining_(content_length),
      chunks_(side) {}

Result<BodyReader::Taken> BodyReader::take(std::string_view bytes) {
    if (framing_ == Framing::chunked) return take_chunks(bytes);
    const std::size_t size = std::min<std::uint64_t>(bytes.size(), wanted());
    pieces_[0] = bytes.substr(0, size);
    if (framing_ == Framing::length) {
        remaining_ -= size;
        finished_ = remaining_ == 0;
    }
    Taken taken;
    taken.consumed = size;
    taken.part.pieces = {pieces_.data(), std::size_t{size > 0}};
    taken.part.last = finished_;
    return taken;
}

Result<BodyReader::Taken> BodyReader::take_chunks(std::string_view bytes) {
    Taken taken;
    std::size_t count = 0;
    while (count < pieces_.size() && !finished_) {
        const Result<ChunkDecoder::Step> step = chunks_.decode(bytes.substr(taken.consumed));
        if (!step) return step.error();
        if (step->consumed == 0 && !step->finished) break;
        taken.consumed += step->consumed;
        if (!step->data.empty()) pieces_[count++] = step->data;
        finished_ = step->finished;
    }
    taken.part.pieces = {pieces_.data(), count};
    taken.part.last = finished_;
    if (finished_) taken.part.trailers = chunks_.trailers();
    return taken;
}

Result<BodyPart> BodyReader::end_of_stream() {
    if (framing_ == Framing::until_close) finished_ = true;
    if (finished_) return BodyPart{.pieces = {}, .last = true};
    return Error{Fault::closed, side_,
                 static_cast<std::uint16_t>(side_ == Side::origin ? 502 : 400),
                 "the body ended early"};
}

std::uint64_t BodyReader::wanted() const {
    if (finished_) return 0;
    if (framing_ == Framing::length) return remaining_;
    return std::numeric_limits<std::uint64_t>::max();
}

}  // namespace turnpike::http
