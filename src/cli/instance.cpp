// Commands that talk to the running instance: health.
#include <cstdio>

#include "cli/admin_client.hpp"
#include "cli/commands.hpp"

namespace turnpike::cli {
namespace {

/// The instance that `options` mean, or null with the reason on standard error.
std::unique_ptr<AdminClient> find_instance(const InstanceOptions& options) {
    Diagnostics diagnostics;
    auto client = AdminClient::open(options, diagnostics);
    std::fputs(diagnostics.to_string().c_str(), stderr);
    return client;
}

int say_unreachable(const AdminClient& client, const Error& error) {
    const char* why = "what answers there does not speak HTTP";
    if (error.fault == Fault::refused) why = "nobody listens there, or nobody may connect";
    if (error.fault == Fault::timed_out) why = "no answer came in time";
    std::fprintf(stderr, "turnpike: no instance answers at %s: %s\n", client.where().c_str(), why);
    return exit_unreachable;
}

}  // namespace

int health(const InstanceOptions& options, bool ready) {
    const auto client = find_instance(options);
    if (!client) return exit_configuration;
    const auto answer = client->get(ready ? "/readyz" : "/healthz");
    if (!answer) return say_unreachable(*client, answer.error());
    if (answer->status == 200) {
        std::fputs(answer->body.c_str(), stdout);
        return exit_ok;
    }
    std::fprintf(stderr, "turnpike: %s is not %s (status %d)\n", client->where().c_str(),
                 ready ? "ready" : "healthy", answer->status);
    return exit_unreachable;
}

}  // namespace turnpike::cli
