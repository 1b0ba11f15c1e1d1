// Commands that talk to the running instance: health, reload.
#include <boost/json.hpp>
#include <cstdio>

#include "cli/admin_client.hpp"
#include "cli/commands.hpp"
#include "core/printable.hpp"

namespace turnpike::cli {
namespace {

/// A member of an answer as text; empty where it is not there.
std::string member(const boost::json::value& answer, const char* name) {
    const auto* object = answer.if_object();
    const auto* found = object == nullptr ? nullptr : object->if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

}  // namespace

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

int say_failed(const AdminClient& client, const AdminClient::Answer& answer) {
    boost::system::error_code failure;
    const boost::json::value said = boost::json::parse(answer.body, failure);
    std::string why = failure ? std::string() : member(said, "error");
    if (why.empty()) why = "status " + std::to_string(answer.status);
    if (answer.status == 400 || answer.status == 404 || answer.status == 422) {
        std::fprintf(stderr, "turnpike: %s\n", printable(why).c_str());
        return answer.status == 404 ? exit_unreachable : exit_usage;
    }
    std::fprintf(stderr, "turnpike: %s: %s\n", client.where().c_str(), printable(why).c_str());
    if (answer.status == 401 || answer.status == 403) {
        const std::string& file = client.token_file();
        std::fprintf(stderr, "    %s%s; run this as the user that Turnpike runs as, with its -c\n",
                     file.empty() ? "no token was found" : "the token is that of ", file.c_str());
    }
    return exit_unreachable;
}

int reload(const InstanceOptions& options) {
    const auto client = find_instance(options);
    if (!client) return exit_configuration;
    const auto answer = client->ask("POST", "/api/v1/reload", {});
    if (!answer) return say_unreachable(*client, answer.error());
    boost::system::error_code error;
    const boost::json::value said = boost::json::parse(answer->body, error);
    const bool accepted = answer->status == 200;
    if (!accepted && answer->status != 422) {
        return say_failed(*client, *answer);
    }
    std::fputs(member(said, "text").c_str(), stderr);
    std::fputs(accepted ? "reloaded\n" : "turnpike: refused; the configuration in use stays\n",
               accepted ? stdout : stderr);
    return accepted ? exit_ok : exit_configuration;
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
