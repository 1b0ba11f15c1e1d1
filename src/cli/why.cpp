// `turnpike why`: finds what became of one request, by its id, in the memory of the running
// instance or in a log.
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "cli/admin_client.hpp"
#include "cli/story.hpp"
#include "core/printable.hpp"
#include "logs/logs.hpp"

namespace turnpike::cli {
namespace {

int not_found(const std::string& text) {
    std::fprintf(stderr, "turnpike: %s\n", text.c_str());
    return exit_unreachable;
}

/// Ids of ours, and what programs send as X-Request-Id: nothing that a path could take for its own.
bool is_id(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return c < 0x80 &&
               (std::isalnum(c) != 0 ||
                std::string_view("-_.:~+=@").find(static_cast<char>(c)) != std::string::npos);
    });
}

bool is_about(std::string_view line, std::string_view id) {
    if (line.find(id) == line.npos) return false;
    boost::system::error_code error;
    const auto record = boost::json::parse({line.data(), line.size()}, error);
    if (error || !record.is_object()) return false;
    for (const char* name : {"id", "request_id"}) {
        const auto* value = record.as_object().if_contains(name);
        if (value != nullptr && value->is_string() && value->as_string() == id) return true;
    }
    return false;
}

int print(const std::string& record, bool as_json) {
    if (as_json) {
        std::printf("%s%s", record.c_str(), record.ends_with('\n') ? "" : "\n");
        return exit_ok;
    }
    const auto story = tell_story(record);
    if (!story) return not_found("the answer is not one that this version understands");
    std::fputs(story->c_str(), stdout);
    return exit_ok;
}

int search_logs(const WhyOptions& options) {
    std::string found;
    std::string error;
    std::vector<char> room(logs::Input::block_size);
    for (const std::string& path : options.logs) {
        const auto log = logs::Input::open(path, error);
        if (log == nullptr) {
            std::fprintf(stderr, "turnpike: %s\n", error.c_str());
            return exit_usage;
        }
        // The last one counts: a client may send the same X-Request-Id again.
        for (auto block = log->next(room); !block.empty(); block = log->next(room)) {
            logs::for_each_line(block, [&](std::string_view line) {
                if (is_about(line, options.id)) found = line;
            });
        }
    }
    if (found.empty()) {
        return not_found("no line of the JSON log has the id '" + printable(options.id) + "'");
    }
    return print(found, options.json);
}

}  // namespace

int why(const InstanceOptions& instance, const WhyOptions& options) {
    if (!is_id(options.id)) return not_found("'" + printable(options.id) + "' is no id");
    if (!options.logs.empty()) return search_logs(options);
    const auto client = find_instance(instance);
    if (!client) return exit_configuration;
    const auto answer = client->get("/api/v1/decisions/" + options.id);
    if (!answer) return say_unreachable(*client, answer.error());
    if (answer->status == 200) return print(answer->body, options.json);
    if (answer->status != 404) return say_failed(*client, *answer);
    return not_found("nothing is remembered of '" + options.id +
                     "': it is older than the memory, or another instance's. The log may know: "
                     "turnpike why " +
                     options.id + " --log FILE");
}

}  // namespace turnpike::cli
