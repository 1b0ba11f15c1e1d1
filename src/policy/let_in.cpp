// A rule to paste, for whoever was refused and should not be.
#include <algorithm>
#include <cctype>

#include "policy/policy.hpp"

namespace turnpike::policy {
namespace {

bool is_letter_or_digit(char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet < 0x80 && std::isalnum(octet) != 0;
}

/// As a YAML scalar: in quotes unless it is a plain word.
std::string yaml(std::string_view text) {
    const bool word = !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
                      std::all_of(text.begin(), text.end(), [](char c) {
                          return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.';
                      });
    std::string result;
    for (const char c : text) result += (c == '"' || c == '\\' ? "\\" : "") + std::string(1, c);
    return word ? result : "\"" + result + "\"";
}

std::string name_for(std::string_view text) {
    std::string name = "let-in-";
    for (const char c : text) {
        name += is_letter_or_digit(c)
                    ? static_cast<char>(std::tolower(static_cast<unsigned char>(c)))
                    : '-';
    }
    return name;
}

}  // namespace

std::string let_in_rule(std::string_view key, std::string_view value) {
    return "- name: " + name_for(value) + "\n  when: { " + std::string(key) + ": " + yaml(value) +
           " }\n  then: allow\n";
}

}  // namespace turnpike::policy
