// A second opinion on HTTP/1.1: the same bytes read by our parsers and by Boost.Beast's, which is
// laxer and not ours. Where Beast rejects what we accept, or both accept and do not agree what it
// is that they accepted, one of the two is wrong, unless a table says why the difference is meant.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace turnpike::test {

enum class Message : std::uint8_t { request, response };

/// What a reader made of one message at the beginning of some bytes.
struct Reading {
    enum class Verdict : std::uint8_t { accepted, incomplete, rejected };
    using Lines = std::vector<std::pair<std::string, std::string>>;

    Verdict verdict = Verdict::incomplete;
    std::string error;
    std::string method, target;  ///< Of a request.
    unsigned status = 0;         ///< Of a response, as `reason`.
    std::string reason;
    unsigned minor_version = 1;
    Lines fields;
    std::string framing = "none";  ///< Also where the length is 0.
    std::uint64_t length = 0;      ///< With the framing `length`.
    std::string body;              ///< Decoded. A response that ends with the connection ends here.
    std::string rest;              ///< Behind the message.
};

Reading read_by_turnpike(Message kind, std::string_view bytes);
Reading read_by_beast(Message kind, std::string_view bytes);

/// A difference that is meant. `rewrite` makes of a message what both are to read alike; nothing
/// where it is not concerned.
struct IntendedDifference {
    std::string_view what;
    std::optional<std::string> (*rewrite)(Message kind, std::string_view bytes);
};
std::span<const IntendedDifference> intended_differences();

/// In words, where the two do not agree and no intended difference makes them; nothing where they
/// do agree, or where we are the stricter.
std::optional<std::string> disagreement(Message kind, std::string_view bytes);

}  // namespace turnpike::test
