// Whatever a client sends: one line of valid JSON, or of printable ASCII with six quotes.
#include <algorithm>
#include <boost/json/src.hpp>
#include <cstdlib>
#include <string>

#include "telemetry/access_log.hpp"

using namespace turnpike::telemetry;

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    static char room[longest_line];
    AccessRecord record;
    record.has_query = true;
    record.path = record.query = {data, size};
    record.user_agent = record.referer = record.request_id = record.path;
    const std::string decision =
        decision_members({.rule = record.path, .where_file = record.path, .reason = record.path});
    record.decision = decision;
    AccessLogOptions options;
    const auto require = [](bool holds) { holds ? void() : std::abort(); };
    const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
    const std::string_view json(room, format_record(record, options, room, sizeof room));
    require(json.ends_with("}\n") && json.find('\n') == json.size() - 1 &&
            json.find('\x7f') == json.npos);
    const auto line = boost::json::parse(json).as_object();  // refuses controls and invalid UTF-8
    require(line.contains("user_agent") == (size > 0) && !line.contains("status"));

    options.format = AccessLogOptions::Format::combined;
    const std::string_view combined(room, format_record(record, options, room, sizeof room));
    require(std::all_of(combined.begin(), combined.end() - 1, is_printable));
    require(combined.ends_with('\n') && std::count(combined.begin(), combined.end(), '"') == 6);
    return 0;
}
