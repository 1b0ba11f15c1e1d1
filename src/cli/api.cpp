// The endpoints of the API. Shapes of the answers are a contract (docs/admin-api.md).
#include "cli/api.hpp"

#include <unistd.h>

#include <array>
#include <boost/json.hpp>

#include "cli/diagnostics.hpp"

namespace turnpike::cli {
namespace {

namespace json = boost::json;

std::string to_text(std::chrono::system_clock::time_point time) {
    std::array<char, iso_second_size> room;
    write_iso_second(room.data(), time);
    return std::string(room.data(), room.size()) + "Z";
}

json::object describe(const Site& site, bool observe_all) {
    json::array hosts;
    for (const std::string& host : site.hosts) hosts.emplace_back(host);
    const Mode mode = observe_all ? Mode::observe : site.mode;
    return {{"name", site.name},
            {"hosts", std::move(hosts)},
            {"mode", json::string(name_of(mode))},
            {"preset", site.preset},
            {"rules", site.rules.size()}};
}

json::object describe(const Reloader::Report& report) {
    return {{"accepted", report.accepted},
            {"time", to_text(report.time)},
            {"diagnostics", json::parse(to_json(report.diagnostics))},
            {"text", report.diagnostics.to_string()}};
}

}  // namespace

Api::Api(Service& service, Reloader& reloader) : service_(service), reloader_(reloader) {
    service_.add_endpoint({.method = "GET",
                           .path = "/api/v1/status",
                           .answer = [this](const admin::Call& call) { return status(call); }});
    service_.add_endpoint({.method = "POST",
                           .path = "/api/v1/reload",
                           .answer = [this](const admin::Call& call) { return reload(call); }});
}

Task<admin::Answer> Api::status(const admin::Call&) {
    const gate::Knowledge& knowledge = service_.snapshot().knowledge;
    json::array sites;
    for (const Site& site : knowledge.sites.all()) {
        sites.push_back(describe(site, knowledge.observe));
    }
    json::object object{{"version", TURNPIKE_VERSION},
                        {"pid", ::getpid()},
                        {"started", to_text(service_.started())},
                        {"ready", service_.ready()},
                        {"threads", service_.threads()},
                        {"sites", std::move(sites)}};
    if (reloader_.last()) object["last_reload"] = describe(*reloader_.last());
    co_return admin::Answer{.body = json::serialize(object) + "\n"};
}

Task<admin::Answer> Api::reload(const admin::Call&) {
    Event ended;
    std::optional<Reloader::Report> report;
    reloader_.request([&](const Reloader::Report& came) {
        report = came;
        ended.set();
    });
    co_await ended;
    json::object object = describe(*report);
    if (!report->accepted) object["error"] = "the configuration has errors and was not taken up";
    const std::uint16_t status = report->accepted ? 200 : 422;
    co_return admin::Answer{.status = status, .body = json::serialize(object) + "\n"};
}

}  // namespace turnpike::cli
