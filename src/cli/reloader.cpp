// Reading, handing over, and saying what came of it.
#include "cli/reloader.hpp"

#include <algorithm>

#include "cli/state.hpp"
#include "cli/systemd.hpp"

namespace turnpike::cli {
namespace {

/// One line of the operational log.
std::string to_line(const Diagnostic& diagnostic) {
    std::string text = diagnostic.file;
    if (diagnostic.line > 0) {
        text += ":" + std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column);
    }
    text += ": " + diagnostic.message;
    if (!diagnostic.hint.empty()) text += " (" + diagnostic.hint + ")";
    return text;
}

void log(bool accepted, const Diagnostics& diagnostics, std::size_t sites) {
    for (const Diagnostic& diagnostic : diagnostics.list()) {
        const bool error = diagnostic.severity == Severity::error;
        (error ? telemetry::log_error : telemetry::log_warning)(to_line(diagnostic));
    }
    if (accepted) {
        telemetry::log_info("configuration reloaded, sites: " + std::to_string(sites));
    } else {
        telemetry::log_error("reload refused: the configuration stays as it was");
    }
}

Diagnostic plain(std::string file, Severity severity, std::string message) {
    Diagnostic diagnostic;
    diagnostic.severity = severity;
    diagnostic.file = std::move(file);
    diagnostic.message = std::move(message);
    return diagnostic;
}

bool is_same(const config::ListenAddress& a, const config::ListenAddress& b) {
    return a.text == b.text;
}

/// Keys whose new values only a start can bring into effect.
std::vector<const char*> changed_for_good(const config::Settings& now,
                                          const config::Settings& next) {
    const auto same_place = [](const auto& a, const auto& b) {
        return a.has_value() == b.has_value() && (!a || is_same(*a, *b));
    };
    std::vector<const char*> keys;
    if (now.threads != next.threads) keys.push_back("threads");
    if (!std::equal(now.listen.begin(), now.listen.end(), next.listen.begin(), next.listen.end(),
                    is_same)) {
        keys.push_back("listen");
    }
    if (!same_place(now.admin, next.admin)) keys.push_back("admin.address");
    if (!same_place(now.metrics, next.metrics)) keys.push_back("metrics.address");
    if (now.max_series != next.max_series) keys.push_back("metrics.max_series");
    if (now.state_dir != next.state_dir) keys.push_back("state_dir");
    if (now.access_log.to != next.access_log.to) keys.push_back("access_log.to");
    return keys;
}

/// systemd waits for the READY that follows (Type=notify-reload).
void notify_reloading(std::chrono::steady_clock::time_point now) {
    const auto time = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
    notify_systemd("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(time.count()));
}

}  // namespace

Reloader::Reloader(net::Loop& loop, Service& service, ServeOptions options)
    : loop_(loop), service_(service), options_(std::move(options)) {}

Reloader::~Reloader() {
    if (reader_.joinable()) reader_.join();
}

void Reloader::request(Done done) {
    waiting_.push_back(std::move(done));
    if (!busy_) begin();
}

void Reloader::begin() {
    busy_ = true;
    served_ = std::exchange(waiting_, {});
    notify_reloading(loop_.clock().now());
    reader_ = std::thread([this] {
        const auto loaded = std::make_shared<Loaded>();
        loaded->configuration = load_configuration(options_, loaded->diagnostics);
        if (loaded->configuration) {
            add_own_token(*loaded->configuration, loaded->diagnostics);
            service_.prepare(*loaded->configuration->snapshot);
        }
        loop_.post([this, loaded] { apply(*loaded); });
    });
}

void Reloader::apply(Loaded& loaded) {
    reader_.join();
    Diagnostics& diagnostics = loaded.diagnostics;
    if (loaded.configuration && !service_.ready()) {
        diagnostics.add(plain("turnpike", Severity::error, "this instance is stopping"));
        loaded.configuration.reset();
    }
    if (!loaded.configuration) return finish(false, diagnostics);
    for (const char* key : changed_for_good(service_.settings(), loaded.configuration->settings)) {
        diagnostics.add(plain(options_.config, Severity::warning,
                              "'" + std::string(key) + "' has changed: that needs a restart"));
    }
    service_.take_up(std::move(*loaded.configuration),
                     [this, diagnostics] { finish(true, diagnostics); });
}

void Reloader::finish(bool accepted, const Diagnostics& diagnostics) {
    if (!accepted) service_.refused();
    log(accepted, diagnostics, service_.snapshot().knowledge.sites.all().size());
    last_ = {accepted, loop_.clock().wall(), diagnostics};
    notify_systemd("READY=1");
    busy_ = false;
    for (const Done& done : std::exchange(served_, {})) {
        if (done) done(*last_);
    }
    if (!busy_ && !waiting_.empty()) begin();
}

}  // namespace turnpike::cli
