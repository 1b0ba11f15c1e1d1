// Keeping overrides, and ending them.
#include "cli/override_book.hpp"

#include <algorithm>
#include <cstdio>

namespace turnpike::cli {
namespace {

using gate::Override;

// The wall clock may be set while we wait, so it is looked at this often at least.
constexpr std::chrono::seconds longest_wait{30};

}  // namespace

OverrideBook::OverrideBook(net::Loop& loop, Service& service, const std::string& state_folder)
    : loop_(loop),
      service_(service),
      path_(state_folder.empty() ? std::string() : override_file(state_folder)) {
    read();
    look_at_the_clock();
    hand_over([] {});
}

OverrideBook::~OverrideBook() = default;

void OverrideBook::read() {
    if (path_.empty()) return;
    std::string error;
    auto overrides = read_overrides(path_, error);
    if (overrides) {
        overrides_ = std::move(*overrides);
        return;
    }
    // Not to be written over: somebody may want to know what was in it.
    const std::string aside = path_ + ".broken";
    const bool moved = std::rename(path_.c_str(), aside.c_str()) == 0;
    telemetry::log_warning("no overrides were taken up: " + error +
                           (moved ? "; it is now '" + aside + "'" : ""));
    if (!moved) path_.clear();
}

/// Empty, or why they will not outlive this process.
std::string OverrideBook::save() {
    if (path_.empty()) return "no folder for the state can be written, so a restart ends it";
    std::string error;
    if (write_overrides(path_, overrides_, error)) return {};
    return "it could not be kept, so a restart ends it: " + error;
}

void OverrideBook::hand_over(std::function<void()> done) {
    auto held = overrides_.list.empty() ? nullptr
                                        : std::make_shared<const gate::Overrides>(overrides_.list);
    service_.use_overrides(std::move(held), std::move(done));
}

Task<void> OverrideBook::publish() {
    Event known;
    hand_over([&known] { known.set(); });
    co_await known;
}

Task<OverrideBook::Change> OverrideBook::add(Override wanted) {
    wanted.number = ++overrides_.last_number;
    overrides_.list.push_back(wanted);
    Change change{.made = std::move(wanted), .warning = save()};
    look_at_the_clock();
    co_await publish();
    co_return change;
}

Task<std::optional<OverrideBook::Change>> OverrideBook::remove(std::uint32_t number) {
    std::optional<Change> change;
    const auto found = std::find_if(overrides_.list.begin(), overrides_.list.end(),
                                    [&](const Override& each) { return each.number == number; });
    if (found == overrides_.list.end()) co_return change;
    change.emplace();
    change->made = std::move(*found);
    overrides_.list.erase(found);
    change->warning = save();
    co_await publish();
    co_return change;
}

/// Ends what has expired, and waits for the next.
void OverrideBook::look_at_the_clock() {
    const Override::Time now = loop_.clock().wall();
    if (overrides_.expire(now)) {
        const std::string warning = save();
        if (!warning.empty()) telemetry::log_warning("overrides ended: " + warning);
        hand_over([] {});
    }
    if (overrides_.list.empty()) return;
    const auto next = std::min_element(
        overrides_.list.begin(), overrides_.list.end(),
        [](const Override& a, const Override& b) { return a.expires < b.expires; });
    const auto wait = std::min<std::chrono::steady_clock::duration>(
        std::chrono::ceil<std::chrono::milliseconds>(next->expires - now), longest_wait);
    loop_.deadlines().set(timer_, loop_.clock().now() + wait);
}

}  // namespace turnpike::cli
