// What one user agent costs, with the full catalogue. The rows are the labelled ones of
// $TURNPIKE_SHARED/data/eval, shuffled; without them the corpus of devices and apps.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>

#include "identity/identity.hpp"

namespace turnpike::identity {
namespace {

void add_rows(const std::string& path, std::vector<std::string>& agents) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        agents.push_back(line.substr(line.rfind('\t') + 1));
    }
}

std::vector<std::string> shuffled_agents() {
    std::vector<std::string> agents;
    if (const char* shared = std::getenv("TURNPIKE_SHARED")) {
        for (const char* set : {"ai", "bot", "browser", "other", "synthetic"}) {
            add_rows(std::string(shared) + "/data/eval/dev-" + set + ".tsv", agents);
        }
    } else {
        add_rows(TURNPIKE_SOURCE "/tests/corpora/device-names.tsv", agents);
    }
    std::shuffle(agents.begin(), agents.end(), std::mt19937(20261124));
    return agents;
}

const auto catalogue = Catalogue::installed();
const auto agents = shuffled_agents();

void identify_uncached(benchmark::State& state) {
    for (auto _ : state) {
        for (const std::string_view agent : agents) {
            benchmark::DoNotOptimize(catalogue->identify({&agent, 1}));
        }
    }
    const auto rows = static_cast<double>(state.iterations()) * static_cast<double>(agents.size());
    state.counters["per_user_agent"] =
        benchmark::Counter(rows, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void identify_cached(benchmark::State& state) {
    Verdicts verdicts;
    const auto few = std::min<std::size_t>(agents.size(), 100);
    for (auto _ : state) {
        for (std::size_t i = 0; i < few; ++i) {
            benchmark::DoNotOptimize(verdicts.identify(*catalogue, agents[i]));
        }
    }
    const auto rows = static_cast<double>(state.iterations()) * static_cast<double>(few);
    state.counters["per_user_agent"] =
        benchmark::Counter(rows, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void load_installed(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(Catalogue::installed());
}

double least(const std::vector<double>& times) {
    return *std::min_element(times.begin(), times.end());
}

BENCHMARK(identify_uncached)->Repetitions(30)->MinTime(0.02)->ComputeStatistics("min", least);
BENCHMARK(identify_cached)->Repetitions(30)->MinTime(0.02)->ComputeStatistics("min", least);
BENCHMARK(load_installed)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace turnpike::identity
