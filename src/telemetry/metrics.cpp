// Registration of names and the memory of the shards. How the sums are written: exposition.cpp.
#include "telemetry/metrics.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>

#include "telemetry/registry.hpp"

namespace turnpike::telemetry {
namespace {

/// Twice as many slots as keys, so that probing stays short.
std::size_t slots_for(std::size_t keys) {
    return std::bit_ceil(std::max<std::size_t>(2 * keys, 2));
}

}  // namespace

Metrics::Metrics(Options options) : registry_(std::make_unique<Registry>(std::move(options))) {
    for (std::size_t i = 0; i < registry_->options.threads; ++i) {
        registry_->shards.push_back(std::make_unique<Shard>(i, registry_->options.max_series));
    }
    registry_->crawlers.emplace("other", other_crawler);
    no_site_ = site("-");
}

Metrics::~Metrics() = default;

Metrics::SiteId Metrics::site(std::string_view name) {
    const std::scoped_lock lock(registry_->mutex);
    auto& sites = registry_->sites;
    auto found = std::find_if(sites.begin(), sites.end(),
                              [&](const Registry::Site& site) { return site.name == name; });
    if (found == sites.end()) {
        const std::size_t threads = registry_->options.threads;
        sites.push_back({std::string(name), std::make_unique<SiteCounters[]>(threads)});
        found = sites.end() - 1;
    }
    SiteId id;
    id.counters_ = found->counters.get();
    id.index_ = static_cast<std::uint32_t>(found - sites.begin());
    return id;
}

Metrics::ThreadCounter* Metrics::Registry::counters_of(NamedCounters& family, LabelValues values) {
    auto& counters = family[std::move(values)];
    if (!counters) counters = std::make_unique<ThreadCounter[]>(options.threads);
    return counters.get();
}

Metrics::RuleId Metrics::rule(std::string_view site, std::string_view name, Mode mode) {
    const std::scoped_lock lock(registry_->mutex);
    RuleId id;
    id.counters_ = registry_->counters_of(
        registry_->rules, {std::string(site), std::string(name), std::string(name_of(mode))});
    return id;
}

Metrics::LimitId Metrics::limit(std::string_view name) {
    const std::scoped_lock lock(registry_->mutex);
    LimitId id;
    id.counters_ = registry_->counters_of(registry_->limits, {std::string(name)});
    return id;
}

Metrics::ListenerId Metrics::listener(std::string_view name) {
    const std::scoped_lock lock(registry_->mutex);
    ListenerId id;
    id.counters_ = registry_->counters_of(registry_->listeners, {std::string(name)});
    return id;
}

Metrics::CrawlerId Metrics::crawler(std::string_view name) {
    const std::scoped_lock lock(registry_->mutex);
    auto& crawlers = registry_->crawlers;
    if (const auto found = crawlers.find(name); found != crawlers.end()) return found->second;
    if (crawlers.size() > UINT16_MAX) return other_crawler;
    const auto id = static_cast<CrawlerId>(crawlers.size());
    crawlers.emplace(name, id);
    return id;
}

void Metrics::reloaded(bool successful, std::chrono::system_clock::time_point now) {
    const std::scoped_lock lock(registry_->mutex);
    ++(successful ? registry_->reloads : registry_->reloads_refused);
    registry_->last_reload_successful = successful;
    if (successful) registry_->last_reload_success = now;
}

void Metrics::catalogue_dated(std::chrono::system_clock::time_point date) {
    const std::scoped_lock lock(registry_->mutex);
    registry_->catalogue_date = date;
}

Metrics::Shard& Metrics::shard(std::size_t thread) {
    return *registry_->shards[thread];
}

// calloc, because pages of the table that no crawler ever touches then cost no memory.
Metrics::Shard::Shard(std::size_t thread, std::size_t max_series)
    : thread_(thread),
      most_used_(max_series),
      shift_(static_cast<unsigned>(64 - std::countr_zero(slots_for(max_series)))),
      mask_(slots_for(max_series) - 1),
      slots_(static_cast<Slot*>(std::calloc(mask_ + 1, sizeof(Slot)))) {
    if (slots_ == nullptr) throw std::bad_alloc();
}

void Metrics::Shard::Free::operator()(Slot* slots) const {
    std::free(slots);
}

/// Past the limit counts are lost. A scrape refuses series by then, and so says that there are more
/// than max_series.
bool Metrics::Shard::occupy(Slot& slot, std::uint64_t key) {
    if (used_ == most_used_) return false;
    ++used_;
    std::atomic_ref<std::uint64_t>(slot.key).store(key, std::memory_order_release);
    return true;
}

}  // namespace turnpike::telemetry
