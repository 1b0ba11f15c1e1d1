// `turnpike serve`: load, open, run until a signal says otherwise.
#include <cstdio>

#include "cli/api.hpp"
#include "cli/decisions_api.hpp"
#include "cli/lifetime.hpp"
#include "cli/overrides_api.hpp"
#include "cli/reloader.hpp"
#include "cli/robots_book.hpp"
#include "cli/state.hpp"

namespace turnpike::cli {
namespace {

std::string to_string(const OriginAddress& origin) {
    return origin.unix_path.empty() ? "http://" + origin.authority() : "unix:" + origin.unix_path;
}

void announce(const Service& service, const OverrideBook& book) {
    std::string text = "listening on " + service.address().to_string();
    if (const auto admin = service.admin_address()) {
        text += ", metrics on http://" + admin->to_string() + "/metrics";
    }
    const gate::Knowledge& knowledge = service.snapshot().knowledge;
    for (const Site& site : knowledge.sites.all()) {
        const bool observes = knowledge.observe || site.mode == Mode::observe;
        text += "\n  site " + site.name + ": preset " + site.preset + ", origin " +
                to_string(site.origin.address) + (observes ? ", only observing" : "");
    }
    if (!book.list().empty()) {
        text += "\n  overrides that still hold: " + std::to_string(book.list().size()) +
                " (see 'turnpike overrides')";
    }
    std::fprintf(stderr, "turnpike: %s\n", text.c_str());
}

}  // namespace

int serve(const ServeOptions& wished) {
    ServeOptions options = wished;
    options.keeps_state = true;
    Diagnostics diagnostics;
    Files files;
    auto configuration = load_configuration(options, files, diagnostics);
    if (configuration) add_own_token(*configuration, diagnostics);
    std::fputs(diagnostics.to_string().c_str(), stderr);
    if (!configuration) return exit_configuration;

    net::Loop loop;
    std::string error;
    const auto service = Service::open(loop, std::move(*configuration), error);
    if (!service) {
        std::fprintf(stderr, "turnpike: %s\n", error.c_str());
        return exit_configuration;
    }
    Reloader reloader(loop, *service, options, std::move(files));
    const Api api(*service, reloader);
    const DecisionsApi decisions(*service);
    OverrideBook book(loop, *service, service->settings().state_dir);
    const OverridesApi overrides(*service, book);
    const RobotsBook robots(loop, *service, service->settings().state_dir);
    service->start();
    announce(*service, book);
    run(loop, *service, [&reloader] { reloader.request(nullptr); });
    return exit_ok;
}

}  // namespace turnpike::cli
