// From ready to stopped: what the operator's signals do, and what systemd is told.
#include "cli/lifetime.hpp"

#include <signal.h>

#include "cli/systemd.hpp"

namespace turnpike::cli {
namespace {

/// What the operator's signals do.
class Signals {
public:
    Signals(net::Loop& loop, Service& service, std::function<void()> reload)
        : loop_(loop), service_(service), reload_(std::move(reload)) {
        static constexpr int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
        net::on_signals(loop, numbers, [this](int number) { handle(number); });
    }
    bool complete() const { return complete_; }

private:
    void handle(int number) {
        if (number == SIGUSR1) {
            service_.reopen_log();
        } else if (number == SIGHUP) {
            if (reload_ && !draining_) reload_();
        } else if (draining_) {
            stop(false);
        } else {
            draining_ = true;
            notify_systemd("STOPPING=1");
            service_.drain([this](bool complete) { stop(complete); });
        }
    }
    void stop(bool complete) {
        complete_ = complete;
        loop_.stop();
    }
    net::Loop& loop_;
    Service& service_;
    std::function<void()> reload_;
    bool draining_ = false;
    bool complete_ = false;
};

}  // namespace

void run(net::Loop& loop, Service& service, std::function<void()> reload) {
    Signals signals(loop, service, std::move(reload));
    notify_systemd("READY=1");
    loop.run();
    if (!signals.complete()) {
        // Requests are still under way on threads that nobody waits for any more.
        telemetry::log_warning("stopped before every request had ended");
        service.abandon(exit_ok);
    }
}

}  // namespace turnpike::cli
