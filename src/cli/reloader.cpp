// Reading, handing over, and saying what came of it.
#include "cli/reloader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

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

/// Gives `next` back what only a start can change; the names of the keys whose new values so have
/// to wait.
std::vector<const char*> keep_what_is_fixed(const config::Settings& now, config::Settings& next) {
    std::vector<const char*> keys;
    const auto keep = [&keys](const char* key, const auto& is, auto& would_be) {
        if (is != would_be) keys.push_back(key);
        would_be = is;
    };
    keep("threads", now.threads, next.threads);
    keep("listen", now.listen, next.listen);
    keep("admin.address", now.admin, next.admin);
    keep("metrics.address", now.metrics, next.metrics);
    keep("metrics.max_series", now.max_series, next.max_series);
    keep("state_dir", now.state_dir, next.state_dir);
    keep("access_log.to", now.access_log.to, next.access_log.to);
    return keys;
}

/// systemd waits for the READY that follows (Type=notify-reload).
void notify_reloading(std::chrono::steady_clock::time_point now) {
    const auto time = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
    notify_systemd("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(time.count()));
}

}  // namespace

Reloader::Reloader(net::Loop& loop, Service& service, ServeOptions options, Files files)
    : loop_(loop), service_(service), options_(std::move(options)), files_(std::move(files)) {
    rest_.on_passed = [this] { look_for_changes(); };
    watch_files();
}

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
        read(*loaded);
        loop_.post([this, loaded] { apply(*loaded); });
    });
}

/// On a thread of its own. Files that somebody is at work on are read again until they stand still,
/// so that no half of one is taken for the whole.
void Reloader::read(Loaded& loaded) const {
    constexpr std::chrono::milliseconds calm(100);
    constexpr int most_readings = 20;
    for (int reading = 1;; ++reading) {
        loaded = {};
        loaded.configuration = load_configuration(options_, loaded.files, loaded.diagnostics);
        if (loaded.files.were_calm(calm) && !loaded.files.changed()) break;
        if (reading == most_readings) {
            loaded.configuration.reset();
            loaded.diagnostics.add(plain(options_.config, Severity::error,
                                         "its files change all the time: reload once they rest"));
            return;
        }
        std::this_thread::sleep_for(calm);
    }
    if (!loaded.configuration) return;
    add_own_token(*loaded.configuration, loaded.diagnostics);
    service_.prepare(*loaded.configuration->snapshot);
}

void Reloader::apply(Loaded& loaded) {
    reader_.join();
    files_ = std::move(loaded.files);
    Diagnostics& diagnostics = loaded.diagnostics;
    if (loaded.configuration && !service_.ready()) {
        diagnostics.add(plain("turnpike", Severity::error, "this instance is stopping"));
        loaded.configuration.reset();
    }
    if (!loaded.configuration) return finish(false, diagnostics);
    for (const char* key :
         keep_what_is_fixed(service_.settings(), loaded.configuration->settings)) {
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
    watch_files();
    busy_ = false;
    for (const Done& done : std::exchange(served_, {})) {
        if (done) done(*last_);
    }
    if (!busy_ && !waiting_.empty()) begin();
}

void Reloader::watch_files() {
    if (!service_.settings().watch) {
        watch_.reset();
        rest_.clear();
        return;
    }
    if (!watch_) {
        watch_ = std::make_unique<net::FolderWatch>(loop_, [this] { something_changed(); });
    }
    if (!watch_->use(files_.folders())) {
        telemetry::log_warning("some folders of the configuration cannot be watched: " +
                               std::string(std::strerror(errno)));
    }
    something_changed();  // perhaps, before they were watched
}

/// Changes come in swarms: they are looked at when there was none for a moment, and in any case
/// after a while.
void Reloader::something_changed() {
    constexpr std::chrono::milliseconds moment(300);
    constexpr std::chrono::seconds longest(5);
    const auto now = loop_.clock().now();
    if (!restless_since_) restless_since_ = now;
    loop_.deadlines().set(rest_, std::min(now + moment, *restless_since_ + longest));
}

/// Most of what happens in a folder is none of our business.
void Reloader::look_for_changes() {
    restless_since_.reset();
    if (!busy_ && files_.changed()) request(nullptr);
}

}  // namespace turnpike::cli
