// Threads, listeners and what they share.
#include "cli/service.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace turnpike::cli {
namespace {

std::size_t thread_count(std::uint32_t configured) {
    if (configured > 0) return configured;
    cpu_set_t mask;
    if (::sched_getaffinity(0, sizeof mask, &mask) != 0) return 1;
    return static_cast<std::size_t>(std::max(1, CPU_COUNT(&mask)));
}

/// Two descriptors a request add up; the soft limit of most systems is meant for other programs.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// For what all threads remember of requests: about six thousand of them.
constexpr std::size_t decision_bytes = 3 * 1024 * 1024;

telemetry::AccessLogOptions log_options(const config::AccessLogSettings& settings) {
    using Options = telemetry::AccessLogOptions;
    Options options;
    options.to = settings.to;
    options.format = settings.combined ? Options::Format::combined : Options::Format::json;
    options.address = static_cast<Options::AddressDetail>(settings.address);
    options.query = settings.query;
    return options;
}

server::Limits server_limits(const config::LimitSettings& settings, std::size_t threads) {
    server::Limits limits;
    limits.head.bytes = settings.request_head;
    limits.head_timeout = settings.request_head_timeout;
    limits.idle_timeout = settings.idle_timeout;
    const std::size_t share = (settings.connections + threads - 1) / threads;
    limits.connections = static_cast<std::uint32_t>(share);
    return limits;
}

/// By index of the listener; nothing where none has one.
std::vector<std::string> health_paths(const std::vector<config::ListenAddress>& listeners) {
    std::vector<std::string> paths;
    bool any = false;
    for (const auto& listen : listeners) any |= !paths.emplace_back(listen.health_path).empty();
    if (!any) paths.clear();
    return paths;
}

}  // namespace

/// One loop thread with its gate and its end of every listener.
struct Service::Worker {
    net::Loop loop;
    std::unique_ptr<gate::Gate> gate;
    std::vector<std::unique_ptr<server::Server>> servers;
    std::thread thread;

    ~Worker() {
        loop.stop();
        if (thread.joinable()) thread.join();
    }
};

Service::Service(net::Loop& loop)
    : loop_(loop),
      // Threads that serve requests write to no log of their own.
      hints_([&loop](std::string hint) {
          loop.post([hint = std::move(hint)] { telemetry::log_warning(hint); });
      }) {}

Service::~Service() = default;

std::unique_ptr<Service> Service::open(net::Loop& loop, Configuration configuration,
                                       std::string& error) {
    raise_descriptor_limit();
    std::unique_ptr<Service> service(new Service(loop));
    service->settings_ = std::move(configuration.settings);
    const config::Settings& settings = service->settings_;
    const std::size_t threads = thread_count(settings.threads);
    service->log_ = telemetry::AccessLog::open(log_options(settings.access_log), threads, error);
    if (!service->log_) return nullptr;
    telemetry::Metrics::Options options;
    options.threads = threads;
    options.max_series = settings.max_series;
    options.version = TURNPIKE_VERSION;
    service->metrics_ = std::make_unique<telemetry::Metrics>(options);
    service->prepare(*configuration.snapshot);
    service->adopt(std::move(configuration.snapshot));
    for (const auto& listen : settings.listen) {
        service->listeners_.push_back(service->metrics_->listener(listen.text));
        service->hints_.add_listener(listen.text);
    }
    service->health_paths_ = health_paths(settings.listen);
    for (std::size_t i = 0; i < threads; ++i)
        service->workers_.push_back(std::make_unique<Worker>());
    if (!service->open_workers(error) || !service->open_observers(error)) return nullptr;
    service->observers_->admin().use_token(configuration.admin_token);
    return service;
}

void Service::prepare(gate::Snapshot& snapshot) const {
    snapshot.series = gate::Series(snapshot.knowledge, *metrics_);
}

/// From here on all threads own it. The last of them to let go hands it to the main loop, since
/// taking a thousand sites apart takes longer than a request may wait.
void Service::adopt(std::unique_ptr<gate::Snapshot> snapshot) {
    net::Loop& loop = loop_;
    snapshot_ = std::shared_ptr<const gate::Snapshot>(
        snapshot.release(), [&loop](const gate::Snapshot* last) {
            const std::shared_ptr<const gate::Snapshot> owned(last);
            loop.post([owned] {});
        });
    metrics_->reloaded(true, loop_.clock().wall());
    const std::chrono::seconds newest(snapshot_->knowledge.catalogue->newest());
    metrics_->catalogue_dated(std::chrono::system_clock::time_point(newest));
}

void Service::take_up(Configuration next, std::function<void()> done) {
    settings_ = std::move(next.settings);
    observers_->admin().use_token(std::move(next.admin_token));
    adopt(std::move(next.snapshot));

    const auto change = [this, snapshot = snapshot_,
                         limits = server_limits(settings_.limits, workers_.size()),
                         look = log_options(settings_.access_log)](std::size_t thread) {
        workers_[thread]->gate->take_up(snapshot);
        for (const auto& server : workers_[thread]->servers) server->use(limits);
        log_->ring(thread).use(look);
    };
    on_every_thread(change, [this, done = std::move(done)] {
        if (!follow_) return done();
        follow_(done);
    });
}

void Service::refused() {
    metrics_->reloaded(false, loop_.clock().wall());
}

bool Service::open_workers(std::string& error) {
    const config::Settings& settings = settings_;
    std::vector<net::Endpoint> endpoints;
    for (const auto& listen : settings.listen) endpoints.push_back(to_endpoint(listen));
    for (std::size_t thread = 0; thread < workers_.size(); ++thread) {
        Worker& worker = *workers_[thread];
        const gate::Surroundings surroundings{.loop = worker.loop,
                                              .metrics = *metrics_,
                                              .counters = metrics_->shard(thread),
                                              .log = log_->ring(thread),
                                              .rates = rates_,
                                              .robots_readers = robots_readers_,
                                              .observer = observer_,
                                              .hints = hints_,
                                              .listeners = listeners_,
                                              .delayed = metrics_->limit("delay"),
                                              .health_paths = health_paths_,
                                              .decision_bytes = decision_bytes / workers_.size()};
        worker.gate = std::make_unique<gate::Gate>(surroundings, snapshot_);
        for (std::uint32_t i = 0; i < endpoints.size(); ++i) {
            using Sharing = net::Listener::Sharing;
            const Sharing sharing = thread == 0 ? Sharing::first : Sharing::joining;
            auto listener = net::Listener::open(worker.loop, endpoints[i], sharing);
            if (!listener) {
                error = cannot_listen(settings.listen[i].text, listener.error());
                return false;
            }
            // Where the kernel chose the port, the other threads share it.
            endpoints[i] = listener->local();
            const server::Server::Options options{
                .listener = i, .limits = server_limits(settings.limits, workers_.size())};
            worker.servers.push_back(std::make_unique<server::Server>(
                worker.loop, std::move(*listener), *worker.gate, options));
        }
    }
    return true;
}

bool Service::open_observers(std::string& error) {
    const config::Settings& settings = settings_;
    observers_ = std::make_unique<Observers>(
        loop_, admin::Admin::Sources{.metrics = [this] { return metrics_text(); },
                                     .ready = [this] { return ready_.load(); }});
    if (settings.admin) {
        std::string failure;
        if (!observers_->open_admin(*settings.admin, failure)) {
            if (settings.admin_written) {
                error = failure;
                return false;
            }
            telemetry::log_warning("no metrics: " + failure);
        }
    }
    return !settings.metrics || observers_->open_metrics(*settings.metrics, error);
}

void Service::start() {
    observers_->start();
    running_ = workers_.size();
    for (const auto& worker : workers_) {
        Worker* const one = worker.get();
        for (const auto& server : one->servers) server->start();
        one->thread = std::thread([one] { one->loop.run(); });
    }
    ready_ = true;
    started_ = loop_.clock().wall();
}

void Service::drain(std::function<void(bool)> done) {
    ready_ = false;
    drained_ = std::move(done);
    time_limit_.on_passed = [this] { std::exchange(drained_, nullptr)(false); };
    loop_.deadlines().set(time_limit_, loop_.clock().now() + settings_.limits.drain_timeout);
    for (const auto& worker : workers_) {
        Worker* const one = worker.get();
        one->loop.post([this, one] {
            const auto left = std::make_shared<std::size_t>(one->servers.size());
            for (const auto& server : one->servers) {
                server->drain([this, one, left] {
                    if (--*left > 0) return;
                    one->loop.stop();
                    loop_.post([this] { worker_ended(); });
                });
            }
        });
    }
}

void Service::worker_ended() {
    if (--running_ > 0 || !drained_) return;
    observers_->drain([this] {
        if (drained_) std::exchange(drained_, nullptr)(true);
    });
}

void Service::abandon(int status) {
    for (const auto& worker : workers_) worker->loop.stop();
    for (const auto& worker : workers_) worker->thread.join();
    log_.reset();
    // No destructors: coroutines that wait for ever hold what they would destroy.
    std::fflush(nullptr);
    std::_Exit(status);
}

/// `work` on each thread, which it is told by number, then `done` on the main loop. While draining,
/// threads end without a word, so there nothing is asked any more.
void Service::on_every_thread(const std::function<void(std::size_t)>& work,
                              std::function<void()> done) {
    if (!ready_) return done();
    const auto left = std::make_shared<std::size_t>(workers_.size());
    for (std::size_t thread = 0; thread < workers_.size(); ++thread) {
        workers_[thread]->loop.post([this, thread, work, left, done] {
            work(thread);
            loop_.post([left, done] {
                if (--*left == 0) done();
            });
        });
    }
}

/// The same for what gates are given, which they are also before the threads have begun.
void Service::on_every_gate(const std::function<void(gate::Gate&)>& work,
                            std::function<void()> done) {
    if (running_ == 0) {
        for (const auto& worker : workers_) work(*worker->gate);
        return done();
    }
    const auto on_thread = [this, work](std::size_t thread) { work(*workers_[thread]->gate); };
    on_every_thread(on_thread, std::move(done));
}

void Service::use_overrides(std::shared_ptr<const gate::Overrides> overrides,
                            std::function<void()> done) {
    const auto hand_over = [overrides = std::move(overrides)](gate::Gate& gate) {
        gate.use(overrides);
    };
    on_every_gate(hand_over, std::move(done));
}

void Service::use_robots(std::shared_ptr<const gate::RobotsFiles> files,
                         std::function<void()> done) {
    const auto hand_over = [files = std::move(files)](gate::Gate& gate) { gate.use(files); };
    on_every_gate(hand_over, std::move(done));
}

Task<std::optional<std::string>> Service::find_decision(std::string id, Detail detail) {
    struct Search {
        std::string id;
        telemetry::AccessLogOptions detail;
        std::mutex lock;  // threads may find it at once: an X-Request-Id is anybody's
        std::optional<std::string> found;
        Event ended;
    };
    const auto search = std::make_shared<Search>();
    search->id = std::move(id);
    if (detail == Detail::as_logged) search->detail = log_options(settings_.access_log);
    search->detail.format = telemetry::AccessLogOptions::Format::json;
    const auto look = [this, search](std::size_t thread) {
        auto found = workers_[thread]->gate->find_decision(search->id, search->detail);
        const std::lock_guard guard(search->lock);
        if (found) search->found = std::move(found);
    };
    on_every_thread(look, [search] { search->ended.set(); });
    co_await search->ended;
    co_return std::move(search->found);
}

net::Endpoint Service::address() const {
    return workers_.front()->servers.front()->local();
}

std::optional<net::Endpoint> Service::admin_address() const {
    return observers_->address();
}

std::string Service::metrics_text() const {
    using Readings = telemetry::Metrics::Readings;
    std::vector<Readings::Connections> connections;
    std::uint64_t over_connections = 0;
    for (std::size_t i = 0; i < settings_.listen.size(); ++i) {
        Readings::Connections sum;
        sum.listener = settings_.listen[i].text;
        for (const auto& worker : workers_) {
            const server::Counters& counters = worker->servers[i]->counters();
            sum.active += counters.active.load(std::memory_order_relaxed);
            sum.idle += counters.idle.load(std::memory_order_relaxed);
            over_connections += counters.over_connections.load(std::memory_order_relaxed);
        }
        connections.push_back(std::move(sum));
    }
    const Readings::Limited limited{.limit = "connections", .count = over_connections};
    Readings readings;
    readings.now = std::chrono::system_clock::now();
    readings.log_dropped = log_->dropped();
    readings.connections = connections;
    readings.limited = {&limited, 1};
    const auto now = std::chrono::steady_clock::now();
    const behaviour::Observer::Tables watched = observer_.tables(now);
    const std::array tables{
        Readings::Table{"rates", rates_.entries(now), rates_.evictions()},
        Readings::Table{"robots", robots_readers_.entries(now), robots_readers_.evictions()},
        Readings::Table{"clients", watched.clients, watched.client_evictions},
        Readings::Table{"agents", watched.agents, watched.agent_evictions}};
    readings.tables = tables;
    return metrics_->text(readings);
}

}  // namespace turnpike::cli
