// One line of JSON that says what it is, then the file as it came: it may hold any bytes.
#include "cli/robots_copy.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "cli/files.hpp"
#include "cli/state.hpp"

namespace turnpike::cli {
namespace {

namespace json = boost::json;

}  // namespace

std::string robots_copy_file(const std::string& state_folder, const std::string& site) {
    return state_folder + "/robots/" + site + ".txt";
}

std::optional<RobotsCopy> read_robots_copy(const std::string& path) {
    const auto whole = Files().read(path);
    if (!whole) return std::nullopt;
    const std::size_t end = whole->find('\n');
    if (end == std::string::npos) return std::nullopt;
    boost::system::error_code failed;
    const json::value head = json::parse(json::string_view(whole->data(), end), failed);
    if (failed || !head.is_object()) return std::nullopt;
    const auto* origin = head.as_object().if_contains("origin");
    const auto* fetched = head.as_object().if_contains("fetched");
    if (origin == nullptr || !origin->is_string() || fetched == nullptr || !fetched->is_int64()) {
        return std::nullopt;
    }
    const std::chrono::seconds since_epoch(fetched->as_int64());
    return RobotsCopy{.origin = std::string(origin->as_string()),
                      .text = whole->substr(end + 1),
                      .fetched = std::chrono::system_clock::time_point(since_epoch)};
}

bool write_robots_copy(const std::string& path, const RobotsCopy& copy, std::string& error) {
    const auto fetched = std::chrono::floor<std::chrono::seconds>(copy.fetched.time_since_epoch());
    const json::object head{{"origin", copy.origin}, {"fetched", fetched.count()}};
    return replace_file(path, json::serialize(head) + "\n" + copy.text, error);
}

}  // namespace turnpike::cli
