// What a rule's pattern matches, and the forms in which patterns and targets are compared.
#pragma once

#include <string>
#include <string_view>

namespace turnpike::robots {

/// RFC 9309 §2.2.3: the pattern is a prefix, `*` stands for any octets, `$` at its end for the end
/// of the target. Takes time in proportion to the target, times 256 at worst.
bool matches(std::string_view pattern, std::string_view target);

/// The longest that normalising makes of a text.
constexpr std::size_t longest_normal(std::size_t size) {
    return 3 * size;
}

/// Whether normalising would change nothing in a target.
bool is_normal_target(std::string_view target);
/// One form for what means the same, RFC 9309 §2.2.2: octets that a URL cannot hold and escaped
/// ones as `%XX`, unreserved characters as themselves, `*` and `$` as `%2A` and `%24`. Returns the
/// end.
char* write_normal_target(char* out, std::string_view target);

/// The same for a pattern, whose wildcards stay.
std::string normal_pattern(std::string_view pattern);
/// As Google's parser keeps a pattern: other octets than ASCII escaped, `%xx` in upper case.
std::string google_pattern(std::string_view pattern);

}  // namespace turnpike::robots
