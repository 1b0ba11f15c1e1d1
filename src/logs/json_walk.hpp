// One JSON object a line: its scalar members, as they stand, without building a tree.
#pragma once

#include <cstdint>
#include <string_view>

namespace turnpike::logs {

/// Walks over one object and what is in it.
class JsonWalk {
public:
    explicit JsonWalk(std::string_view text) : text_(text) {}

    enum class Kind : std::uint8_t { string, number, other, object, array };
    struct Member {
        std::string_view key;
        std::string_view value;  ///< Of a string: without quotes, escapes not undone.
        Kind kind = Kind::other;
    };
    /// Enters the object that begins here.
    bool enter_object() { return take('{'); }
    bool enter_array() { return take('['); }
    /// The next member of the object entered last; false at its end, which is then left, or where
    /// the text is no JSON. An object or an array as a value is to be entered or skipped.
    bool next_member(Member& member);
    /// The same for an array, whose items have no keys.
    bool next_item(Member& item);
    /// Skips the object or the array that begins here.
    bool skip();
    /// Whether the text was JSON as far as it was read.
    bool ok() const { return ok_; }
    /// Whether nothing follows.
    bool at_end();

private:
    void skip_blanks();
    bool take(char c);
    bool fail();
    bool read_string(std::string_view& text);
    bool read_value(Member& member);
    bool next(char closer);

    std::string_view text_;
    std::size_t at_ = 0;
    bool first_ = true;  // no member of the innermost object or array has been read
    bool ok_ = true;
};

}  // namespace turnpike::logs
