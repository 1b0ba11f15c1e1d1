// A gate before one site, without a server: the exchanges are fakes, the origin's end is in the
// hands of the test, and the clock is turned by hand.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "gate/gate.hpp"
#include "support/fake_exchange.hpp"
#include "support/sockets.hpp"

namespace turnpike::test {

inline constexpr std::string_view refused_to = "/private";

/// A gate before one site, its origin in the hands of the test.
class GateTest : public testing::Test {
protected:
    void open(proxy::Limits limits = {}) { open(limits, listener_.port()); }
    void open(proxy::Limits limits, std::uint16_t port) {
        limits_ = limits;
        loop_.clock().set(std::chrono::steady_clock::now(), std::chrono::system_clock::now());
        loop_.deadlines().turn(loop_.clock().now());
        telemetry::AccessLogOptions options;
        options.to = log_path_;
        std::string error;
        log_ = telemetry::AccessLog::open(options, 1, error);
        ASSERT_TRUE(log_) << error;
        listeners_.push_back(metrics_.listener("test"));
        hints_.add_listener("test");
        const gate::Surroundings surroundings{.loop = loop_,
                                              .metrics = metrics_,
                                              .counters = metrics_.shard(0),
                                              .log = log_->ring(0),
                                              .rates = rates_,
                                              .robots_readers = robots_readers_,
                                              .observer = observer_,
                                              .hints = hints_,
                                              .listeners = listeners_,
                                              .delayed = metrics_.limit("delay")};
        gate_ = std::make_unique<gate::Gate>(surroundings, make_snapshot(port));
    }
    /// One site with its origin at `port`; what is at `refused_to` is refused for this reason.
    std::shared_ptr<gate::Snapshot> make_snapshot(std::uint16_t port,
                                                  std::string reason = "This is private.") {
        Site site;
        site.name = "example";
        site.hosts = {"example.com"};
        site.origin.address = {.host = "127.0.0.1", .port = port, .unix_path = {}};
        site.origin.connect_timeout = limits_.connect;
        site.origin.response_timeout = limits_.response;
        Rule rule;
        rule.name = "nobody";
        rule.when.add(when::Paths{{refused_to}});
        rule.then = Action::deny;
        rule.reason = std::move(reason);
        site.rules.push_back(std::move(rule));
        for (const Rule& own : rules_) site.rules.push_back(own);
        site.mode = mode_;
        auto snapshot = std::make_shared<gate::Snapshot>();
        snapshot->knowledge.catalogue = identity::Catalogue::installed();
        snapshot->knowledge.signals = behaviour::Signals::installed();
        snapshot->knowledge.sites = Sites({std::move(site)});
        snapshot->trusted_proxies_text = "loopback";
        snapshot->pseudonym = "1.1 turnpike-test";
        snapshot->series = gate::Series(snapshot->knowledge, metrics_);
        return snapshot;
    }
    void TearDown() override {
        gate_.reset();
        log_.reset();
        std::remove(log_path_.c_str());
    }

    void serve(FakeRequest& request) {
        ++begun_;
        exchanges_.start(serve_and_count(request));
    }
    Task<void> serve_and_count(FakeRequest& request) {
        Exchange exchange{request.head,       request.body, request.outlet,
                          request.arena,      request.peer, 0,
                          loop_.clock().now()};
        co_await gate_->serve(exchange);
        ++ended_;
    }
    bool until(const std::function<bool()>& done) { return run_until(loop_, done); }
    /// Turns the clock, which stands still otherwise.
    void pass(std::chrono::milliseconds time) {
        run_for(loop_, std::chrono::milliseconds(5));
        loop_.clock().advance(time);
        loop_.deadlines().turn(loop_.clock().now());
        run_for(loop_, std::chrono::milliseconds(5));
    }
    bool until_all_end() {
        return until([this] { return ended_ == begun_; });
    }

    /// The next connection to the origin, once a whole request head has come over it.
    Peer accept() {
        std::optional<Peer> peer;
        const bool came = until([&] {
            if (!peer) peer = listener_.accept();
            return peer && peer->has("\r\n\r\n");
        });
        if (!came) throw std::runtime_error("no request reached the origin");
        return std::move(*peer);
    }

    /// The access log's lines, once the writer has written all.
    std::vector<std::string> log_lines() {
        log_.reset();
        std::ifstream file(log_path_);
        std::vector<std::string> lines;
        for (std::string line; std::getline(file, line);) lines.push_back(line);
        return lines;
    }
    /// The value of a series; 0 where there is none.
    double metric(const std::string& series) {
        telemetry::Metrics::Readings readings;
        readings.now = loop_.clock().wall();
        std::istringstream text(metrics_.text(readings));
        for (std::string line; std::getline(text, line);) {
            if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
        }
        return 0;
    }
    double origin_outcomes(const std::string& outcome) {
        return metric("turnpike_origin_requests_total{site=\"example\",outcome=\"" + outcome +
                      "\"}");
    }

    test::PeerListener listener_;
    net::Loop loop_;
    telemetry::Metrics metrics_{{.version = "test"}};
    std::vector<telemetry::Metrics::ListenerId> listeners_;
    proxy::Limits limits_;
    const std::string log_path_ = (std::filesystem::temp_directory_path() /
                                   ("turnpike_gate_" + std::to_string(::getpid()) + ".log"))
                                      .string();
    store::Rates rates_{64 * 1024};
    compliance::Readers robots_readers_{64 * 1024};
    behaviour::Observer observer_{{.client_bytes = 64 * 1024, .agent_bytes = 64 * 1024}};
    std::vector<std::string> hinted_;
    gate::Hints hints_{[this](std::string text) { hinted_.push_back(std::move(text)); }};
    std::vector<Rule> rules_;  ///< Of the site, behind the one that refuses.
    Mode mode_ = Mode::enforce;
    std::unique_ptr<telemetry::AccessLog> log_;
    std::unique_ptr<gate::Gate> gate_;
    int begun_ = 0;
    int ended_ = 0;
    Nursery exchanges_;
};

}  // namespace turnpike::test
