// Reading and matching patterns, and telling names from URLs.
#include "identity/pattern.hpp"

#include <algorithm>

#include "identity/texts.hpp"
#include "identity/words.hpp"

namespace turnpike::identity {
namespace {

constexpr std::string_view version_mark = "{version}";
/// However long a user agent is, a look around a name goes no further.
constexpr std::size_t longest_look = 256;

bool part_stands(std::string_view rest, std::string_view part, bool exact) {
    if (exact) return rest.starts_with(part);
    if (rest.size() < part.size()) return false;
    for (std::size_t i = 0; i < part.size(); ++i) {
        if (lower(rest[i]) != lower(part[i])) return false;
    }
    return true;
}

/// The first error in a head, or empty.
std::string_view fault_of(std::string_view head) {
    if (head.size() < Texts::shortest) {
        return "is too short; write a pattern with what follows it";
    }
    if (!is_word(head.front())) return "must begin with a letter or a digit";
    // The matcher passes over plain numbers, of which versions are made.
    std::size_t digits = 0;
    while (digits < head.size() && is_digit(head[digits])) ++digits;
    if (digits != 0 && (digits == head.size() || !is_word(head[digits]))) {
        return "begins with a plain number, as versions do";
    }
    return {};
}

}  // namespace

std::optional<Pattern> Pattern::of_token(std::string_view token, std::string& error) {
    if (const auto fault = fault_of(token); !fault.empty()) {
        error = fault;
        return std::nullopt;
    }
    Pattern result;
    result.text_ = token;
    result.parts_.emplace_back(token);
    result.names_host_ = token.find('.') != std::string_view::npos;
    return result;
}

std::optional<Pattern> Pattern::of_pattern(std::string_view text, std::string& error) {
    Pattern result;
    result.text_ = text;
    if (text.starts_with('^')) {
        result.from_start_ = true;
        text.remove_prefix(1);
    }
    if (text.ends_with('$')) {
        result.to_end_ = true;
        text.remove_suffix(1);
    }
    for (;;) {
        const std::size_t mark = text.find(version_mark);
        const std::string_view part = text.substr(0, mark);
        result.parts_.emplace_back(part);
        result.names_host_ |= part.find('.') != std::string_view::npos;
        if (mark == std::string_view::npos) break;
        if (part.empty() || is_word(part.back())) {
            error = "must have a sign such as '/' or a space before {version}";
            return std::nullopt;
        }
        text.remove_prefix(mark + version_mark.size());
    }
    if (const auto fault = fault_of(result.head()); !fault.empty()) {
        error = fault;
        return std::nullopt;
    }
    return result;
}

std::size_t Pattern::match(std::string_view agent, std::size_t begin) const {
    if (from_start_ && begin != 0) return 0;
    std::size_t at = begin;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        if (i != 0) {
            const std::size_t version = version_length(agent.substr(at));
            if (version == 0) return 0;
            at += version;
        }
        if (!part_stands(agent.substr(at), parts_[i], exact_)) return 0;
        at += parts_[i].size();
    }
    if (at < agent.size() && is_word(agent[at - 1]) && is_word(agent[at])) return 0;
    if (to_end_ && at != agent.size()) return 0;
    if (!names_host_ && in_contact(agent, begin)) return 0;
    if (in_device(agent, begin)) return 0;
    return at - begin;
}

bool in_contact(std::string_view agent, std::size_t at) {
    const std::size_t floor = at < longest_look ? 0 : at - longest_look;
    const std::size_t ceiling = std::min(agent.size(), at + longest_look);
    std::size_t begin = at;
    std::size_t end = at;
    while (begin > floor && !is_limit(agent[begin - 1])) --begin;
    while (end < ceiling && !is_limit(agent[end])) ++end;
    const std::string_view piece = agent.substr(begin, end - begin);
    const std::string_view ahead = piece.substr(0, at - begin);
    if (piece.find('@') != std::string_view::npos) return true;
    if (ahead.find("://") != std::string_view::npos || starts_with_lower(ahead, "www."))
        return true;
    // A host and a path without a scheme: letters behind the last dot before the first slash.
    const std::size_t slash = ahead.find('/');
    const std::size_t dot = ahead.substr(0, slash).rfind('.');
    if (slash == std::string_view::npos || dot == std::string_view::npos) return false;
    const std::string_view domain = ahead.substr(dot + 1, slash - dot - 1);
    for (const char c : domain) {
        if (!is_letter(c)) return false;
    }
    return domain.size() >= 2;
}

bool in_device(std::string_view agent, std::size_t at) {
    const std::size_t floor = at < longest_look ? 0 : at - longest_look;
    const std::string_view ahead = agent.substr(floor, at - floor);
    const std::size_t open = ahead.find_last_of("()");
    return open != std::string_view::npos && ahead[open] == '(' &&
           contains_lower(ahead.substr(open), "android");
}

}  // namespace turnpike::identity
