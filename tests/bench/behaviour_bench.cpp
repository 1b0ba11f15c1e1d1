// What behaviour adds to one request: a look before the decision and one after the answer.
#include <benchmark/benchmark.h>

#include "behaviour/behaviour.hpp"

namespace turnpike::behaviour {
namespace {

constexpr std::string_view chrome =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36";

const auto signals = Signals::installed();

Address address_of(std::uint32_t number) {
    return Address::v4(0xC6120000 + number);
}

/// One request of each of so many clients, again and again.
void both_calls(benchmark::State& state) {
    Observer observer;
    const auto clients = static_cast<std::uint32_t>(state.range(0));
    const std::array fields = {Field{.name = "Accept", .value = "text/html", .id = FieldId::accept},
                               Field{.name = "Accept-Language", .value = "en"},
                               Field{.name = "Accept-Encoding", .value = "gzip, deflate, br"},
                               Field{.name = "Cookie", .value = "a=b", .id = FieldId::cookie}};
    RequestHead head;
    head.method = Method::get;
    head.fields = Fields(std::span(fields));
    store::Time now{std::chrono::hours(100)};
    std::uint32_t next = 0;
    for (auto _ : state) {
        const Address address = address_of(next);
        const Request request{.head = head,
                              .path = "/articles/2026/a-title-of-some-length",
                              .user_agent = chrome,
                              .site = "example",
                              .client = address,
                              .category = Category::browser};
        Sighting sighting;
        benchmark::DoNotOptimize(observer.assess(*signals, request, now, sighting));
        observer.learn(*signals, sighting,
                       {.status = 200, .content = Kind::page, .sets_cookie = false, .served = true},
                       now);
        now += std::chrono::microseconds(10);
        if (++next == clients) next = 0;
    }
    const Observer::Tables tables = observer.tables(now);
    state.counters["clients"] = static_cast<double>(tables.clients);
    state.counters["evicted"] = static_cast<double>(tables.client_evictions);
}
BENCHMARK(both_calls)->Arg(1)->Arg(1'000)->Arg(1'000'000);

}  // namespace
}  // namespace turnpike::behaviour
