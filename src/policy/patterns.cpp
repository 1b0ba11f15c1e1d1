// Globs over paths and values, and user-agent tokens with `*`.
#include "policy/letters.hpp"
#include "turnpike/conditions.hpp"

namespace turnpike {
namespace {

using policy::lower;

constexpr std::size_t none = std::string_view::npos;

bool is_word(char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

/// A star that was met: where to go on if what follows it does not match.
struct Star {
    std::size_t pattern = none;  // behind the star
    std::size_t text = 0;        // first character that it has not taken
    bool is_set() const { return pattern != none; }
};

/// Goes back to the last star only, and to the last `**` where that fails: whatever an earlier star
/// could still take, the later one can take as well.
class PathMatch {
public:
    PathMatch(std::string_view pattern, std::string_view path) : pattern_(pattern), path_(path) {}

    bool run() {
        while (p_ < pattern_.size() || t_ < path_.size()) {
            const bool more = p_ < pattern_.size();
            if (more && pattern_[p_] == '*') {
                meet_star();
            } else if (more && t_ < path_.size() && pattern_[p_] == path_[t_]) {
                ++p_;
                ++t_;
            } else if (!go_back()) {
                return false;
            }
        }
        return true;
    }

private:
    void meet_star() {
        const bool across = pattern_.substr(p_, 2) == "**";
        p_ += across ? 2 : 1;
        (across ? across_ : within_) = {p_, t_};
        if (across) within_ = {};
    }

    bool go_back() {
        if (within_.is_set() && within_.text < path_.size() && path_[within_.text] != '/') {
            p_ = within_.pattern;
            t_ = ++within_.text;
            return true;
        }
        within_ = {};
        if (!across_.is_set() || across_.text >= path_.size()) return false;
        p_ = across_.pattern;
        t_ = ++across_.text;
        return true;
    }

    std::string_view pattern_;
    std::string_view path_;
    std::size_t p_ = 0;
    std::size_t t_ = 0;
    Star within_;
    Star across_;
};

/// Whether the token begins at `start` and ends at a boundary.
bool matches_at(std::string_view token, std::string_view text, std::size_t start) {
    std::size_t p = 0;
    std::size_t t = start;
    Star star;
    while (true) {
        const bool at_boundary = t == start || t == text.size() || !is_word(text[t - 1]) ||
                                 !is_word(text[t]) || star.pattern == token.size();
        if (p == token.size() && at_boundary) return true;
        if (p < token.size() && token[p] == '*') {
            star = {++p, t};
        } else if (p < token.size() && t < text.size() && lower(token[p]) == lower(text[t])) {
            ++p;
            ++t;
        } else if (star.is_set() && star.text < text.size()) {
            p = star.pattern;
            t = ++star.text;
        } else {
            return false;
        }
    }
}

/// A character of a value, and how many bytes it takes where it stands.
struct Character {
    char value = 0;
    std::size_t size = 1;
};

Character as_written(std::string_view text, std::size_t at) {
    return {text[at], 1};
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char letter = lower(c);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/// As HTML forms encode. A `%` without two hex digits stands for itself.
Character decoded(std::string_view text, std::size_t at) {
    if (text[at] == '+') return {' ', 1};
    if (text[at] != '%' || text.size() - at < 3) return {text[at], 1};
    const int high = hex_value(text[at + 1]);
    const int low = hex_value(text[at + 2]);
    if (high < 0 || low < 0) return {text[at], 1};
    return {static_cast<char>(high * 16 + low), 3};
}

template <class Read>
bool matches_value(std::string_view pattern, std::string_view text, Read read) {
    std::size_t p = 0;
    std::size_t t = 0;
    Star star;
    while (p < pattern.size() || t < text.size()) {
        const Character c = t < text.size() ? read(text, t) : Character{};
        if (p < pattern.size() && pattern[p] == '*') {
            star = {++p, t};
        } else if (p < pattern.size() && t < text.size() && pattern[p] == c.value) {
            ++p;
            t += c.size;
        } else if (star.is_set() && star.text < text.size()) {
            star.text += read(text, star.text).size;
            p = star.pattern;
            t = star.text;
        } else {
            return false;
        }
    }
    return true;
}

}  // namespace

bool PathPattern::matches_glob(std::string_view path) const {
    const std::string_view pattern = text_;
    if (path.substr(0, plain_) != pattern.substr(0, plain_)) return false;
    return PathMatch(pattern.substr(plain_), path.substr(plain_)).run();
}

void PathList::add(std::string text) {
    const bool begins_with_star = !text.starts_with('/') || text.starts_with("/*");
    first_letters_ |= begins_with_star ? ~std::uint64_t{0} : std::uint64_t{1} << letter_of(text);
    patterns_.emplace_back(std::move(text));
}

std::size_t PathList::remove(std::string_view text) {
    return std::erase_if(patterns_, [&](const PathPattern& path) { return path.text() == text; });
}

bool ValuePattern::matches(std::string_view value) const {
    return matches_value(text_, value, as_written);
}

bool ValuePattern::matches_query(std::string_view encoded) const {
    return matches_value(text_, encoded, decoded);
}

bool HostPattern::matches(std::string_view host) const {
    if (text_ == "*") return true;
    if (!text_.starts_with("*.")) {
        // Most hosts differ ahead of their ports.
        return policy::same_letters(text_, host.substr(0, text_.size())) &&
               policy::name_of_host(host).size() == text_.size();
    }
    const std::string_view name = policy::name_of_host(host);
    const std::size_t size = text_.size() - 1;  // something stands for the star
    return name.size() > size &&
           policy::same_letters(std::string_view(text_).substr(1), name.substr(name.size() - size));
}

bool TokenPattern::matches(std::string_view user_agent) const {
    if (text_.empty()) return false;
    if (text_.size() - stars_ > user_agent.size()) return false;
    if (text_.front() == '*') return matches_at(text_, user_agent, 0);
    // From one place where it may begin to the next, in either case of its first letter.
    const char first = lower(text_.front());
    const char other = policy::upper(first);
    std::size_t at_first = user_agent.find(first);
    std::size_t at_other = user_agent.find(other);
    while (at_first != none || at_other != none) {
        const std::size_t at = std::min(at_first, at_other);
        const bool inside = at > 0 && is_word(user_agent[at - 1]) && is_word(user_agent[at]);
        if (!inside && matches_at(text_, user_agent, at)) return true;
        if (at == at_first) at_first = user_agent.find(first, at + 1);
        if (at == at_other) at_other = user_agent.find(other, at + 1);
    }
    return false;
}

}  // namespace turnpike
