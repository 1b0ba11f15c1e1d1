// What one decision costs where many sites have many rules: the site by its host, then the rules.
// The requests go from site to site at random, so that nothing but the catalogue is in the cache.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>
#include <stdexcept>

#include "identity/identity.hpp"
#include "policy/policy.hpp"

namespace turnpike {
namespace {

constexpr std::string_view agents[] = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; "
    "+https://openai.com/gptbot)",
    "curl/8.5.0"};
constexpr std::string_view paths[] = {"/", "/blog/2024/a-long-title-of-a-page", "/feed.xml",
                                      "/owner/project/blame/main/src/file.cpp", "/archive/2020/x"};
constexpr std::string_view queries[] = {"", "page=2", "filter%5Bcolour%5D=red&sort=name"};

/// Rules as people write them, one of each kind in turn.
std::string rule(std::size_t number) {
    static constexpr std::string_view bodies[] = {
        "when: { crawler: GPTBot, path: \"/archive/**\" }, then: allow, rate: 600/min",
        "when: { category: seo }, then: deny",
        "when: { operator: Anthropic, path: [\"/private/**\", \"/drafts/**\"] }, then: deny",
        "when: { path: [\"/*/*/commits/**\", \"/*/*/raw/**\"], category: [browser, unknown], "
        "not: { cookie: session } }, then: throttle, rate: 5/s",
        "when: { address: [192.0.2.0/24, 198.51.100.0/24], header: { X-Api-Key: present } }, "
        "then: allow",
        "when: { user_agent: [OurBot, \"Inner*\"] }, then: allow",
        "when: { query: { \"filter*\": \"*\" }, category: [http-library, other-bot] }, then: deny",
        "when: { method: [POST, PUT], not: { category: [browser, feed-reader] } }, then: deny",
        "when: { host: \"beta.example\" }, then: deny",
        "when: { category: [security-scanner, archiver] }, then: deny, observe: true"};
    return "  - { name: rule-" + std::to_string(number) + ", " +
           std::string(bodies[number % std::size(bodies)]) + " }\n";
}

struct Policies {
    Policies(std::size_t sites, std::size_t rules) : catalogue(identity::Catalogue::installed()) {
        policy::Vocabulary words;
        words.find_crawler = [this](std::string_view name) { return catalogue->find(name); };
        words.operators = {"Anthropic"};
        Diagnostics out;
        const policy::Context context{
            .vocabulary = words, .read_file = {}, .environment = {}, .out = out};
        std::vector<policy::SiteFile> files;
        for (std::size_t i = 0; i < sites; ++i) {
            const std::string name = "site" + std::to_string(i);
            std::string text = "site: " + name + "\nhosts: [" + name +
                               ".example]\norigin: http://127.0.0.1:3000\nrules:\n";
            // The preset brings one more.
            for (std::size_t k = 0; k + 1 < rules; ++k) text += rule(k);
            files.push_back({name + ".yaml", std::move(text)});
        }
        auto loaded = policy::load_sites(files, context);
        if (!loaded) throw std::runtime_error(out.to_string());
        all = std::move(*loaded);
    }

    std::unique_ptr<const identity::Catalogue> catalogue;
    Sites all;
};

struct Request {
    std::string host;
    std::string_view path;
    std::string_view agent;
    Identity identity;
    RequestHead head;
};

std::vector<Request> random_requests(const Policies& policies) {
    std::mt19937 random(20261126);
    static const Field fields[] = {
        {.name = "Accept", .value = "text/html", .id = FieldId::accept},
        {.name = "Accept-Encoding", .value = "gzip"},
        {.name = "Cookie", .value = "theme=dark; session=abcdef", .id = FieldId::cookie}};
    std::vector<Request> requests(8192);
    for (Request& request : requests) {
        request.host = "site" + std::to_string(random() % policies.all.all().size()) + ".example";
        request.path = paths[random() % std::size(paths)];
        request.agent = agents[random() % std::size(agents)];
        request.identity = policies.catalogue->identify({&request.agent, 1});
        request.head.method_name = "GET";
        request.head.authority = request.host;
        request.head.query = queries[random() % std::size(queries)];
        request.head.fields = std::span<const Field>(fields);
    }
    return requests;
}

void decide_at_random(benchmark::State& state) {
    const Policies policies(static_cast<std::size_t>(state.range(0)),
                            static_cast<std::size_t>(state.range(1)));
    const std::vector<Request> requests = random_requests(policies);
    std::size_t next = 0;
    for (auto _ : state) {
        const Request& request = requests[next++ % requests.size()];
        const Site* site = policies.all.find(request.head.authority);
        const Question question{.readings = {&request.path, 1},
                                .user_agents = {&request.agent, 1},
                                .identity = &request.identity,
                                .head = &request.head,
                                .client = Address::v4(0xc0000201)};
        benchmark::DoNotOptimize(decide(*site, question));
    }
}

double least(const std::vector<double>& times) {
    return *std::min_element(times.begin(), times.end());
}

BENCHMARK(decide_at_random)
    ->ArgNames({"sites", "rules"})
    ->Args({1000, 10})
    ->Args({100, 20})
    ->Args({1, 2})
    ->Repetitions(20)
    ->MinTime(0.05)
    ->ComputeStatistics("min", least)
    ->ReportAggregatesOnly();

}  // namespace
}  // namespace turnpike
