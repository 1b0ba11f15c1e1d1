// Redirects, and what an answer means.
#include "cli/robots_fetch.hpp"

#include <algorithm>

#include "robots/robots.hpp"

namespace turnpike::cli {
namespace {

constexpr int most_redirects = 5;

proxy::Limits probe_limits() {
    proxy::Limits limits;
    limits.connect = std::chrono::milliseconds(2'000);
    return limits;
}

/// As whom the origin is asked: as clients' requests ask it, by one of the site's names, else by
/// its own.
std::string host_of(const Site& site) {
    if (!site.origin.host.empty()) return site.origin.host;
    const auto exact = std::find_if(site.hosts.begin(), site.hosts.end(),
                                    [](const std::string& host) { return !host.starts_with('*'); });
    return exact == site.hosts.end() ? site.origin.address.authority() : *exact;
}

/// Many applications answer every path with their front page. What a server calls a robots.txt, on
/// the other hand, means nothing.
bool is_page(std::string_view body) {
    const std::size_t start = body.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return start != body.npos && body[start] == '<';
}

}  // namespace

RobotsFetch::RobotsFetch(net::Loop& loop, const Site& site)
    : origin_(loop, site.origin.address, probe_limits()) {
    for (const std::string& host : site.hosts) names_.emplace_back(host);
    if (site.hosts.front() == "*") names_.emplace_back(site.origin.address.authority());
    order_.target = "/robots.txt";
    order_.host = host_of(site);
    order_.most_bytes = robots::longest_file;
}

Task<RobotsFetch::Result> RobotsFetch::run() {
    for (int hop = 0; hop <= most_redirects && !cancelled_; ++hop) {
        probe_.emplace(origin_, order_);
        auto answer = co_await probe_->run();
        if (!answer) co_return Result{.text = {}, .why = std::string(answer.error().what)};
        const bool redirected = answer->status >= 300 && answer->status < 400;
        if (!redirected) co_return read(std::move(*answer));
        if (!follow(answer->location)) {
            co_return Result{.text = "", .why = "it redirects to '" + answer->location + "'"};
        }
    }
    co_return Result{.text = {}, .why = "it redirects again and again"};
}

void RobotsFetch::cancel() {
    cancelled_ = true;
    if (probe_) probe_->cancel();
}

/// Whom a server refuses has no file that could be joined with ours; whose server is out of order
/// has one that nobody sees at the moment.
RobotsFetch::Result RobotsFetch::read(proxy::Probe::Answer answer) const {
    const std::string status = "it answers " + std::to_string(answer.status);
    if (answer.status >= 500 || answer.status == 429) return {.text = {}, .why = status};
    if (answer.status >= 400) return {.text = "", .why = status};
    if (is_page(answer.body)) return {.text = "", .why = "it answers with a web page"};
    return {.text = std::move(answer.body), .why = {}};
}

/// To another path, or under another name of the site. Other places are not asked: what stands
/// there need not be the site's.
bool RobotsFetch::follow(std::string_view location) {
    if (location.find_first_of(" \t") != location.npos) return false;
    location = location.substr(0, location.find('#'));
    for (const std::string_view scheme : {"http", "https"}) {
        const std::string start = std::string(scheme) + "://";
        if (!location.starts_with(start)) continue;
        const std::string_view rest = location.substr(start.size());
        const std::string host(rest.substr(0, rest.find_first_of("/?")));
        const bool ours = std::any_of(names_.begin(), names_.end(),
                                      [&](const HostPattern& name) { return name.matches(host); });
        if (!ours || !http::is_authority(host)) return false;
        order_.host = host;
        order_.scheme = scheme;
        location = rest.substr(host.size());
        if (location.empty()) location = "/";
    }
    if (!location.starts_with('/') || location.starts_with("//")) return false;
    order_.target = location;
    return true;
}

}  // namespace turnpike::cli
