// Brings a changed configuration to the running service: read and compiled on a thread of its own,
// taken up by every loop thread, or refused as a whole. May watch the files by itself.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "cli/service.hpp"

namespace turnpike::cli {

class Reloader {
public:
    struct Report {
        bool accepted = false;
        std::chrono::system_clock::time_point time;
        Diagnostics diagnostics;  ///< Of an accepted one, too: warnings.
    };
    using Done = std::function<void(const Report&)>;

    /// Of the configuration that `options` name. `files` are those that the service was started
    /// with; where the configuration says so, they are watched from now on.
    Reloader(net::Loop& loop, Service& service, ServeOptions options, Files files);
    Reloader(const Reloader&) = delete;
    ~Reloader();  ///< Waits for a reading that is under way; nobody is told what came of it.

    /// `done`, which may be empty, is called on the loop when every thread works with the new
    /// configuration, or when it has been refused. Files may change while they are read: who asks
    /// in the meantime gets another reading, all together one.
    void request(Done done);
    /// Nothing before the first.
    const std::optional<Report>& last() const { return last_; }

private:
    struct Loaded {
        std::optional<Configuration> configuration;
        Files files;
        Diagnostics diagnostics;
    };
    void begin();
    void read(Loaded& loaded) const;
    void apply(Loaded& loaded);
    void finish(bool accepted, const Diagnostics& diagnostics);
    void watch_files();
    void something_changed();
    void look_for_changes();

    net::Loop& loop_;
    Service& service_;
    const ServeOptions options_;
    std::thread reader_;
    std::vector<Done> waiting_;  // for the next reading
    std::vector<Done> served_;   // by the one under way
    bool busy_ = false;
    std::optional<Report> last_;

    Files files_;                              // as last read
    std::unique_ptr<net::FolderWatch> watch_;  // null: nobody watches
    std::optional<std::chrono::steady_clock::time_point> restless_since_;
    struct Rest : Deadline {
        std::function<void()> on_passed;

    private:
        void expired() override { on_passed(); }
    } rest_;
};

}  // namespace turnpike::cli
