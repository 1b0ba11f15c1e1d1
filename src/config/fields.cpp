// Types in words, and look-ups in the tables.
#include "config/fields.hpp"

#include <algorithm>
#include <array>

namespace turnpike::config {
namespace {

// In the order of Type. A number has at most nine digits and no leading zero.
constexpr std::array<TypeWords, type_count> type_words{{
    {"text", "", ""},
    {"`true` or `false`", "write true or false", ""},
    {"whole number", "", ""},
    {"duration", "write 250ms, 10s, 5m, 1h or 2d", "(0|[1-9][0-9]{0,8})(ms|s|m|h|d)"},
    {"size", "write 512B, 32KiB or 1MiB", "(0|[1-9][0-9]{0,8})(B|KiB|MiB|GiB)"},
    {"amount", "write a currency and a number: USD 0.01",
     "[A-Z]{3} (0|[1-9][0-9]{0,8})(\\.[0-9]{1,6})?"},
    {"rate", "write 5/s, 600/min, 1000/h or 10000/d", "[1-9][0-9]{0,8}/(s|min|h|d)"},
    {"choice", "", ""},
    {"file", "", ""},
    {"folder", "", ""},
    {"address", "write 127.0.0.1:8080 or [::1]:8080", "([0-9.]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}"},
    {"address", "write 127.0.0.1:9477, [::1]:9477 or unix:/path",
     "([0-9.]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}|unix:/.*"},
    {"network", "write 10.0.0.0/8 or 192.0.2.1", "[0-9A-Fa-f:.]+(/[0-9]{1,3})?"},
    {"host", "write example.com, \"*.example.com\" or \"*\"",
     "\\*|(\\*\\.)?[A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+\\]"},
    {"URL", "write http://127.0.0.1:3000 or unix:/run/app.sock", "http://[^/?#@\\s]+/?|unix:/.+"},
    {"path", "write /archive/** or \"**/private\"", "(/|\\*\\*)[^?#]*"},
    {"mapping", "write lines of 'key: value'", ""},
}};

std::string joined(std::span<const std::string_view> words, std::string_view between) {
    std::string text;
    for (const std::string_view word : words) {
        if (!text.empty()) text += between;
        text += word;
    }
    return text;
}

/// Without what else may stand there.
std::string expected_alone(const Field& field) {
    switch (field.type) {
        case Type::text:
            return "text";
        case Type::boolean:
            return "true or false";
        case Type::integer:
            return "a whole number from " + std::string(field.least) + " to " +
                   std::string(field.most);
        case Type::choice:
            return "one of: " + joined(field.words, ", ");
        case Type::address:
        case Type::socket:
            return "an address to listen on";
        default: {
            const std::string name(words_of(field.type).name);
            return (name.find_first_of("aeiou") == 0 ? "an " : "a ") + name;
        }
    }
}

}  // namespace

const TypeWords& words_of(Type type) {
    return type_words[static_cast<std::size_t>(type)];
}

bool Field::has_word(std::string_view text) const {
    return std::find(words.begin(), words.end(), text) != words.end();
}

const Field* Fields::find(std::string_view key) const {
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [&](const Field& field) { return field.name == key; });
    return found == rows.end() ? any : &*found;
}

std::string expected(const Field& field) {
    std::string alone = expected_alone(field);
    if (field.type == Type::choice || field.type == Type::text || field.words.empty()) return alone;
    return joined(field.words, ", ") + " or " + alone;
}

}  // namespace turnpike::config
