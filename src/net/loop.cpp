// The event loop: running, stopping, the tick that turns the deadline wheel, signals.
#include <boost/asio/post.hpp>

#include "core/arena.hpp"
#include "net/impl.hpp"

namespace turnpike::net {
namespace {

// How often memory that has become idle goes back to the system.
constexpr std::uint32_t ticks_between_trims = 5;

}  // namespace

void Loop::start_tick() {
    auto& timer = impl_->tick;
    timer.expires_after(DeadlineWheel::tick);
    timer.async_wait([this](const error_code& error) {
        if (error) return;
        clock_.invalidate();
        deadlines_.turn(clock_.now());
        if (++ticks_ % ticks_between_trims == 0) Buffer::trim();
        start_tick();
    });
}

Loop::Loop() : impl_(std::make_unique<Impl>()) {}

Loop::~Loop() = default;

void Loop::run() {
    deadlines_.turn(clock_.now());
    start_tick();
    impl_->context.run();
}

void Loop::restart() {
    impl_->context.restart();
}

void Loop::stop() {
    impl_->context.stop();
}

void Loop::post(std::function<void()> work) {
    asio::post(impl_->context, [this, job = std::move(work)] {
        clock_.invalidate();
        job();
    });
}

namespace {

void wait_for_signal(asio::signal_set& set, Loop& loop,
                     std::shared_ptr<std::function<void(int)>> handler) {
    set.async_wait([&set, &loop, handler](const error_code& error, int number) {
        if (error) return;
        loop.clock().invalidate();
        (*handler)(number);
        wait_for_signal(set, loop, handler);
    });
}

}  // namespace

void on_signals(Loop& loop, std::span<const int> signals, std::function<void(int)> handler) {
    auto set = std::make_unique<asio::signal_set>(loop.impl().context);
    for (const int number : signals) set->add(number);
    wait_for_signal(*set, loop, std::make_shared<std::function<void(int)>>(std::move(handler)));
    loop.impl().signals.push_back(std::move(set));
}

}  // namespace turnpike::net
