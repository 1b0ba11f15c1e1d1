// Lines of JSON logs, by the names that servers give their fields. Where a log has several fields
// for one thing, the one that stands first in the table counts.
#include <array>

#include "logs/escapes.hpp"
#include "logs/json_walk.hpp"
#include "logs/logs.hpp"
#include "logs/request_line.hpp"
#include "logs/times.hpp"

namespace turnpike::logs {
namespace {

enum class Part : std::uint8_t {
    time,
    client,
    host,
    method,
    target,
    path,
    query,
    request,
    status,
    bytes,
    user_agent,
    referer,
    forwarded_for,
    id,
    action,
    mode,
    outcome,
    rule,
    where,
    count,
};
constexpr auto part_count = static_cast<std::size_t>(Part::count);

struct Name {
    std::string_view name;
    Part part;
};

// Turnpike's own names first, then Caddy's, nginx's variables, Traefik's, and what people choose.
constexpr std::array names = {
    Name{"time", Part::time},
    Name{"ts", Part::time},
    Name{"time_iso8601", Part::time},
    Name{"StartUTC", Part::time},
    Name{"msec", Part::time},
    Name{"time_local", Part::time},
    Name{"@timestamp", Part::time},
    Name{"timestamp", Part::time},
    Name{"client", Part::client},
    Name{"client_ip", Part::client},
    Name{"remote_ip", Part::client},
    Name{"remote_addr", Part::client},
    Name{"ClientHost", Part::client},
    Name{"remoteIP", Part::client},
    Name{"clientip", Part::client},
    Name{"ip", Part::client},
    Name{"host", Part::host},
    Name{"http_host", Part::host},
    Name{"RequestHost", Part::host},
    Name{"vhost", Part::host},
    Name{"server_name", Part::host},
    Name{"method", Part::method},
    Name{"request_method", Part::method},
    Name{"RequestMethod", Part::method},
    Name{"verb", Part::method},
    Name{"request_uri", Part::target},
    Name{"uri", Part::target},
    Name{"RequestPath", Part::target},
    Name{"url", Part::target},
    Name{"path", Part::path},
    Name{"query", Part::query},
    Name{"args", Part::query},
    Name{"query_string", Part::query},
    Name{"request", Part::request},
    Name{"status", Part::status},
    Name{"DownstreamStatus", Part::status},
    Name{"response_code", Part::status},
    Name{"bytes_out", Part::bytes},
    Name{"body_bytes_sent", Part::bytes},
    Name{"size", Part::bytes},
    Name{"DownstreamContentSize", Part::bytes},
    Name{"bytes_sent", Part::bytes},
    Name{"bytes", Part::bytes},
    Name{"user_agent", Part::user_agent},
    Name{"User-Agent", Part::user_agent},
    Name{"http_user_agent", Part::user_agent},
    Name{"request_User-Agent", Part::user_agent},
    Name{"userAgent", Part::user_agent},
    Name{"agent", Part::user_agent},
    Name{"referer", Part::referer},
    Name{"Referer", Part::referer},
    Name{"http_referer", Part::referer},
    Name{"request_Referer", Part::referer},
    Name{"referrer", Part::referer},
    Name{"X-Forwarded-For", Part::forwarded_for},
    Name{"http_x_forwarded_for", Part::forwarded_for},
    Name{"id", Part::id},
    Name{"action", Part::action},
    Name{"mode", Part::mode},
    Name{"outcome", Part::outcome},
    Name{"rule", Part::rule},
    Name{"where", Part::where},
};

constexpr std::size_t slot_count = 256;

constexpr std::size_t slot_of(std::string_view name) {
    const auto at = [name](std::size_t i) { return static_cast<unsigned char>(name[i]); };
    return (name.size() * 29 + at(0) * 7U + at(name.size() / 2) * 31U + at(name.size() - 1)) %
           slot_count;
}

/// Where each name stands in the table, plus one; 0 is free.
constexpr auto slots = [] {
    std::array<std::uint8_t, slot_count> result{};
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::size_t slot = slot_of(names[i].name);
        while (result[slot] != 0) slot = (slot + 1) % slot_count;
        result[slot] = static_cast<std::uint8_t>(i + 1);
    }
    return result;
}();

/// Its place in the table, or `names.size()`.
std::size_t index_of(std::string_view name) {
    if (name.empty()) return names.size();
    for (std::size_t slot = slot_of(name); slots[slot] != 0; slot = (slot + 1) % slot_count) {
        const std::size_t index = slots[slot] - 1U;
        if (names[index].name == name) return index;
    }
    return names.size();
}

/// What a line has for each part: the member whose name stands first in the table.
class Parts {
public:
    void offer(const JsonWalk::Member& member) {
        const std::size_t index = index_of(member.key);
        if (index == names.size() || member.kind == JsonWalk::Kind::other) return;
        auto& best = best_[static_cast<std::size_t>(names[index].part)];
        const bool blank = member.value.empty() || member.value == "-";
        if (blank || (best.index != 0 && best.index <= index + 1)) return;
        best = {static_cast<std::uint8_t>(index + 1), member.value};
    }
    bool has(Part part) const { return best_[static_cast<std::size_t>(part)].index != 0; }
    /// As it stands, escapes and all.
    std::string_view raw(Part part) const { return best_[static_cast<std::size_t>(part)].value; }

private:
    struct Best {
        std::uint8_t index = 0;  // in the table, plus one
        std::string_view value = {};
    };
    std::array<Best, part_count> best_{};
};

/// Caddy has what a client sent in objects: `request`, and in it `headers` as lists of values.
bool collect(JsonWalk& walk, Parts& parts, std::size_t depth = 0) {
    JsonWalk::Member member;
    while (walk.next_member(member)) {
        if (member.kind == JsonWalk::Kind::object) {
            const bool known = member.key == "request" || member.key == "headers";
            if (!known || depth > 1) {
                if (!walk.skip()) return false;
            } else if (!walk.enter_object() || !collect(walk, parts, depth + 1)) {
                return false;
            }
        } else if (member.kind == JsonWalk::Kind::array) {
            if (index_of(member.key) == names.size()) {
                if (!walk.skip()) return false;
                continue;
            }
            JsonWalk::Member item;
            if (!walk.enter_array()) return false;
            while (walk.next_item(item)) {
                const bool nested =
                    item.kind == JsonWalk::Kind::object || item.kind == JsonWalk::Kind::array;
                if (nested && !walk.skip()) return false;
                item.key = member.key;
                parts.offer(item);
            }
        } else {
            parts.offer(member);
        }
    }
    return walk.ok();
}

std::uint64_t number_in(std::string_view text) {
    std::uint64_t number = 0;
    for (const char c : text.substr(0, 18)) {
        if (c < '0' || c > '9') break;
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return number;
}

/// `path` and `query` in one text, as a target has them.
std::string_view join(std::string_view path, std::string_view query, Arena& arena) {
    if (query.empty()) return path;
    char* const begin = arena.array<char>(path.size() + 1 + query.size()).data();
    path.copy(begin, path.size());
    begin[path.size()] = '?';
    query.copy(begin + path.size() + 1, query.size());
    return {begin, path.size() + 1 + query.size()};
}

}  // namespace

Reading LineReader::read_json(std::string_view line, Entry& entry, Arena& arena) {
    JsonWalk walk(line);
    Parts parts;
    if (!walk.enter_object() || !collect(walk, parts) || !walk.at_end()) {
        return broken("it is not one JSON object");
    }
    bool escaped_badly = false;
    const auto text = [&](Part part) -> std::string_view {
        const std::string_view raw = parts.raw(part);
        if (raw.find('\\') == raw.npos) return raw;
        const auto plain = undo_json(raw, arena);
        escaped_badly |= !plain;
        return plain.value_or("");
    };
    const std::string_view when = text(Part::time);
    auto time = read_iso(when);
    if (!time) time = read_epoch(when);
    if (!time) time = read_date(when);
    if (!time) return broken(when.empty() ? "it does not say when" : "its time cannot be read");
    entry.time = *time;
    entry.client = text(Part::client);
    entry.host = text(Part::host);
    entry.status = static_cast<std::uint16_t>(number_in(parts.raw(Part::status)) % 1000);
    entry.bytes = number_in(parts.raw(Part::bytes));
    entry.user_agent = text(Part::user_agent);
    entry.referer = text(Part::referer);
    entry.forwarded_for = text(Part::forwarded_for);
    entry.is_own = parts.has(Part::id) && parts.has(Part::outcome);
    entry.action = text(Part::action);
    entry.mode = text(Part::mode);
    entry.outcome = text(Part::outcome);
    entry.rule = text(Part::rule);
    entry.where = text(Part::where);
    Reading reading = Reading::request;
    if (parts.has(Part::method) && (parts.has(Part::target) || parts.has(Part::path))) {
        entry.method = text(Part::method);
        const std::string_view target = parts.has(Part::target)
                                            ? text(Part::target)
                                            : join(text(Part::path), text(Part::query), arena);
        const bool good = is_method(entry.method) && read_target(target, entry);
        if (!good) reading = Reading::no_request;
    } else if (parts.has(Part::request)) {
        reading = read_request_line(text(Part::request), entry);
    } else if (entry.is_own || parts.has(Part::status)) {
        reading = Reading::no_request;
    } else {
        return broken("it names no method and path");
    }
    return escaped_badly ? broken("a backslash in it begins no escape of JSON") : reading;
}

}  // namespace turnpike::logs
