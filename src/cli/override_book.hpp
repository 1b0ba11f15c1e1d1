// The overrides of a running instance: kept on disk, handed to every thread, ended in time. On the
// main loop.
#pragma once

#include <optional>
#include <string>

#include "cli/override_file.hpp"
#include "cli/service.hpp"

namespace turnpike::cli {

class OverrideBook {
public:
    static constexpr std::chrono::hours longest{30 * 24};
    static constexpr std::size_t most = 1000;

    /// Takes up what the folder keeps; empty: in memory only. Before the service starts.
    OverrideBook(net::Loop& loop, Service& service, const std::string& state_folder);
    OverrideBook(const OverrideBook&) = delete;
    ~OverrideBook();

    /// What was done; `warning` says what was not, for whoever asked for it.
    struct Change {
        gate::Override made;
        std::string warning;
    };
    const std::vector<gate::Override>& list() const { return overrides_.list; }
    bool is_full() const { return overrides_.list.size() >= most; }
    /// Numbers it, keeps it, and returns when every thread knows it.
    Task<Change> add(gate::Override wanted);
    /// Nothing where there is none of that number.
    Task<std::optional<Change>> remove(std::uint32_t number);

private:
    struct Timer : Deadline {
        explicit Timer(OverrideBook& of) : book(of) {}
        void expired() override { book.look_at_the_clock(); }
        OverrideBook& book;
    };
    void read();
    std::string save();
    Task<void> publish();
    void hand_over(std::function<void()> done);
    void look_at_the_clock();

    net::Loop& loop_;
    Service& service_;
    std::string path_;  // empty: memory only
    OverrideList overrides_;
    Timer timer_{*this};
};

}  // namespace turnpike::cli
