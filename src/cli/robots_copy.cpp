// For each text one line of JSON that says what it is, then the text as it came: any bytes.
#include "cli/robots_copy.hpp"

#include <boost/json.hpp>

#include "cli/files.hpp"
#include "cli/state.hpp"

namespace turnpike::cli {
namespace {

namespace json = boost::json;

struct Part {
    json::object head;
    std::chrono::system_clock::time_point time;
    std::string_view text;
};

std::string to_part(json::object head, std::chrono::system_clock::time_point time,
                    const std::string& text) {
    head["time"] = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
    head["bytes"] = text.size();
    return json::serialize(head) + "\n" + text + "\n";
}

/// Takes one off the front; nothing where there is none, or a broken one.
std::optional<Part> take_part(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    if (end == rest.npos) return std::nullopt;
    boost::system::error_code failed;
    const json::value head = json::parse(json::string_view(rest.data(), end), failed);
    if (failed || !head.is_object()) return std::nullopt;
    const auto* time = head.as_object().if_contains("time");
    const auto* bytes = head.as_object().if_contains("bytes");
    if (time == nullptr || !time->is_int64() || bytes == nullptr || !bytes->is_int64()) {
        return std::nullopt;
    }
    const auto size = static_cast<std::uint64_t>(bytes->as_int64());
    rest.remove_prefix(end + 1);
    if (size >= rest.size() || rest[size] != '\n') return std::nullopt;
    Part part{.head = head.as_object(),
              .time = std::chrono::system_clock::time_point(std::chrono::seconds(time->as_int64())),
              .text = rest.substr(0, size)};
    rest.remove_prefix(size + 1);
    return part;
}

}  // namespace

std::string robots_copy_file(const std::string& state_folder, const std::string& site) {
    return state_folder + "/robots/" + site + ".txt";
}

std::optional<RobotsCopy> read_robots_copy(const std::string& path) {
    const auto whole = Files().read(path);
    std::string_view rest = whole ? std::string_view(*whole) : std::string_view();
    const auto part = take_part(rest);
    if (!part) return std::nullopt;
    const auto* origin = part->head.if_contains("origin");
    if (origin == nullptr || !origin->is_string()) return std::nullopt;
    return RobotsCopy{.origin = std::string(origin->as_string()),
                      .text = std::string(part->text),
                      .fetched = part->time};
}

bool write_robots_copy(const std::string& path, const RobotsCopy& copy, std::string& error) {
    return replace_file(path, to_part({{"origin", copy.origin}}, copy.fetched, copy.text), error);
}

std::string robots_history_file(const std::string& state_folder, const std::string& site) {
    return state_folder + "/robots/" + site + ".served";
}

compliance::History read_robots_history(const std::string& path) {
    const auto whole = Files().read(path);
    std::string_view rest = whole ? std::string_view(*whole) : std::string_view();
    compliance::History history;
    while (const auto part = take_part(rest)) {
        history = history.with(std::string(part->text), part->time);
    }
    return history;
}

bool write_robots_history(const std::string& path, const compliance::History& history,
                          std::string& error) {
    std::string text;
    for (const auto& version : history.versions()) {
        text += to_part({}, version->since, version->text);
    }
    return replace_file(path, text, error);
}

}  // namespace turnpike::cli
