// Commands that talk to the running instance: health.
#include <boost/json.hpp>
#include <cstdio>

#include "cli/admin_client.hpp"
#include "cli/commands.hpp"
#include "cli/user_agents.hpp"

namespace turnpike::cli {

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

int say_failed(const AdminClient::Answer& answer) {
    boost::system::error_code failure;
    const auto body = boost::json::parse(answer.body, failure);
    const auto* object = failure ? nullptr : body.if_object();
    const auto* error = object != nullptr ? object->if_contains("error") : nullptr;
    const std::string why = error != nullptr && error->is_string()
                                ? boost::json::value_to<std::string>(*error)
                                : "status " + std::to_string(answer.status);
    std::fprintf(stderr, "turnpike: %s\n", printable(why).c_str());
    return exit_unreachable;
}

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
