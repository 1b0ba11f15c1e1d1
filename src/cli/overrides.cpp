// `turnpike allow`, `observe` and `overrides`: exceptions on the running instance, for a while.
#include <boost/json.hpp>
#include <cstdio>

#include "cli/admin_client.hpp"
#include "cli/override_book.hpp"
#include "cli/override_file.hpp"
#include "core/printable.hpp"

namespace turnpike::cli {
namespace {

namespace json = boost::json;
using gate::Override;

constexpr const char* path = "/api/v1/overrides";

void add_if_any(json::object& object, const char* name, const std::string& text) {
    if (!text.empty()) object[name] = text;
}

/// `2026-11-26 19:50 UTC`
std::string moment(Override::Time time) {
    std::string text = time_text(time).substr(0, 16);
    text[10] = ' ';
    return text + " UTC";
}

std::string in_words(const Override& each) {
    const std::string where = each.site.empty() ? "on every site" : "on the site " + each.site;
    if (each.kind == Override::Kind::observe) return "nobody is refused " + where;
    return describe(each) + " is let in " + where;
}

/// What the API says of an override; nothing where it says another thing.
std::optional<Override> read(const json::value& value) {
    const std::string list =
        "{\"version\":1,\"last_number\":0,\"overrides\":[" + json::serialize(value) + "]}";
    auto overrides = parse_overrides(list);
    if (!overrides || overrides->list.size() != 1) return std::nullopt;
    return std::move(overrides->list.front());
}

/// The answer's body as an object, or nothing with the reason on standard error.
std::optional<json::object> ask(const InstanceOptions& instance, const char* method,
                                const std::string& target, const std::string& body, int& status) {
    const auto client = find_instance(instance);
    if (!client) {
        status = exit_configuration;
        return std::nullopt;
    }
    const auto answer = client->ask(method, target, body);
    if (!answer) {
        status = say_unreachable(*client, answer.error());
        return std::nullopt;
    }
    boost::system::error_code error;
    json::value value = json::parse(answer->body, error);
    if (answer->status / 100 != 2 || error || !value.is_object()) {
        status = say_failed(*client, *answer);
        return std::nullopt;
    }
    return std::move(value.as_object());
}

void print_warning(const json::object& answer) {
    const auto* warning = answer.if_contains("warning");
    if (warning == nullptr || !warning->is_string()) return;
    std::fprintf(stderr, "turnpike: warning: %s\n",
                 printable(json::value_to<std::string>(*warning)).c_str());
}

int make(const InstanceOptions& instance, const json::object& wish, bool as_json) {
    int status = exit_ok;
    const auto answer = ask(instance, "POST", path, json::serialize(wish), status);
    if (!answer) return status;
    print_warning(*answer);
    const json::value& made = answer->at("override");
    if (as_json) {
        std::printf("%s\n", json::serialize(made).c_str());
        return exit_ok;
    }
    const auto each = read(made);
    if (!each) return exit_unreachable;
    std::printf("%s, until %s\nTo end it before: turnpike overrides remove %u\n",
                in_words(*each).c_str(), moment(each->expires).c_str(), each->number);
    return exit_ok;
}

void print_table(const std::vector<Override>& list) {
    std::size_t widest = 4;
    for (const Override& each : list) widest = std::max(widest, in_words(each).size());
    std::printf("%-4s  %-20s  %-*s  %s\n", "NO", "UNTIL", static_cast<int>(widest), "WHAT", "NOTE");
    for (const Override& each : list) {
        std::printf("%-4u  %-20s  %-*s  %s\n", each.number, moment(each.expires).c_str(),
                    static_cast<int>(widest), in_words(each).c_str(), printable(each.note).c_str());
    }
}

}  // namespace

int allow(const InstanceOptions& instance, const OverrideOptions& options) {
    json::object wish{{"kind", "allow"}, {"for", options.time}};
    add_if_any(wish, "id", options.id);
    add_if_any(wish, "address", options.address);
    add_if_any(wish, "crawler", options.crawler);
    add_if_any(wish, "site", options.site);
    add_if_any(wish, "note", options.note);
    return make(instance, wish, options.json);
}

int observe(const InstanceOptions& instance, const OverrideOptions& options) {
    json::object wish{{"kind", "observe"}, {"for", options.time}};
    add_if_any(wish, "site", options.site);
    add_if_any(wish, "note", options.note);
    return make(instance, wish, options.json);
}

int overrides(const InstanceOptions& instance, bool as_json) {
    int status = exit_ok;
    const auto answer = ask(instance, "GET", path, {}, status);
    if (!answer) return status;
    if (as_json) {
        std::printf("%s\n", json::serialize(*answer).c_str());
        return exit_ok;
    }
    std::vector<Override> list;
    for (const json::value& value : answer->at("overrides").as_array()) {
        if (auto each = read(value)) list.push_back(std::move(*each));
    }
    if (list.empty()) {
        std::puts("No overrides: everybody is judged by the rules.");
    } else {
        print_table(list);
    }
    return exit_ok;
}

int remove_override(const InstanceOptions& instance, std::uint32_t number) {
    int status = exit_ok;
    const std::string target = std::string(path) + "/" + std::to_string(number);
    const auto answer = ask(instance, "DELETE", target, {}, status);
    if (!answer) return status;
    print_warning(*answer);
    const auto each = read(answer->at("override"));
    if (each) std::printf("ended: %s\n", in_words(*each).c_str());
    return exit_ok;
}

}  // namespace turnpike::cli
