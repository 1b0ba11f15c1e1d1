// `turnpike serve`: load, open, run until a signal says otherwise.
#include <cstdio>

#include "cli/api.hpp"
#include "cli/decisions_api.hpp"
#include "cli/lifetime.hpp"

namespace turnpike::cli {
namespace {

void announce(const Service& service, const Configuration& configuration) {
    std::string text = "listening on " + service.address().to_string();
    if (const auto admin = service.admin_address()) {
        text += ", metrics on http://" + admin->to_string() + "/metrics";
    }
    for (const Site& site : configuration.snapshot->knowledge.sites.all()) {
        const bool observes =
            configuration.snapshot->knowledge.observe || site.mode == Mode::observe;
        text += "\n  site " + site.name + ": preset " + site.preset + ", origin " +
                (site.origin.unix_path.empty() ? "http://" + site.origin.authority()
                                               : "unix:" + site.origin.unix_path) +
                (observes ? ", only observing" : "");
    }
    std::fprintf(stderr, "turnpike: %s\n", text.c_str());
}

}  // namespace

int serve(const ServeOptions& options) {
    Diagnostics diagnostics;
    const auto configuration = load_configuration(options, diagnostics);
    std::fputs(diagnostics.to_string().c_str(), stderr);
    if (!configuration) return exit_configuration;

    net::Loop loop;
    std::string error;
    const auto service = Service::open(loop, *configuration, error);
    if (!service) {
        std::fprintf(stderr, "turnpike: %s\n", error.c_str());
        return exit_configuration;
    }
    const Api api(*service);
    const DecisionsApi decisions(*service);
    service->start();
    announce(*service, *configuration);
    run(loop, *service);
    return exit_ok;
}

}  // namespace turnpike::cli
