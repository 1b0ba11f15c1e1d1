// Strict about structure, lenient about numbers, which are only cut out.
#include "logs/json_walk.hpp"

#include <algorithm>

namespace turnpike::logs {
namespace {

constexpr std::size_t deepest = 32;

}  // namespace

bool JsonWalk::fail() {
    ok_ = false;
    return false;
}

void JsonWalk::skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
}

bool JsonWalk::take(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return fail();
    ++at_;
    first_ = true;
    return true;
}

bool JsonWalk::read_string(std::string_view& text) {
    if (at_ >= text_.size() || text_[at_] != '"') return fail();
    const std::size_t begin = ++at_;
    for (;;) {
        const std::size_t quote = text_.find('"', at_);
        if (quote == text_.npos) return fail();
        std::size_t slashes = 0;
        while (quote - slashes > begin && text_[quote - 1 - slashes] == '\\') ++slashes;
        at_ = quote + 1;
        if (slashes % 2 != 0) continue;
        text = text_.substr(begin, quote - begin);
        return true;
    }
}

bool JsonWalk::read_value(Member& member) {
    skip_blanks();
    if (at_ >= text_.size()) return fail();
    const char c = text_[at_];
    if (c == '"') {
        member.kind = Kind::string;
        return read_string(member.value);
    }
    member.value = {};
    if (c == '{' || c == '[') {
        member.kind = c == '{' ? Kind::object : Kind::array;
        return true;
    }
    const std::size_t end = std::min(text_.find_first_of(",]} \t", at_), text_.size());
    member.value = text_.substr(at_, end - at_);
    if (member.value.empty()) return fail();
    member.kind = c == '-' || (c >= '0' && c <= '9') ? Kind::number : Kind::other;
    const bool word = member.value == "true" || member.value == "false" || member.value == "null";
    if (member.kind == Kind::other && !word) return fail();
    at_ = end;
    return true;
}

/// Moves to the next member or item; false at `closer`, which is taken.
bool JsonWalk::next(char closer) {
    if (!ok_) return false;
    skip_blanks();
    if (at_ >= text_.size()) return fail();
    if (text_[at_] == closer) {
        ++at_;
        first_ = false;
        return false;
    }
    if (!first_) {
        if (text_[at_] != ',') return fail();
        ++at_;
        skip_blanks();
    }
    first_ = false;
    return true;
}

bool JsonWalk::next_member(Member& member) {
    if (!next('}') || !read_string(member.key)) return false;
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != ':') return fail();
    ++at_;
    return read_value(member);
}

bool JsonWalk::next_item(Member& item) {
    return next(']') && read_value(item);
}

bool JsonWalk::skip() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (c == '"') {
            std::string_view text;
            if (!read_string(text)) return false;
            continue;
        }
        ++at_;
        if ((c == '{' || c == '[') && ++depth > deepest) return fail();
        if ((c == '}' || c == ']') && --depth == 0) {
            first_ = false;
            return true;
        }
    }
    return fail();
}

bool JsonWalk::at_end() {
    skip_blanks();
    return at_ == text_.size();
}

}  // namespace turnpike::logs
