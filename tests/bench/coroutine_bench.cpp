// The first experiment (docs/decisions/0001-coroutines.md): our Task against asio::awaitable with a
// concrete executor. 64 connections echo one byte through four nested coroutines; what differs is
// only the coroutine type. Counts allocations per round trip beside the time.
#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>
#include <new>

#include "core/task.hpp"

static std::size_t allocations = 0;

void* operator new(std::size_t size) {
    ++allocations;
    return std::malloc(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::local::stream_protocol, Executor>;
constexpr std::size_t connections = 64;

/// Pairs of sockets: `server` ends belong to the coroutines, `client` ends are plain descriptors.
struct Pairs {
    asio::io_context context{1};
    std::vector<Socket> server;
    std::array<int, connections> client{};

    Pairs() {
        server.reserve(connections);
        for (int& descriptor : client) {
            int ends[2];
            if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
            descriptor = ends[0];
            server.emplace_back(context, asio::local::stream_protocol(), ends[1]);
        }
    }
    ~Pairs() {
        for (const int descriptor : client) ::close(descriptor);
        context.restart();
        context.run();
    }
    /// One byte there and back on every connection.
    void round() {
        char byte = 'x';
        for (const int descriptor : client) {
            if (::write(descriptor, &byte, 1) != 1) std::abort();
        }
        for (const int descriptor : client) {
            while (::recv(descriptor, &byte, 1, MSG_DONTWAIT) != 1) context.poll();
        }
    }
    void measure(benchmark::State& state) {
        for (int i = 0; i < 100; ++i) round();
        const std::size_t before = allocations;
        std::size_t rounds = 0;
        for (auto _ : state) {
            round();
            ++rounds;
        }
        state.SetItemsProcessed(static_cast<std::int64_t>(rounds * connections));
        state.counters["allocations"] =
            static_cast<double>(allocations - before) / static_cast<double>(rounds * connections);
    }
};

struct Read {
    Read(Socket& from, asio::mutable_buffer into) : socket(from), room(into) {}
    Socket& socket;
    asio::mutable_buffer room;
    std::size_t count = 0;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
        socket.async_read_some(room, [this, waiter](boost::system::error_code, std::size_t n) {
            count = n;
            waiter.resume();
        });
    }
    std::size_t await_resume() const { return count; }
};

turnpike::Task<std::size_t> read_task(Socket& socket, asio::mutable_buffer room) {
    Read read(socket, room);
    co_return co_await read;
}
turnpike::Task<bool> echo_task(Socket& socket) {
    char byte;
    const asio::mutable_buffer room(&byte, 1);
    const std::size_t count = co_await read_task(socket, room);
    co_return count == 1 && ::write(socket.native_handle(), &byte, 1) == 1;
}
turnpike::Task<bool> exchange_task(Socket& socket) {
    co_return co_await echo_task(socket);
}
turnpike::Task<void> session_task(Socket& socket) {
    for (;;) {
        const bool alive = co_await exchange_task(socket);
        if (!alive) break;
    }
}

void OwnTask(benchmark::State& state) {
    turnpike::Nursery nursery;
    Pairs pairs;
    for (Socket& socket : pairs.server) nursery.start(session_task(socket));
    pairs.measure(state);
}
BENCHMARK(OwnTask);

template <class T>
using Awaitable = asio::awaitable<T, Executor>;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable_t<Executor>());

Awaitable<std::size_t> read_awaitable(Socket& socket, asio::mutable_buffer room) {
    auto [error, count] = co_await socket.async_read_some(room, as_result);
    co_return count;
}
Awaitable<bool> echo_awaitable(Socket& socket) {
    char byte;
    const asio::mutable_buffer room(&byte, 1);
    const std::size_t count = co_await read_awaitable(socket, room);
    co_return count == 1 && ::write(socket.native_handle(), &byte, 1) == 1;
}
Awaitable<bool> exchange_awaitable(Socket& socket) {
    co_return co_await echo_awaitable(socket);
}
Awaitable<void> session_awaitable(Socket& socket) {
    for (;;) {
        const bool alive = co_await exchange_awaitable(socket);
        if (!alive) break;
    }
}

void AsioAwaitable(benchmark::State& state) {
    Pairs pairs;
    for (Socket& socket : pairs.server) {
        asio::co_spawn(pairs.context.get_executor(), session_awaitable(socket), asio::detached);
    }
    pairs.measure(state);
}
BENCHMARK(AsioAwaitable);

}  // namespace
