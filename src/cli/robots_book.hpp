// The robots.txt of every site: the origin's file is fetched beside the traffic, joined with what
// the site's policy says, and handed to every thread. On the main loop.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "cli/robots_copy.hpp"
#include "cli/robots_fetch.hpp"
#include "cli/service.hpp"

namespace turnpike::cli {

class RobotsBook {
public:
    /// Copies are kept in the folder; empty: in memory only. Before the service starts, whose
    /// configurations it follows from now on.
    RobotsBook(net::Loop& loop, Service& service, std::string state_folder);
    RobotsBook(const RobotsBook&) = delete;
    ~RobotsBook();  ///< Ends fetches that are under way; runs the loop for that.

private:
    struct Entry;
    void follow_configuration();
    void look_at_the_clock();
    void fetch_more();
    Task<void> fetch(std::shared_ptr<Entry> entry);
    void learn(Entry& entry, RobotsFetch::Result result);
    void say_changes(Entry& entry, const std::string& trouble) const;
    void compose(Entry& entry);
    void keep_served(Entry& entry, const std::string& text);
    void publish(std::function<void()> done);

    struct Timer : Deadline {
        explicit Timer(RobotsBook& of) : book(of) {}
        void expired() override { book.look_at_the_clock(); }
        RobotsBook& book;
    };

    net::Loop& loop_;
    Service& service_;
    const std::string state_folder_;
    std::map<std::string, std::shared_ptr<Entry>> entries_;  // by site
    std::deque<std::shared_ptr<Entry>> waiting_;             // to be fetched
    std::set<RobotsFetch*> under_way_;
    Nursery fetches_;
    Timer timer_{*this};
    bool publishing_ = false;
    bool stopping_ = false;
};

}  // namespace turnpike::cli
