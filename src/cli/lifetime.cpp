// From ready to stopped: what the operator's signals do, and what systemd is told.
#include "cli/lifetime.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace turnpike::cli {
namespace {

/// sd_notify(3), the protocol: one datagram to the socket that systemd names.
void notify(std::string_view state) {
    const char* path = std::getenv("NOTIFY_SOCKET");
    sockaddr_un name{};
    if (path == nullptr || std::strlen(path) >= sizeof name.sun_path) return;
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path, std::strlen(path));
    if (name.sun_path[0] == '@') name.sun_path[0] = '\0';
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(path));
    ::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&name), size);
    ::close(socket);
}

/// What the operator's signals do.
class Signals {
public:
    Signals(net::Loop& loop, Service& service) : loop_(loop), service_(service) {
        static constexpr int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
        net::on_signals(loop, numbers, [this](int number) { handle(number); });
    }
    bool complete() const { return complete_; }

private:
    void handle(int number) {
        if (number == SIGUSR1) {
            service_.reopen_log();
        } else if (number == SIGHUP) {
            telemetry::log_warning(
                "SIGHUP: reloading is not supported yet; restart to change the "
                "configuration");
        } else if (draining_) {
            stop(false);
        } else {
            draining_ = true;
            notify("STOPPING=1");
            service_.drain([this](bool complete) { stop(complete); });
        }
    }
    void stop(bool complete) {
        complete_ = complete;
        loop_.stop();
    }
    net::Loop& loop_;
    Service& service_;
    bool draining_ = false;
    bool complete_ = false;
};

}  // namespace

void run(net::Loop& loop, Service& service) {
    Signals signals(loop, service);
    notify("READY=1");
    loop.run();
    if (!signals.complete()) {
        // Requests are still under way on threads that nobody waits for any more.
        telemetry::log_warning("stopped before every request had ended");
        service.abandon(exit_ok);
    }
}

}  // namespace turnpike::cli
