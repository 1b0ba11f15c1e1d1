// The suites that this program answers: each turns one question into one answer.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

namespace turnpike::conformance {

/// Throws where the question is not one of this suite's.
using Answerer = std::function<boost::json::object(const boost::json::object& question)>;
using Options = std::span<const std::string_view>;

/// {"robots", "agent", "url"} → {"allowed"}, and beside it the line that decided. `--google`: by
/// Google's reading. `--strict`: by RFC 9309 alone. Without either, by RFC 9309 too, but where
/// Google's parser mends a mistake in the file, the mended line counts: published suites take it
/// that crawlers do so. Nothing where an option is unknown.
std::optional<Answerer> robots(Options options);

}  // namespace turnpike::conformance
