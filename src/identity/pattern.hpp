// One way to be named in a user agent: the little language of `token` and `patterns`, which the
// face explains. The literal head of a pattern is found by Texts; the rest is checked here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace turnpike::identity {

class Pattern {
public:
    /// A name as it is: nothing in it is special.
    static std::optional<Pattern> of_token(std::string_view token, std::string& error);
    /// Text with `^`, `{version}`, `$`.
    static std::optional<Pattern> of_pattern(std::string_view text, std::string& error);

    void compare_case() { exact_ = true; }

    /// The text by which the pattern is looked for; begins with a word byte.
    const std::string& head() const { return parts_.front(); }
    /// As the catalogue spells it, for evidence.
    const std::string& text() const { return text_; }

    /// How many bytes the pattern takes at `begin`, where its head was found without regard to
    /// case; 0 where it does not stand there after all.
    std::size_t match(std::string_view agent, std::size_t begin) const;

private:
    std::string text_;
    std::vector<std::string> parts_;  // a version stands between two parts
    bool from_start_ = false;
    bool to_end_ = false;
    bool exact_ = false;
    bool names_host_ = false;  // has a dot, so that it may stand in a URL
};

/// Whether what begins at `at` is part of a URL or a mail address.
bool in_contact(std::string_view agent, std::size_t at);

/// Whether `at` is in the description of an Android device, where its name stands as its maker
/// likes:
/// "(Linux; Android 8.1.0; Fever_Plus_J)".
bool in_device(std::string_view agent, std::size_t at);

}  // namespace turnpike::identity
