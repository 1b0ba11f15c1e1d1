// A running Turnpike: loops and their threads, gates, listeners, log and metrics, from start to
// drain.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cli/configuration.hpp"
#include "cli/observers.hpp"
#include "server/server.hpp"

namespace turnpike::cli {

class Service {
public:
    /// Opens log and listeners. Null with `error` where that fails; nothing runs yet.
    static std::unique_ptr<Service> open(net::Loop& loop, const Configuration& configuration,
                                         std::string& error);
    ~Service();
    Service(const Service&) = delete;

    void start();
    /// Lets requests under way end, for at most the drain timeout; `done` is called on the main
    /// loop when all threads have ended, or the time is up.
    void drain(std::function<void(bool complete)> done);
    /// Ends the program at once, requests under way or not, with the log written out.
    [[noreturn]] void abandon(int status);
    void reopen_log() { log_->reopen(); }

    /// Where the first listener and the admin listener ended up.
    net::Endpoint address() const;
    std::optional<net::Endpoint> admin_address() const;
    std::string metrics_text() const;
    /// The JSON log's line of the request with that id, or X-Request-Id, as far as it is
    /// remembered.
    Task<std::optional<std::string>> find_decision(std::string id);
    /// Before start().
    void add_endpoint(admin::Endpoint endpoint) { observers_->admin().add(std::move(endpoint)); }

    const gate::Snapshot& snapshot() const { return *configuration_.snapshot; }
    std::chrono::system_clock::time_point started() const { return started_; }
    std::size_t threads() const { return workers_.size(); }
    bool ready() const { return ready_; }

private:
    struct Worker;
    Service(net::Loop& loop, const Configuration& configuration);
    bool open_workers(std::string& error);
    bool open_observers(std::string& error);
    void worker_ended();
    void on_every_gate(const std::function<void(gate::Gate&)>& work, std::function<void()> done);

    net::Loop& loop_;
    const Configuration configuration_;
    std::unique_ptr<telemetry::AccessLog> log_;
    std::unique_ptr<telemetry::Metrics> metrics_;
    mutable store::Rates rates_;
    std::vector<telemetry::Metrics::ListenerId> listeners_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::unique_ptr<Observers> observers_;
    std::atomic<bool> ready_{false};
    std::chrono::system_clock::time_point started_;
    std::size_t running_ = 0;  // workers; main loop only
    std::function<void(bool)> drained_;
    struct TimeLimit : Deadline {
        std::function<void()> on_passed;

    private:
        void expired() override { on_passed(); }
    } time_limit_;
};

}  // namespace turnpike::cli
