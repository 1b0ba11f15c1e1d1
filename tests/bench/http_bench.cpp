// What parsing costs: a browser's request head, an origin's response head, a chunked body.
#include <benchmark/benchmark.h>

#include <string>

#include "http/http.hpp"

namespace turnpike::http {
namespace {

constexpr std::string_view browser_head =
    "GET /articles/2024/11/turnpikes-of-england?page=2 HTTP/1.1\r\n"
    "Host: www.example.com\r\n"
    "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"
    "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "Referer: https://www.example.com/articles/\r\n"
    "Cookie: session=0123456789abcdef0123456789abcdef\r\n"
    "Connection: keep-alive\r\n"
    "Sec-Fetch-Site: same-origin\r\n\r\n";

constexpr std::string_view origin_head =
    "HTTP/1.1 200 OK\r\n"
    "Date: Tue, 24 Nov 2026 12:00:00 GMT\r\n"
    "Server: nginx\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Length: 1024\r\n"
    "Last-Modified: Mon, 23 Nov 2026 08:00:00 GMT\r\n"
    "ETag: \"5f1e8a-400\"\r\n"
    "Accept-Ranges: bytes\r\n\r\n";

void request_head(benchmark::State& state) {
    Arena arena;
    RequestParser parser(arena, {});
    for (auto _ : state) {
        parser.restart();
        benchmark::DoNotOptimize(parser.parse(browser_head));
        benchmark::DoNotOptimize(parser.head());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(browser_head.size()));
}
BENCHMARK(request_head);

/// With the memory of a new exchange, as the server does it.
void request_head_in_new_arena(benchmark::State& state) {
    for (auto _ : state) {
        Arena arena;
        RequestParser parser(arena, {});
        benchmark::DoNotOptimize(parser.parse(browser_head));
        benchmark::DoNotOptimize(parser.head());
    }
}
BENCHMARK(request_head_in_new_arena);

/// The worst delivery there is must stay linear: per octet, not per octet squared.
void request_head_octet_by_octet(benchmark::State& state) {
    const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: " +
                             std::string(static_cast<std::size_t>(state.range(0)), 'x') +
                             "\r\n\r\n";
    Arena arena;
    RequestParser parser(arena, {});
    for (auto _ : state) {
        parser.restart();
        for (std::size_t size = 1; size <= head.size(); ++size) {
            benchmark::DoNotOptimize(parser.parse(std::string_view(head).substr(0, size)));
        }
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(head.size()));
}
BENCHMARK(request_head_octet_by_octet)->Arg(1000)->Arg(30000);

void response_head(benchmark::State& state) {
    Arena arena;
    ResponseParser parser(arena, Method::get);
    for (auto _ : state) {
        parser.restart();
        benchmark::DoNotOptimize(parser.parse(origin_head));
        benchmark::DoNotOptimize(parser.head());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(origin_head.size()));
}
BENCHMARK(response_head);

void chunked_body(benchmark::State& state) {
    const auto size = static_cast<std::size_t>(state.range(0));
    std::array<char, chunk_head_room> room;
    std::string body;
    for (int i = 0; i < 100; ++i) {
        body += write_chunk_head(size, room.data());
        body += std::string(size, 'x') + "\r\n";
    }
    body += last_chunk;
    for (auto _ : state) {
        ChunkDecoder decoder(Side::client);
        std::string_view rest = body;
        while (!rest.empty()) rest.remove_prefix(decoder.decode(rest)->consumed);
        benchmark::DoNotOptimize(decoder);
    }
    state.SetItemsProcessed(state.iterations() * 100);
}
BENCHMARK(chunked_body)->Arg(16)->Arg(4096);

}  // namespace
}  // namespace turnpike::http
