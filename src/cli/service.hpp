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
    static std::unique_ptr<Service> open(net::Loop& loop, Configuration configuration,
                                         std::string& error);
    ~Service();
    Service(const Service&) = delete;

    void start();
    /// Looks up the metrics that a snapshot counts in. Takes its time; any thread.
    void prepare(gate::Snapshot& snapshot) const;
    /// Hands a prepared configuration to every thread. What only a start can change must be as it
    /// is: listeners, threads, where the log goes. `done` is called on the main loop when no new
    /// request is judged by the one before.
    void take_up(Configuration next, std::function<void()> done);
    /// A configuration was refused: the one in use stays.
    void refused();
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
    enum class Detail : std::uint8_t { as_logged, full };
    Task<std::optional<std::string>> find_decision(std::string id, Detail detail);
    /// Every thread judges with these from now on; null: none. `done` is called on the main loop
    /// when all do.
    void use_overrides(std::shared_ptr<const gate::Overrides> overrides,
                       std::function<void()> done);
    /// The same for the robots.txt of all sites.
    void use_robots(std::shared_ptr<const gate::RobotsFiles> files, std::function<void()> done);
    /// `follow` is called on the main loop with each configuration that is taken up, when every
    /// thread has it; nobody is told of that before it calls what it is given.
    void on_taken_up(std::function<void(std::function<void()> done)> follow) {
        follow_ = std::move(follow);
    }
    /// Before start().
    void add_endpoint(admin::Endpoint endpoint) { observers_->admin().add(std::move(endpoint)); }

    /// As at start, with what has been taken up since.
    const config::Settings& settings() const { return settings_; }
    const gate::Snapshot& snapshot() const { return *snapshot_; }
    std::chrono::system_clock::time_point started() const { return started_; }
    std::size_t threads() const { return workers_.size(); }
    bool ready() const { return ready_; }

private:
    struct Worker;
    explicit Service(net::Loop& loop);
    void adopt(std::unique_ptr<gate::Snapshot> snapshot);
    bool open_workers(std::string& error);
    bool open_observers(std::string& error);
    void worker_ended();
    void on_every_gate(const std::function<void(gate::Gate&)>& work, std::function<void()> done);
    void on_every_thread(const std::function<void(std::size_t)>& work, std::function<void()> done);

    net::Loop& loop_;
    config::Settings settings_;
    std::shared_ptr<const gate::Snapshot> snapshot_;
    std::unique_ptr<telemetry::AccessLog> log_;
    std::unique_ptr<telemetry::Metrics> metrics_;
    mutable store::Rates rates_;
    mutable compliance::Readers robots_readers_;
    mutable behaviour::Observer observer_;
    gate::Hints hints_;
    std::vector<telemetry::Metrics::ListenerId> listeners_;
    std::vector<std::string> health_paths_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::unique_ptr<Observers> observers_;
    std::atomic<bool> ready_{false};
    std::chrono::system_clock::time_point started_;
    std::size_t running_ = 0;  // workers; main loop only
    std::function<void(bool)> drained_;
    std::function<void(std::function<void()>)> follow_;
    struct TimeLimit : Deadline {
        std::function<void()> on_passed;

    private:
        void expired() override { on_passed(); }
    } time_limit_;
};

}  // namespace turnpike::cli
