// Metrics: what is counted, how it is written, that promtool likes it, what the limit does.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

#include "support/allocations.hpp"
#include "telemetry/telemetry.hpp"

namespace turnpike::telemetry {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::system_clock::time_point now(1'800'000'000s);

std::string text_of(Metrics& metrics) {
    Metrics::Readings readings;
    readings.now = now;
    return metrics.text(readings);
}

/// The lines of one family, without its HELP and TYPE.
std::string family(const std::string& text, const std::string& name) {
    std::istringstream lines(text);
    std::string found;
    for (std::string line; std::getline(lines, line);) {
        if (line.compare(0, name.size(), name) == 0) found += line + "\n";
    }
    return found;
}

struct Scenario {
    Metrics metrics{{.threads = 2, .version = "1.2.3"}};
    Metrics::SiteId site = metrics.site("example");
    Metrics::CrawlerId gptbot = metrics.crawler("GPTBot");
    Metrics::Shard& first = metrics.shard(0);
    Metrics::Shard& second = metrics.shard(1);

    void run() {
        for (Metrics::Shard* shard : {&first, &second}) {
            shard->count_request(site, Action::deny, Outcome::refused, Category::ai_training);
            shard->count_response(site, 403, Source::turnpike);
            shard->count_rule(metrics.rule("example", "deny-ai", Mode::enforce));
            shard->count_crawler(site, gptbot, Action::deny, Proof::none);
            shard->count_crawler_bytes(site, gptbot, 300);
            shard->observe_decision(site, 1500ns);
            shard->observe_request(site, 2ms);
        }
        first.count_request(site, Action::allow, Outcome::forwarded, Category::browser);
        first.count_response(site, 200, Source::origin);
        first.count_origin(site, OriginOutcome::ok);
        first.observe_origin(site, 1500us);
        first.observe_request(site, 90s);
        first.count_undecided(metrics.no_site());
        first.count_response(metrics.no_site(), 421, Source::turnpike);
        first.count_limited(metrics.limit("request_head"));
        first.count_untrusted_forwarded(metrics.listener("127.0.0.1:8080"));
        metrics.rule("example", "never", Mode::observe);
        metrics.reloaded(true, now - 60s);
        metrics.reloaded(false, now - 10s);
        metrics.catalogue_dated(now - 86'400s);
    }

    std::string text() {
        const Metrics::Readings::Connections connections[] = {{"127.0.0.1:8080", 3, 40}};
        const Metrics::Readings::Limited limited[] = {{"connections", 5}, {"request_head", 1}};
        const Metrics::Readings::Table tables[] = {{"rates", 12, 3}};
        return metrics.text({now, 7, connections, limited, tables});
    }
};

TEST(Metrics, WritesWhatWasCountedOnAllThreads) {
    Scenario scenario;
    scenario.run();
    const std::string text = scenario.text();
    EXPECT_EQ(
        family(text, "turnpike_requests_total"),
        "turnpike_requests_total{site=\"-\",action=\"-\",outcome=\"failed\",category=\"-\"} 1\n"
        "turnpike_requests_total{site=\"example\",action=\"allow\",outcome=\"forwarded\","
        "category=\"browser\"} 1\n"
        "turnpike_requests_total{site=\"example\",action=\"deny\",outcome=\"refused\","
        "category=\"ai-training\"} 2\n");
    EXPECT_EQ(family(text, "turnpike_responses_total"),
              "turnpike_responses_total{site=\"-\",code=\"4xx\",source=\"turnpike\"} 1\n"
              "turnpike_responses_total{site=\"example\",code=\"2xx\",source=\"origin\"} 1\n"
              "turnpike_responses_total{site=\"example\",code=\"4xx\",source=\"turnpike\"} 2\n");
    EXPECT_EQ(family(text, "turnpike_rule_matches_total"),
              "turnpike_rule_matches_total{site=\"example\",rule=\"deny-ai\",mode=\"enforce\"} 2\n"
              "turnpike_rule_matches_total{site=\"example\",rule=\"never\",mode=\"observe\"} 0\n");
    EXPECT_EQ(family(text, "turnpike_crawler"),
              "turnpike_crawler_requests_total{site=\"example\",crawler=\"GPTBot\","
              "action=\"deny\",proof=\"none\"} 2\n"
              "turnpike_crawler_response_bytes_total{site=\"example\",crawler=\"GPTBot\"} 600\n");
    EXPECT_EQ(family(text, "turnpike_origin_requests_total"),
              "turnpike_origin_requests_total{site=\"example\",outcome=\"ok\"} 1\n");
}

TEST(Metrics, WritesWhatItIsHandedAndWhatIsSet) {
    Scenario scenario;
    scenario.run();
    const std::string text = scenario.text();
    EXPECT_EQ(family(text, "turnpike_connections"),
              "turnpike_connections{listener=\"127.0.0.1:8080\",state=\"active\"} 3\n"
              "turnpike_connections{listener=\"127.0.0.1:8080\",state=\"idle\"} 40\n");
    EXPECT_EQ(family(text, "turnpike_limited_total"),
              "turnpike_limited_total{limit=\"connections\"} 5\n"
              "turnpike_limited_total{limit=\"request_head\"} 2\n");
    EXPECT_EQ(family(text, "turnpike_untrusted_forwarded_total"),
              "turnpike_untrusted_forwarded_total{listener=\"127.0.0.1:8080\"} 1\n");
    EXPECT_EQ(family(text, "turnpike_table_"),
              "turnpike_table_entries{table=\"rates\"} 12\n"
              "turnpike_table_evictions_total{table=\"rates\"} 3\n");
    EXPECT_EQ(family(text, "turnpike_config_"),
              "turnpike_config_reloads_total{result=\"ok\"} 1\n"
              "turnpike_config_reloads_total{result=\"refused\"} 1\n"
              "turnpike_config_last_reload_successful 0\n"
              "turnpike_config_last_reload_success_timestamp_seconds 1799999940\n");
    EXPECT_EQ(family(text, "turnpike_catalogue_age_seconds"),
              "turnpike_catalogue_age_seconds 86400\n");
    EXPECT_EQ(family(text, "turnpike_log_dropped_total"), "turnpike_log_dropped_total 7\n");
    EXPECT_EQ(family(text, "turnpike_series_dropped_total"), "turnpike_series_dropped_total 0\n");
    EXPECT_EQ(family(text, "turnpike_build_info"), "turnpike_build_info{version=\"1.2.3\"} 1\n");
}

TEST(Metrics, PutsDurationsIntoBuckets) {
    Scenario scenario;
    scenario.run();
    const std::string text = scenario.text();
    const std::string request = family(text, "turnpike_request_duration_seconds");
    const auto has = [&](const std::string& line) { return request.find(line) != request.npos; };
    EXPECT_TRUE(has("_bucket{site=\"example\",le=\"0.001\"} 0\n")) << request;
    EXPECT_TRUE(has("_bucket{site=\"example\",le=\"0.0025\"} 2\n")) << request;
    EXPECT_TRUE(has("_bucket{site=\"example\",le=\"60\"} 2\n")) << request;
    EXPECT_TRUE(has("_bucket{site=\"example\",le=\"+Inf\"} 3\n")) << request;
    EXPECT_TRUE(has("_count{site=\"example\"} 3\n")) << request;
    EXPECT_TRUE(has("_sum{site=\"example\"} 90.004")) << request;
    const std::string decision = family(text, "turnpike_decision_duration_seconds");
    EXPECT_NE(decision.find("le=\"1e-06\"} 0\n"), std::string::npos) << decision;
    EXPECT_NE(decision.find("le=\"2e-06\"} 2\n"), std::string::npos) << decision;
}

TEST(Histogram, TakesBoundsIntoTheLowerBucketAndNegativeDurationsAsZero) {
    DecisionHistogram histogram;
    histogram.observe(1us);
    histogram.observe(-1us);
    histogram.observe(1001ns);
    histogram.observe(1ms);
    histogram.observe(2s);
    EXPECT_EQ(histogram.in_bucket(0), 2u);
    EXPECT_EQ(histogram.in_bucket(1), 1u);
    EXPECT_EQ(histogram.in_bucket(decision_bounds.size() - 1), 1u);
    EXPECT_EQ(histogram.in_bucket(decision_bounds.size()), 1u);
    EXPECT_EQ(histogram.sum(), 2'001'002'001u);
}

TEST(Metrics, LeavesOutFamiliesThatHaveNothingToSay) {
    Metrics metrics({.version = "1"});
    const std::string text = text_of(metrics);
    EXPECT_EQ(text.find("turnpike_requests_total"), std::string::npos);
    EXPECT_EQ(text.find("duration_seconds"), std::string::npos);
    EXPECT_EQ(text.find("turnpike_catalogue_age_seconds"), std::string::npos);
    EXPECT_EQ(text.find("turnpike_connections"), std::string::npos);
    EXPECT_NE(text.find("turnpike_build_info{version=\"1\"} 1\n"), std::string::npos);
}

TEST(Metrics, TellsOfTheProcess) {
    Metrics metrics({.version = "1"});
    const std::string text = text_of(metrics);
    for (const std::string name :
         {"process_cpu_seconds_total", "process_resident_memory_bytes",
          "process_virtual_memory_bytes", "process_open_fds", "process_max_fds", "process_threads",
          "process_start_time_seconds"}) {
        const std::string line = family(text, name + " ");
        ASSERT_FALSE(line.empty()) << name;
        EXPECT_GT(std::stod(line.substr(name.size())), 0) << name;
    }
}

TEST(Metrics, GivesTheSameNameTheSameCounters) {
    Metrics metrics({.version = "1"});
    const Metrics::SiteId before = metrics.site("a");
    for (int i = 0; i < 100; ++i) metrics.site("other" + std::to_string(i));
    metrics.shard(0).count_response(before, 200, Source::origin);
    metrics.shard(0).count_response(metrics.site("a"), 204, Source::origin);
    EXPECT_EQ(family(text_of(metrics), "turnpike_responses_total"),
              "turnpike_responses_total{site=\"a\",code=\"2xx\",source=\"origin\"} 2\n");
    EXPECT_EQ(metrics.crawler("GPTBot"), metrics.crawler("GPTBot"));
    EXPECT_NE(metrics.crawler("GPTBot"), metrics.crawler("ClaudeBot"));
    EXPECT_EQ(metrics.crawler("other"), Metrics::other_crawler);
}

TEST(Metrics, CountsCrawlersBySiteNameActionAndProof) {
    Metrics metrics({.max_series = 20'000, .version = "1"});
    Metrics::Shard& shard = metrics.shard(0);
    for (int site = 0; site < 10; ++site) {
        const auto site_id = metrics.site("s" + std::to_string(site));
        for (int crawler = 0; crawler < 100; ++crawler) {
            const auto id = metrics.crawler("c" + std::to_string(crawler));
            for (int i = 0; i <= crawler; ++i) {
                shard.count_crawler(site_id, id, Action::pay, Proof::forged);
            }
        }
    }
    shard.count_crawler(metrics.site("s3"), metrics.crawler("c9"), Action::allow, Proof::address);
    const std::string text = family(text_of(metrics), "turnpike_crawler_requests_total");
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1001);
    EXPECT_NE(text.find("{site=\"s7\",crawler=\"c41\",action=\"pay\",proof=\"forged\"} 42\n"),
              std::string::npos);
    EXPECT_NE(text.find("{site=\"s3\",crawler=\"c9\",action=\"allow\",proof=\"address\"} 1\n"),
              std::string::npos);
}

TEST(Metrics, ShowsNoMoreSeriesThanAllowedAndKeepsThoseItShowed) {
    Metrics metrics({.max_series = 10, .version = "1"});
    const auto site = metrics.site("a");
    metrics.shard(0).count_response(site, 200, Source::origin);
    text_of(metrics);  // admits build info, two of reloads, and this one
    for (int i = 0; i < 50; ++i) {
        const auto crawler = metrics.crawler("c" + std::to_string(i));
        metrics.shard(0).count_crawler(site, crawler, Action::deny, Proof::none);
    }
    metrics.shard(0).observe_request(site, 1ms);
    for (int scrape = 0; scrape < 2; ++scrape) {
        const std::string text = text_of(metrics);
        const std::string crawlers = family(text, "turnpike_crawler_requests_total");
        EXPECT_EQ(std::count(crawlers.begin(), crawlers.end(), '\n'), 6);
        EXPECT_FALSE(family(text, "turnpike_responses_total").empty());
        EXPECT_TRUE(family(text, "turnpike_request_duration_seconds").empty());
        // The thread's table holds ten crawlers, so four of them and the histogram are refused.
        EXPECT_EQ(family(text, "turnpike_series_dropped_total"),
                  "turnpike_series_dropped_total 22\n");
    }
}

TEST(Metrics, EscapesLabels) {
    Metrics metrics({.version = "1"});
    metrics.shard(0).count_response(metrics.site("a\"b\\c\nd"), 200, Source::origin);
    EXPECT_EQ(
        family(text_of(metrics), "turnpike_responses_total"),
        "turnpike_responses_total{site=\"a\\\"b\\\\c\\nd\",code=\"2xx\",source=\"origin\"} 1\n");
}

TEST(Metrics, CountsWithoutAllocation) {
    Scenario scenario;
    const auto rule = scenario.metrics.rule("example", "deny-ai", Mode::enforce);
    const test::Allocations allocations;
    scenario.first.count_request(scenario.site, Action::deny, Outcome::refused, Category::seo);
    scenario.first.count_response(scenario.site, 403, Source::turnpike);
    scenario.first.count_rule(rule);
    scenario.first.count_crawler(scenario.site, scenario.gptbot, Action::deny, Proof::none);
    scenario.first.count_crawler_bytes(scenario.site, scenario.gptbot, 300);
    scenario.first.observe_decision(scenario.site, 3us);
    scenario.first.observe_request(scenario.site, 3ms);
    EXPECT_EQ(allocations.count(), 0u);
}

TEST(Metrics, MayBeScrapedAndExtendedWhileThreadsCount) {
    Scenario scenario;
    std::atomic<bool> stop{false};
    std::uint64_t counted = 0;
    std::thread loop([&] {
        do {
            scenario.second.count_request(scenario.site, Action::deny, Outcome::refused,
                                          Category::seo);
            scenario.second.count_crawler(scenario.site,
                                          static_cast<Metrics::CrawlerId>(counted % 2),
                                          Action::deny, Proof::none);
            ++counted;
        } while (!stop);  // at least once: it may come to run when all the rest is done
    });
    for (int i = 0; i < 50; ++i) {
        scenario.metrics.site("new" + std::to_string(i));
        text_of(scenario.metrics);
    }
    stop = true;
    loop.join();
    EXPECT_NE(family(text_of(scenario.metrics), "turnpike_requests_total")
                  .find("\"seo\"} " + std::to_string(counted)),
              std::string::npos);
}

// The names, types and help texts as Prometheus' own checker sees them.
TEST(Metrics, SatisfyPromtool) {
    if (std::system("promtool --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "no promtool";
    Scenario scenario;
    scenario.run();
    const std::string file = testing::TempDir() + "turnpike-metrics.txt";
    std::ofstream(file) << scenario.text();
    EXPECT_EQ(std::system(("promtool check metrics < " + file).c_str()), 0);
    std::remove(file.c_str());
}

}  // namespace
}  // namespace turnpike::telemetry
