// Lenient, since the server that wrote the line has already judged the request.
#include "logs/request_line.hpp"

#include <algorithm>

namespace turnpike::logs {

bool is_method(std::string_view text) {
    constexpr std::size_t longest = 32;
    const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || c == '_' || c == '-'; };
    return !text.empty() && text.size() <= longest && text.front() >= 'A' && text.front() <= 'Z' &&
           std::all_of(text.begin(), text.end(), is_letter);
}

bool read_target(std::string_view target, Entry& entry) {
    entry.target = target;
    if (target.starts_with('/') || target == "*") return true;
    const std::size_t scheme = target.find("://");
    if (scheme == target.npos || scheme > 8) return false;
    const std::string_view rest = target.substr(scheme + 3);
    const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
    if (path == 0) return false;
    entry.host = rest.substr(0, path);
    entry.target = path < rest.size() && rest[path] == '/' ? rest.substr(path) : "/";
    return true;
}

Reading read_request_line(std::string_view text, Entry& entry) {
    const std::size_t blank = text.find(' ');
    if (blank == text.npos || !is_method(text.substr(0, blank))) return Reading::no_request;
    entry.method = text.substr(0, blank);
    std::string_view target = text.substr(blank + 1);
    const std::size_t last = target.rfind(' ');
    if (last != target.npos && target.substr(last + 1).starts_with("HTTP/")) {
        target = target.substr(0, last);
    }
    return read_target(target, entry) ? Reading::request : Reading::no_request;
}

}  // namespace turnpike::logs
