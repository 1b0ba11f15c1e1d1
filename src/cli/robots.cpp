// `turnpike robots`: what a site's /robots.txt says, how that differs from the origin's own, and
// the link to its trap.
#include <boost/json.hpp>
#include <cstdio>

#include "cli/commands.hpp"
#include "cli/lines_diff.hpp"
#include "cli/robots_copy.hpp"
#include "cli/robots_fetch.hpp"
#include "cli/state.hpp"
#include "cli/traps.hpp"

namespace turnpike::cli {
namespace {

namespace json = boost::json;

int complain(const std::string& what) {
    std::fprintf(stderr, "turnpike: %s\n", what.c_str());
    return exit_usage;
}

/// The site that is meant: by its name, or the only one. Null, having said why.
const Site* find_site(const Sites& sites, const std::string& name) {
    std::vector<std::string> names;
    for (const Site& site : sites.all()) {
        if (site.name == name || (name.empty() && sites.all().size() == 1)) return &site;
        names.push_back(site.name);
    }
    if (name.empty()) {
        complain("there are several sites: say which with --site");
        return nullptr;
    }
    const std::string hint = config::did_you_mean(name, names);
    complain("there is no site '" + name + "'" + (hint.empty() ? "" : ": " + hint));
    return nullptr;
}

Task<void> fetch(net::Loop& loop, const Site& site, RobotsFetch::Result& into) {
    RobotsFetch fetch(loop, site);
    into = co_await fetch.run();
    loop.stop();
}

/// The origin's own file.
RobotsFetch::Result ask_origin(const Site& site) {
    net::Loop loop;
    RobotsFetch::Result result;
    Nursery nursery;
    loop.post([&] { nursery.start(fetch(loop, site, result)); });
    loop.run();
    loop.restart();
    loop.post([&] { loop.stop(); });  // what the stop has cut short
    loop.run();
    return result;
}

/// The same, from the copy that an instance keeps where the origin does not say.
RobotsFetch::Result find_origins(const Site& site, const config::Settings& settings) {
    RobotsFetch::Result found = ask_origin(site);
    if (found.text || settings.state_dir.empty()) return found;
    auto kept = read_robots_copy(robots_copy_file(settings.state_dir, site.name));
    if (kept) {
        found.text = std::move(kept->text);
        found.why += ": this is the last copy";
    }
    return found;
}

/// A trap is made from what the instance keeps to itself; whoever cannot read that sees another.
bool knows_trap(const Site& site, const config::Settings& settings) {
    const std::string& folder = settings.state_dir;
    return site.trap.empty() || site.trap != trap_for(own_secret(folder, false), site.name) ||
           has_own_secret(folder);
}

std::string link_to(const std::string& trap) {
    return "<a href=\"" + trap +
           "\" rel=\"nofollow\" style=\"display:none\" tabindex=\"-1\" "
           "aria-hidden=\"true\">more</a>";
}

int show_trap(const Site& site, const config::Settings& settings, bool as_json) {
    if (site.trap.empty()) return complain("the site " + site.name + " has no trap");
    if (!knows_trap(site, settings)) {
        return complain("the trap of " + site.name +
                        " is made when Turnpike first starts; run this "
                        "as the user that it runs as, or write 'trap: /path' in the site's file");
    }
    if (as_json) {
        const json::object object{
            {"site", site.name}, {"trap", site.trap}, {"link", link_to(site.trap)}};
        std::printf("%s\n", json::serialize(object).c_str());
        return exit_ok;
    }
    std::printf("%s\n", link_to(site.trap).c_str());
    std::fputs(
        "Put this line into pages of the site, before </body>. People do not see it, and\n"
        "robots.txt asks everybody to leave it alone.\n",
        stderr);
    return exit_ok;
}

int show_json(const Site& site, const RobotsFetch::Result& origins, const std::string& served) {
    constexpr const char* sources[] = {"merge", "managed", "origin"};
    json::object origin;
    if (origins.text) origin["text"] = *origins.text;
    if (!origins.why.empty()) origin["trouble"] = origins.why;
    const json::object object{{"site", site.name},
                              {"robots", sources[static_cast<std::size_t>(site.robots)]},
                              {"mode", name_of(site.mode)},
                              {"text", served},
                              {"origin", std::move(origin)}};
    std::printf("%s\n", json::serialize(object).c_str());
    return exit_ok;
}

}  // namespace

int robots(const RobotsOptions& options) {
    ServeOptions served;
    served.config = options.config;
    served.origin = options.origin;
    Diagnostics diagnostics;
    const auto configuration = load_configuration(served, diagnostics);
    std::fputs(diagnostics.to_string().c_str(), stderr);
    if (!configuration) return exit_configuration;
    const gate::Snapshot& snapshot = *configuration->snapshot;
    const auto sites = snapshot.knowledge.sites.all();
    const Site* site = find_site(snapshot.knowledge.sites, options.site);
    if (site == nullptr) return exit_usage;
    if (options.trap) return show_trap(*site, configuration->settings, options.json);

    RobotsFetch::Result origins;
    const bool asks = site->robots != RobotsSource::managed || options.diff;
    if (asks) origins = find_origins(*site, configuration->settings);
    const std::string own = origins.text.value_or("");
    const robots::Wishes& wishes = snapshot.robots[static_cast<std::size_t>(site - sites.data())];
    std::string text = own;
    if (site->robots != RobotsSource::origin) {
        text = robots::compose(wishes, site->robots == RobotsSource::merge ? own : "");
    }
    if (options.json) return show_json(*site, origins, text);
    if (asks && !origins.why.empty()) {
        std::fprintf(stderr, "turnpike: of the origin's robots.txt: %s\n", origins.why.c_str());
    }
    if (!knows_trap(*site, configuration->settings)) {
        std::fputs("turnpike: the trap in it is another one where Turnpike runs\n", stderr);
    }
    if (snapshot.knowledge.observe || site->mode == Mode::observe) {
        std::fputs("turnpike: this site only observes, so clients get the origin's\n", stderr);
    }
    const std::string shown = options.diff ? diff_of_lines(own, text) : text;
    std::fwrite(shown.data(), 1, shown.size(), stdout);
    return exit_ok;
}

}  // namespace turnpike::cli
