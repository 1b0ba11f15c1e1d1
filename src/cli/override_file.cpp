// Overrides as JSON, read strictly.
#include "cli/override_file.hpp"

#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "cli/state.hpp"
#include "core/clock.hpp"

namespace turnpike::cli {
namespace {

namespace json = boost::json;
using gate::Override;

constexpr const char* kind_names[] = {"allow", "observe"};

std::optional<Override::Time> parse_time(std::string_view text) {
    int year = 0;
    unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
    int used = 0;
    const std::string copy(text);
    const int fields = std::sscanf(copy.c_str(), "%4d-%2u-%2uT%2u:%2u:%2uZ%n", &year, &month, &day,
                                   &hour, &minute, &second, &used);
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    if (fields != 6 || static_cast<std::size_t>(used) != copy.size() || !date.ok() || hour > 23 ||
        minute > 59 || second > 60) {
        return std::nullopt;
    }
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

json::object to_object(const Override& each) {
    json::object object;
    object["number"] = each.number;
    object["kind"] = kind_names[static_cast<std::size_t>(each.kind)];
    if (!each.site.empty()) object["site"] = each.site;
    if (each.address) object["address"] = each.address->to_string();
    if (!each.crawler.empty()) object["crawler"] = each.crawler;
    if (!each.note.empty()) object["note"] = each.note;
    object["created"] = time_text(each.created);
    object["expires"] = time_text(each.expires);
    return object;
}

/// A member that is a string; empty where it is not there, or another type.
std::string_view text_of(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    return {value->as_string().data(), value->as_string().size()};
}

std::optional<std::uint32_t> number_of(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr) return std::nullopt;
    boost::system::error_code error;
    const auto number = value->to_number<std::uint32_t>(error);
    return error ? std::nullopt : std::optional(number);
}

std::optional<Override> parse_override(const json::value& value) {
    if (!value.is_object()) return std::nullopt;
    const json::object& object = value.as_object();
    const auto number = number_of(object, "number");
    const auto created = parse_time(text_of(object, "created"));
    const auto expires = parse_time(text_of(object, "expires"));
    const std::string_view kind = text_of(object, "kind");
    const std::string_view address = text_of(object, "address");
    if (!number || !created || !expires || (kind != kind_names[0] && kind != kind_names[1])) {
        return std::nullopt;
    }
    Override each;
    each.number = *number;
    each.kind = kind == kind_names[0] ? Override::Kind::allow : Override::Kind::observe;
    each.site = text_of(object, "site");
    if (!address.empty()) {
        each.address = Prefix::parse(address);
        if (!each.address) return std::nullopt;
    }
    each.crawler = text_of(object, "crawler");
    const bool somebody = each.address || !each.crawler.empty();
    if (each.kind == Override::Kind::allow && !somebody) return std::nullopt;
    each.note = text_of(object, "note");
    each.created = *created;
    each.expires = *expires;
    return each;
}

std::string failure(const std::string& path) {
    return "'" + path + "': " + std::strerror(errno);
}

}  // namespace

bool OverrideList::expire(Override::Time now) {
    return std::erase_if(list, [now](const Override& each) { return each.expires <= now; }) > 0;
}

std::string to_json(const Override& each) {
    return json::serialize(to_object(each));
}

std::string to_json(const OverrideList& overrides) {
    std::string text = "{\"version\":1,\"last_number\":" + std::to_string(overrides.last_number) +
                       ",\"overrides\":[";
    const char* before = "\n";
    for (const Override& each : overrides.list) {
        text.append(before).append("  ").append(to_json(each));
        before = ",\n";
    }
    return text + (overrides.list.empty() ? "]}\n" : "\n]}\n");
}

std::optional<OverrideList> parse_overrides(std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse({text.data(), text.size()}, error);
    if (error || !value.is_object()) return std::nullopt;
    const json::object& object = value.as_object();
    const auto* list = object.if_contains("overrides");
    const auto last = number_of(object, "last_number");
    if (number_of(object, "version") != 1 || !last || list == nullptr || !list->is_array()) {
        return std::nullopt;
    }
    OverrideList overrides;
    overrides.last_number = *last;
    for (const json::value& item : list->as_array()) {
        auto each = parse_override(item);
        if (!each) return std::nullopt;
        overrides.last_number = std::max(overrides.last_number, each->number);
        overrides.list.push_back(std::move(*each));
    }
    return overrides;
}

std::string override_file(const std::string& state_folder) {
    return state_folder + "/overrides.json";
}

std::optional<OverrideList> read_overrides(const std::string& path, std::string& error) {
    std::ifstream input(path, std::ios::binary);
    if (!input) {
        if (errno == ENOENT || errno == ENOTDIR) return OverrideList{};
        error = failure(path);
        return std::nullopt;
    }
    const std::string text{std::istreambuf_iterator<char>(input), {}};
    auto overrides = parse_overrides(text);
    if (!overrides) error = "'" + path + "' does not hold overrides";
    return overrides;
}

bool write_overrides(const std::string& path, const OverrideList& overrides, std::string& error) {
    return replace_file(path, to_json(overrides), error);
}

std::string describe(const Override& each) {
    std::string text = each.crawler;
    if (each.address) {
        text += (text.empty() ? "whoever comes from " : " from ") + each.address->to_string();
    }
    return text.empty() ? "everybody" : text;
}

std::string time_text(Override::Time time) {
    std::array<char, iso_second_size> room;
    write_iso_second(room.data(), time);
    return std::string(room.data(), room.size()) + "Z";
}

}  // namespace turnpike::cli
