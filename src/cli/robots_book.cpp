// When to fetch, and what to make of it.
#include "cli/robots_book.hpp"

#include <algorithm>

namespace turnpike::cli {
namespace {

using Time = std::chrono::steady_clock::time_point;

constexpr std::chrono::minutes refresh_every{10};
constexpr std::chrono::seconds again_after_failure{30};
constexpr std::chrono::seconds look_every{5};
/// At a time: a thousand sites may have one origin.
constexpr std::size_t most_fetches = 8;

std::string to_text(const OriginAddress& origin) {
    return origin.unix_path.empty() ? "http://" + origin.authority() : "unix:" + origin.unix_path;
}

}  // namespace

struct RobotsBook::Entry {
    Site site;  // its policy is in `wishes`
    robots::Wishes wishes;
    std::optional<std::string> copy;  // of the origin's file; nothing: nobody knows it
    bool asked = false;               // the origin, for what is there or for a failure
    std::string trouble;              // with the last fetch; empty: none
    Time due{};
    bool waiting = false;
    bool fetching = false;
    bool is_current = true;  // else the configuration has changed
    compliance::History served;
    std::shared_ptr<const gate::RobotsFile> file;

    bool merges() const { return site.robots == RobotsSource::merge; }
};

RobotsBook::RobotsBook(net::Loop& loop, Service& service, std::string state_folder)
    : loop_(loop), service_(service), state_folder_(std::move(state_folder)) {
    follow_configuration();
    publish([] {});
    service_.on_taken_up([this](std::function<void()> done) {
        follow_configuration();
        publish(std::move(done));
        look_at_the_clock();
    });
    look_at_the_clock();
}

RobotsBook::~RobotsBook() {
    stopping_ = true;
    waiting_.clear();
    for (RobotsFetch* fetch : under_way_) fetch->cancel();
    if (fetches_.running() == 0) return;
    loop_.restart();
    loop_.run();
}

/// The sites as they are now. What is known of their origins stays, and is looked at anew.
void RobotsBook::follow_configuration() {
    const gate::Snapshot& snapshot = service_.snapshot();
    const auto sites = snapshot.knowledge.sites.all();
    std::map<std::string, std::shared_ptr<Entry>> last = std::exchange(entries_, {});
    waiting_.clear();
    for (const auto& [name, entry] : last) entry->is_current = false;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const Site& site = sites[i];
        if (site.robots == RobotsSource::origin) continue;
        auto entry = std::make_shared<Entry>();
        entry->site.name = site.name;
        entry->site.hosts = site.hosts;
        entry->site.origin = site.origin;
        entry->site.robots = site.robots;
        entry->wishes = snapshot.robots[i];
        const auto before = last.find(site.name);
        if (before != last.end() && before->second->site.origin.address == site.origin.address) {
            entry->copy = before->second->copy;
            entry->asked = before->second->asked;
            entry->trouble = before->second->trouble;
        } else if (!state_folder_.empty() && entry->merges()) {
            auto kept = read_robots_copy(robots_copy_file(state_folder_, site.name));
            if (kept && kept->origin == to_text(site.origin.address))
                entry->copy = std::move(kept->text);
        }
        if (before != last.end()) {
            entry->served = before->second->served;
            entry->file = before->second->file;
        } else if (!state_folder_.empty()) {
            entry->served = read_robots_history(robots_history_file(state_folder_, site.name));
        }
        compose(*entry);
        entries_.emplace(site.name, std::move(entry));
    }
}

void RobotsBook::look_at_the_clock() {
    const Time now = loop_.clock().now();
    for (const auto& [name, entry] : entries_) {
        if (!entry->merges() || entry->waiting || entry->fetching || entry->due > now) continue;
        entry->waiting = true;
        waiting_.push_back(entry);
    }
    fetch_more();
    loop_.deadlines().set(timer_, now + look_every);
}

void RobotsBook::fetch_more() {
    while (!waiting_.empty() && fetches_.running() < most_fetches && !stopping_) {
        const auto entry = waiting_.front();
        waiting_.pop_front();
        entry->waiting = false;
        entry->fetching = true;
        fetches_.start(fetch(entry));
    }
}

Task<void> RobotsBook::fetch(std::shared_ptr<Entry> entry) {
    RobotsFetch fetch(loop_, entry->site);
    under_way_.insert(&fetch);
    RobotsFetch::Result result = co_await fetch.run();
    under_way_.erase(&fetch);
    entry->fetching = false;
    if (entry->is_current && !stopping_) learn(*entry, std::move(result));
    loop_.post([this] {  // when this one has ended
        if (!stopping_) return fetch_more();
        if (fetches_.running() == 0) loop_.stop();
    });
}

void RobotsBook::learn(Entry& entry, RobotsFetch::Result result) {
    const bool failed = !result.text;
    const auto wait = failed ? std::chrono::seconds(again_after_failure) : refresh_every;
    entry.due = loop_.clock().now() + wait;
    entry.asked = true;
    say_changes(entry, failed ? result.why : std::string());
    if (!failed && entry.copy != result.text) {
        entry.copy = std::move(result.text);
        const RobotsCopy kept{.origin = to_text(entry.site.origin.address),
                              .text = *entry.copy,
                              .fetched = loop_.clock().wall()};
        std::string error;
        if (!state_folder_.empty() &&
            !write_robots_copy(robots_copy_file(state_folder_, entry.site.name), kept, error)) {
            telemetry::log_warning("the copy of a robots.txt cannot be kept: " + error);
        }
    }
    compose(entry);
    if (std::exchange(publishing_, true)) return;
    loop_.post([this] {
        publishing_ = false;
        publish([] {});
    });
}

void RobotsBook::say_changes(Entry& entry, const std::string& trouble) const {
    const std::string last = std::exchange(entry.trouble, trouble);
    if (trouble == last) return;
    const std::string name = "site " + entry.site.name + ": the origin's robots.txt ";
    if (trouble.empty()) return telemetry::log_info(name + "is there again");
    telemetry::log_warning(name + "cannot be read (" + trouble + "): " +
                           (entry.copy ? "the last copy stands in for it"
                                       : "until it can, ours says only what Turnpike enforces"));
}

void RobotsBook::compose(Entry& entry) {
    const bool is_final = !entry.merges() || entry.copy || entry.asked;
    std::string text = robots::compose(entry.wishes, entry.merges() ? entry.copy.value_or("") : "");
    if (entry.file && entry.file->text() == text && entry.file->is_final() == is_final) return;
    // What is not final is not what clients are held to.
    if (is_final) keep_served(entry, text);
    entry.file = std::make_shared<const gate::RobotsFile>(std::move(text), entry.served, is_final);
}

void RobotsBook::keep_served(Entry& entry, const std::string& text) {
    const std::uint32_t last = entry.served.last_number();
    entry.served = entry.served.with(text, loop_.clock().wall());
    if (entry.served.last_number() == last || state_folder_.empty()) return;
    std::string error;
    if (!write_robots_history(robots_history_file(state_folder_, entry.site.name), entry.served,
                              error)) {
        telemetry::log_warning("which robots.txt was served cannot be kept: " + error);
    }
}

void RobotsBook::publish(std::function<void()> done) {
    auto files = std::make_shared<gate::RobotsFiles>();
    for (const auto& [name, entry] : entries_) files->emplace(name, entry->file);
    service_.use_robots(std::move(files), std::move(done));
}

}  // namespace turnpike::cli
