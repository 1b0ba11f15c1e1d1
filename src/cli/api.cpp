// The endpoints of the API. Shapes of the answers are a contract (docs/admin-api.md).
#include "cli/api.hpp"

#include <unistd.h>

#include <array>
#include <boost/json.hpp>

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

}  // namespace

Api::Api(Service& service) : service_(service) {
    service_.add_endpoint({.method = "GET",
                           .path = "/api/v1/status",
                           .answer = [this](const admin::Call& call) { return status(call); }});
}

Task<admin::Answer> Api::status(const admin::Call&) {
    const gate::Knowledge& knowledge = service_.snapshot().knowledge;
    json::array sites;
    for (const Site& site : knowledge.sites.all()) {
        sites.push_back(describe(site, knowledge.observe));
    }
    const json::object object{{"version", TURNPIKE_VERSION},
                              {"pid", ::getpid()},
                              {"started", to_text(service_.started())},
                              {"ready", service_.ready()},
                              {"threads", service_.threads()},
                              {"sites", std::move(sites)}};
    co_return admin::Answer{.body = json::serialize(object) + "\n"};
}

}  // namespace turnpike::cli
