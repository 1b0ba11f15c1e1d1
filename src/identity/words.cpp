// Comparisons without regard to ASCII case.
#include "identity/words.hpp"

#include <algorithm>

namespace turnpike::identity {
namespace {

bool same(char in_text, char in_pattern) {
    return lower(in_text) == in_pattern;
}

}  // namespace

std::string to_lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

bool starts_with_lower(std::string_view text, std::string_view pattern) {
    return text.size() >= pattern.size() &&
           std::equal(pattern.begin(), pattern.end(), text.begin(),
                      [](char wanted, char found) { return same(found, wanted); });
}

bool equals_lower(std::string_view text, std::string_view pattern) {
    return text.size() == pattern.size() && starts_with_lower(text, pattern);
}

bool ends_with_lower(std::string_view text, std::string_view pattern) {
    return text.size() >= pattern.size() &&
           starts_with_lower(text.substr(text.size() - pattern.size()), pattern);
}

bool contains_lower(std::string_view text, std::string_view pattern) {
    return std::search(text.begin(), text.end(), pattern.begin(), pattern.end(), same) !=
           text.end();
}

std::size_t version_length(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && is_digit(text[length])) {
        ++length;
        if (length + 1 < text.size() && text[length] == '.' && is_digit(text[length + 1])) ++length;
    }
    return length;
}

}  // namespace turnpike::identity
