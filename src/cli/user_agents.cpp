// Telling lists from logs, line by line.
#include "cli/user_agents.hpp"

#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <vector>

namespace turnpike::cli {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The text up to the closing quote, which `rest` then begins behind; `\"`, `\\` and `\x1b` undone.
std::optional<std::string> take_quoted(std::string_view& rest) {
    std::string text;
    for (std::size_t i = 0; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return text;
        }
        if (rest[i] != '\\' || i + 1 == rest.size()) {
            text += rest[i];
        } else if (rest[i + 1] == 'x' && i + 3 < rest.size() && hex_value(rest[i + 2]) >= 0 &&
                   hex_value(rest[i + 3]) >= 0) {
            text += static_cast<char>(hex_value(rest[i + 2]) * 16 + hex_value(rest[i + 3]));
            i += 3;
        } else {
            text += rest[++i];
        }
    }
    return std::nullopt;
}

/// `host - - [date] "request" status bytes "referer" "user agent" …`
std::optional<std::string> of_combined(std::string_view rest) {
    std::string last;
    for (int i = 0; i < 3; ++i) {
        const std::size_t quote = rest.find('"');
        if (quote == rest.npos) return std::nullopt;
        rest.remove_prefix(quote + 1);
        auto text = take_quoted(rest);
        if (!text) return std::nullopt;
        last = std::move(*text);
    }
    return last;
}

std::optional<std::string> of_json(std::string_view line) {
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(line, error);
    if (error || !value.is_object()) return std::nullopt;
    const auto* agent = value.get_object().if_contains("user_agent");
    if (agent == nullptr || !agent->is_string()) return std::nullopt;
    return std::string(agent->get_string());
}

}  // namespace

std::optional<std::string> user_agent_of(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('{')) return of_json(line);
    const std::size_t date = line.find('[');
    const std::size_t request = line.find("] \"");
    if (date != line.npos && request != line.npos && date < request) {
        return of_combined(line.substr(request + 2));
    }
    return std::string(line);
}

std::shared_ptr<std::istream> open_input(const std::string& file) {
    if (file.empty() || file == "-") return {&std::cin, [](std::istream*) {}};
    auto opened = std::make_shared<std::ifstream>(file);
    if (*opened) return opened;
    std::fprintf(stderr, "turnpike: cannot read '%s'\n", file.c_str());
    return nullptr;
}

std::string printable(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c >= ' ' && c < 0x7f) {
            result += c;
            continue;
        }
        std::array<char, 5> escaped;
        std::snprintf(escaped.data(), escaped.size(), "\\x%02x", static_cast<unsigned char>(c));
        result += escaped.data();
    }
    return result;
}

}  // namespace turnpike::cli
