// Weighing our three formats by a request's Accept.
#include "gate/format.hpp"

#include <algorithm>
#include <cstring>

#include "http/http.hpp"

namespace turnpike::gate {
namespace {

/// How closely a range names a format.
enum class Fit : std::uint8_t { none, any, family, exact };

Fit fit_of(const http::MediaRange& range, Format format) {
    if (range.type == "*") return Fit::any;
    const bool application = format == Format::problem;
    if (!http::equals_ignoring_case(range.type, application ? "application" : "text")) {
        return Fit::none;
    }
    if (range.subtype == "*") return Fit::family;
    bool exact = false;
    if (application) {
        // Whoever reads some kind of JSON can read ours.
        constexpr std::size_t suffix = 5;
        exact = http::equals_ignoring_case(range.subtype, "json") ||
                (range.subtype.size() > suffix &&
                 http::equals_ignoring_case(range.subtype.substr(range.subtype.size() - suffix),
                                            "+json"));
    } else {
        exact =
            http::equals_ignoring_case(range.subtype, format == Format::html ? "html" : "plain");
    }
    return exact ? Fit::exact : Fit::none;
}

/// What the closest range says of a format.
struct Rating {
    Fit fit = Fit::none;
    std::uint16_t weight = 0;
    std::uint16_t position = 0;  // of that range in the field

    bool beats(const Rating& other) const {
        if (weight != other.weight) return weight > other.weight;
        if (fit != other.fit) return fit > other.fit;
        // Of two named exactly, the first: the order means nothing, but people put it there.
        return fit == Fit::exact && position < other.position;
    }
};

}  // namespace

std::string_view content_type(Format format) {
    switch (format) {
        case Format::html:
            return "text/html; charset=utf-8";
        case Format::problem:
            return "application/problem+json";
        case Format::text:
            break;
    }
    return "text/plain; charset=utf-8";
}

Format wanted_format(const RequestHead& head) {
    if (head.path == "/robots.txt") return Format::text;
    std::array<Rating, format_count> ratings;
    std::uint16_t position = 0;
    for (const Field& field : head.fields) {
        if (field.id != FieldId::accept) continue;
        for (std::string_view rest = field.value; const auto range = http::take_media_range(rest);
             ++position) {
            for (std::size_t i = 0; i < format_count; ++i) {
                const Rating rating{fit_of(*range, static_cast<Format>(i)), range->weight,
                                    position};
                const bool closer =
                    rating.fit > ratings[i].fit ||
                    (rating.fit == ratings[i].fit && rating.weight > ratings[i].weight);
                if (rating.fit != Fit::none && closer) ratings[i] = rating;
            }
        }
    }
    // The order of Format is ours, for those who do not care.
    Format best = Format::text;
    for (const Format format : {Format::html, Format::problem}) {
        const Rating& rating = ratings[static_cast<std::size_t>(format)];
        if (rating.weight > 0 && rating.beats(ratings[static_cast<std::size_t>(best)]))
            best = format;
    }
    return best;
}

Format FormatMemory::wanted(const RequestHead& head) {
    if (!head.fields.has(FieldId::accept) || head.path == "/robots.txt") return Format::text;
    const Field* only = nullptr;
    for (const Field& field : head.fields) {
        if (field.id != FieldId::accept) continue;
        if (only != nullptr) return wanted_format(head);
        only = &field;
    }
    const std::string_view accept = only->value;
    if (accept.empty() || accept.size() > longest) return wanted_format(head);
    Slot& slot = slots_[(accept.size() ^ static_cast<unsigned char>(accept[accept.size() / 2])) %
                        slots_.size()];
    if (std::string_view(slot.accept.data(), slot.size) != accept) {
        slot.format = wanted_format(head);
        slot.size = static_cast<std::uint8_t>(accept.size());
        std::memcpy(slot.accept.data(), accept.data(), accept.size());
    }
    return slot.format;
}

}  // namespace turnpike::gate
