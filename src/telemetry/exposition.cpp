// A scrape: the shards are added up and written as text. The only file that names prometheus.
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <initializer_list>

#include "telemetry/process.hpp"
#include "telemetry/registry.hpp"

namespace turnpike::telemetry {
namespace {

using Type = prometheus::MetricType;
using prometheus::ClientMetric;

constexpr std::string_view undecided = "-";
constexpr std::array<std::string_view, source_count> source_names{"origin", "turnpike"};
constexpr std::array<std::string_view, origin_outcome_count> origin_outcome_names{
    "ok", "connect_failed", "timeout", "reset", "invalid", "overloaded"};

double seconds_of(std::chrono::system_clock::duration duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

/// The families of one scrape, in the order of the documentation. A family without a series is left
/// out.
class Metrics::Scrape {
public:
    Scrape(Registry& registry, const Readings& readings)
        : registry_(registry), readings_(readings) {}
    std::string text();

private:
    struct Label {
        std::string_view name;
        std::string_view value;
    };
    using Labels = std::initializer_list<Label>;
    using Site = Registry::Site;

    void begin(Type type, const char* name, const char* help);
    /// The series with these labels; null where max_series does not admit it. `lines` is what it
    /// adds to the text.
    ClientMetric* series(Labels labels, std::size_t lines = 1);
    void counter(Labels labels, std::uint64_t value);
    void gauge(Labels labels, double value);
    /// A family of one series that has no label and is always admitted.
    void single(Type type, const char* name, const char* help, double value);

    void requests();
    void requests_of(const Site& site, std::size_t action);
    void responses();
    void rules();
    void crawlers();
    template <class Histogram>
    void histograms(Histogram SiteCounters::*member, std::span<const std::int64_t> bounds);
    void durations();
    void origins();
    void configuration();
    void connections();
    void limits();
    void tables();
    void own();
    void process();

    /// What `get` finds in the site's counters of each thread, added up.
    template <class Get>
    std::uint64_t sum(const Site& site, Get get) const {
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < registry_.options.threads; ++i) total += get(site.counters[i]);
        return total;
    }
    std::uint64_t sum(const std::unique_ptr<ThreadCounter[]>& counters) const {
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < registry_.options.threads; ++i) total += counters[i].value();
        return total;
    }

    Registry& registry_;
    const Readings& readings_;
    std::vector<prometheus::MetricFamily> families_;
};

void Metrics::Scrape::begin(Type type, const char* name, const char* help) {
    families_.push_back({name, help, type, {}});
}

ClientMetric* Metrics::Scrape::series(Labels labels, std::size_t lines) {
    prometheus::MetricFamily& family = families_.back();
    Registry::LabelValues key{family.name};
    for (const Label& label : labels) key.emplace_back(label.value);
    if (!registry_.admitted.contains(key)) {
        if (registry_.series + lines > registry_.options.max_series) {
            if (registry_.refused.insert(std::move(key)).second) registry_.series_refused += lines;
            return nullptr;
        }
        registry_.series += lines;
        registry_.admitted.insert(std::move(key));
    }
    ClientMetric& metric = family.metric.emplace_back();
    for (const Label& label : labels) {
        metric.label.push_back({std::string(label.name), std::string(label.value)});
    }
    return &metric;
}

void Metrics::Scrape::counter(Labels labels, std::uint64_t value) {
    if (ClientMetric* metric = series(labels)) metric->counter.value = static_cast<double>(value);
}

void Metrics::Scrape::gauge(Labels labels, double value) {
    if (ClientMetric* metric = series(labels)) metric->gauge.value = value;
}

void Metrics::Scrape::single(Type type, const char* name, const char* help, double value) {
    begin(type, name, help);
    ClientMetric& metric = families_.back().metric.emplace_back();
    (type == Type::Counter ? metric.counter.value : metric.gauge.value) = value;
}

void Metrics::Scrape::requests() {
    begin(Type::Counter, "turnpike_requests_total",
          "Requests by what was decided and what became of them; - where nothing was decided.");
    for (const Site& site : registry_.sites) {
        for (std::size_t action = 0; action < SiteCounters::actions; ++action) {
            requests_of(site, action);
        }
    }
}

void Metrics::Scrape::requests_of(const Site& site, std::size_t action) {
    for (std::size_t i = 0; i < outcome_count * SiteCounters::categories; ++i) {
        const std::size_t index = action * outcome_count * SiteCounters::categories + i;
        const std::uint64_t value = sum(
            site, [&](const SiteCounters& counters) { return counters.requests[index].value(); });
        if (value == 0) continue;
        const std::size_t category = i % SiteCounters::categories;
        counter(
            {{"site", site.name},
             {"action", action < action_count ? name_of(static_cast<Action>(action)) : undecided},
             {"outcome", name_of(static_cast<Outcome>(i / SiteCounters::categories))},
             {"category",
              category < category_count ? name_of(static_cast<Category>(category)) : undecided}},
            value);
    }
}

void Metrics::Scrape::responses() {
    constexpr std::array<std::string_view, 6> classes{"", "1xx", "2xx", "3xx", "4xx", "5xx"};
    begin(Type::Counter, "turnpike_responses_total",
          "Responses by class of status code and by who made them.");
    for (const Site& site : registry_.sites) {
        for (std::size_t i = source_count; i < classes.size() * source_count; ++i) {
            const std::uint64_t value = sum(
                site, [&](const SiteCounters& counters) { return counters.responses[i].value(); });
            if (value == 0) continue;
            counter({{"site", site.name},
                     {"code", classes[i / source_count]},
                     {"source", source_names[i % source_count]}},
                    value);
        }
    }
}

void Metrics::Scrape::rules() {
    begin(Type::Counter, "turnpike_rule_matches_total", "Requests that a rule matched.");
    for (const auto& [labels, counters] : registry_.rules) {
        counter({{"site", labels[0]}, {"rule", labels[1]}, {"mode", labels[2]}}, sum(counters));
    }
}

void Metrics::Scrape::crawlers() {
    std::map<std::uint64_t, std::uint64_t> sums;  // by Shard's key
    for (const auto& shard : registry_.shards) {
        for (std::size_t i = 0; i <= shard->mask_; ++i) {
            Shard::Slot& slot = shard->slots_[i];
            const std::uint64_t key = std::atomic_ref(slot.key).load(std::memory_order_acquire);
            if (key == 0) continue;
            sums[key] += std::atomic_ref(slot.count).load(std::memory_order_relaxed);
        }
    }
    std::vector<std::string_view> names(registry_.crawlers.size());
    for (const auto& [name, id] : registry_.crawlers) names[static_cast<std::size_t>(id)] = name;
    const auto site_of = [&](std::uint64_t key) -> std::string_view {
        return registry_.sites[key >> 32 & 0x7fffffff].name;
    };
    const auto action_of = [](std::uint64_t key) { return key >> 8 & 0xff; };

    begin(Type::Counter, "turnpike_crawler_requests_total",
          "Requests of declared crawlers: AI crawlers and search engines by name, else other.");
    for (const auto& [key, value] : sums) {
        if (action_of(key) == 0 || action_of(key) == Shard::violation_row) continue;
        counter({{"site", site_of(key)},
                 {"crawler", names[key >> 16 & 0xffff]},
                 {"action", name_of(static_cast<Action>(action_of(key) - 1))},
                 {"proof", name_of(static_cast<Proof>(key & 0xff))}},
                value);
    }
    begin(Type::Counter, "turnpike_crawler_response_bytes_total",
          "Bytes sent to declared crawlers, heads included.");
    for (const auto& [key, value] : sums) {
        if (action_of(key) != 0) continue;
        counter({{"site", site_of(key)}, {"crawler", names[key >> 16 & 0xffff]}}, value);
    }
    begin(Type::Counter, "turnpike_robots_violations_total",
          "Requests of crawlers for what robots.txt has kept from them for a day at least.");
    for (const auto& [key, value] : sums) {
        if (action_of(key) != Shard::violation_row) continue;
        counter({{"site", site_of(key)}, {"crawler", names[key >> 16 & 0xffff]}}, value);
    }
}

template <class Histogram>
void Metrics::Scrape::histograms(Histogram SiteCounters::*member,
                                 std::span<const std::int64_t> bounds) {
    for (const Site& site : registry_.sites) {
        ClientMetric::Histogram total;
        for (std::size_t i = 0; i < Histogram::bucket_count; ++i) {
            total.sample_count += sum(site, [&](const SiteCounters& counters) {
                return (counters.*member).in_bucket(i);
            });
            if (i == bounds.size()) break;  // the bucket without a bound: sample_count says it
            total.bucket.push_back({total.sample_count, static_cast<double>(bounds[i]) / 1e9});
        }
        if (total.sample_count == 0) continue;
        total.sample_sum =
            static_cast<double>(
                sum(site, [&](const SiteCounters& counters) { return (counters.*member).sum(); })) /
            1e9;
        const std::size_t lines = bounds.size() + 3;  // +Inf, sum, count
        if (ClientMetric* metric = series({{"site", site.name}}, lines)) {
            metric->histogram = std::move(total);
        }
    }
}

void Metrics::Scrape::durations() {
    begin(Type::Histogram, "turnpike_request_duration_seconds",
          "From a request's first byte to its answer's last; tunnels and event streams left out.");
    histograms(&SiteCounters::request_duration, exchange_bounds);
    begin(Type::Histogram, "turnpike_decision_duration_seconds",
          "Time to find out who asks and to judge it.");
    histograms(&SiteCounters::decision_duration, decision_bounds);
    begin(Type::Histogram, "turnpike_origin_duration_seconds",
          "From sending a request to the origin to the head of its answer.");
    histograms(&SiteCounters::origin_duration, exchange_bounds);
}

void Metrics::Scrape::origins() {
    begin(Type::Counter, "turnpike_origin_requests_total", "Requests sent to origins.");
    for (const Site& site : registry_.sites) {
        for (std::size_t i = 0; i < origin_outcome_count; ++i) {
            const std::uint64_t value =
                sum(site, [&](const SiteCounters& counters) { return counters.origin[i].value(); });
            if (value == 0) continue;
            counter({{"site", site.name}, {"outcome", origin_outcome_names[i]}}, value);
        }
    }
}

void Metrics::Scrape::configuration() {
    begin(Type::Counter, "turnpike_config_reloads_total", "Configurations loaded or refused.");
    counter({{"result", "ok"}}, registry_.reloads);
    counter({{"result", "refused"}}, registry_.reloads_refused);
    if (registry_.last_reload_successful) {
        single(Type::Gauge, "turnpike_config_last_reload_successful",
               "1 if the last attempt to load the configuration succeeded, else 0.",
               *registry_.last_reload_successful ? 1 : 0);
    }
    if (registry_.last_reload_success) {
        single(Type::Gauge, "turnpike_config_last_reload_success_timestamp_seconds",
               "When the configuration in force was loaded.",
               seconds_of(registry_.last_reload_success->time_since_epoch()));
    }
}

void Metrics::Scrape::connections() {
    begin(Type::Gauge, "turnpike_connections", "Open connections of clients.");
    for (const Readings::Connections& listener : readings_.connections) {
        gauge({{"listener", listener.listener}, {"state", "active"}},
              static_cast<double>(listener.active));
        gauge({{"listener", listener.listener}, {"state", "idle"}},
              static_cast<double>(listener.idle));
    }
}

void Metrics::Scrape::limits() {
    std::map<std::string_view, std::uint64_t> limited;
    for (const auto& [labels, counters] : registry_.limits) limited[labels[0]] += sum(counters);
    for (const Readings::Limited& reading : readings_.limited) {
        limited[reading.limit] += reading.count;
    }
    begin(Type::Counter, "turnpike_limited_total", "Times that a limit of `limits` was enforced.");
    for (const auto& [limit, count] : limited) counter({{"limit", limit}}, count);

    begin(Type::Counter, "turnpike_untrusted_forwarded_total",
          "Requests that a peer forwarded whom trusted_proxies does not name.");
    for (const auto& [labels, counters] : registry_.listeners) {
        counter({{"listener", labels[0]}}, sum(counters));
    }
}

void Metrics::Scrape::tables() {
    begin(Type::Gauge, "turnpike_table_entries", "What a shared table holds and still needs.");
    for (const Readings::Table& reading : readings_.tables) {
        gauge({{"table", reading.table}}, static_cast<double>(reading.entries));
    }
    begin(Type::Counter, "turnpike_table_evictions_total",
          "What had to go from a full table before its time.");
    for (const Readings::Table& reading : readings_.tables) {
        counter({{"table", reading.table}}, reading.evictions);
    }
}

void Metrics::Scrape::own() {
    if (registry_.catalogue_date) {
        single(Type::Gauge, "turnpike_catalogue_age_seconds",
               "Age of the newest entry of the crawler catalogue.",
               seconds_of(readings_.now - *registry_.catalogue_date));
    }
    single(Type::Counter, "turnpike_log_dropped_total",
           "Lines of the access log that were lost because its target was too slow or failed.",
           static_cast<double>(readings_.log_dropped));
    begin(Type::Gauge, "turnpike_build_info", "1, labelled with the version that runs.");
    gauge({{"version", registry_.options.version}}, 1);
}

void Metrics::Scrape::process() {
    const ProcessFigures figures = read_process_figures();
    single(Type::Counter, "process_cpu_seconds_total", "CPU time in user and kernel mode.",
           figures.cpu_seconds);
    single(Type::Gauge, "process_resident_memory_bytes", "Resident memory.",
           static_cast<double>(figures.resident_bytes));
    single(Type::Gauge, "process_virtual_memory_bytes", "Address space.",
           static_cast<double>(figures.virtual_bytes));
    single(Type::Gauge, "process_open_fds", "Open file descriptors.",
           static_cast<double>(figures.open_descriptors));
    single(Type::Gauge, "process_max_fds", "File descriptors that may be open.",
           static_cast<double>(figures.most_descriptors));
    single(Type::Gauge, "process_threads", "Threads.", static_cast<double>(figures.threads));
    single(Type::Gauge, "process_start_time_seconds", "When the process started.",
           figures.start_time);
}

std::string Metrics::Scrape::text() {
    // Those of fixed size first, so that no number of sites can push them out.
    own();
    configuration();
    connections();
    limits();
    tables();
    requests();
    responses();
    rules();
    crawlers();
    durations();
    origins();
    process();
    // Last, because the families above may have been refused some.
    single(Type::Counter, "turnpike_series_dropped_total",
           "Series that are not shown because metrics.max_series was reached.",
           static_cast<double>(registry_.series_refused));
    std::erase_if(families_, [](const auto& family) { return family.metric.empty(); });
    return prometheus::TextSerializer().Serialize(families_);
}

std::string Metrics::text(const Readings& readings) {
    const std::scoped_lock lock(registry_->mutex);
    return Scrape(*registry_, readings).text();
}

}  // namespace turnpike::telemetry
