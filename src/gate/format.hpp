// In which format a client wants to be told, RFC 9110 §12.5.1.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "turnpike/request.hpp"

namespace turnpike::gate {

enum class Format : std::uint8_t { text, html, problem };
inline constexpr std::size_t format_count = 3;
std::string_view content_type(Format format);

/// What Accept likes best; where it has no favourite, or none of ours, text. For /robots.txt
/// always text: what reads it is no browser.
Format wanted_format(const RequestHead& head);

/// The same, from memory where it can: clients of a kind send the same line again and again.
class FormatMemory {
public:
    Format wanted(const RequestHead& head);

private:
    static constexpr std::size_t longest = 190;
    struct Slot {
        std::uint8_t size = 0;
        Format format = Format::text;
        std::array<char, longest> accept;
    };
    std::array<Slot, 64> slots_{};
};

}  // namespace turnpike::gate
