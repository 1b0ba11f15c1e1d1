// Waiting on the deadline wheel, with an eye on the client.
#include "gate/delays.hpp"

namespace turnpike::gate {
namespace {

/// Ends with the time, or with the client.
class Pause final : public Deadline, public Hangup {
public:
    Event over;  // awaited by its name: g++ 12.2 copies what a function returns by reference
    bool client_left() const { return client_left_; }

private:
    void expired() override { over.set(); }
    void hung_up(Fault) override {
        client_left_ = true;
        clear();
        over.set();
    }
    bool client_left_ = false;
};

}  // namespace

Task<bool> Delays::wait(Body& body, std::chrono::nanoseconds time) {
    Pause pause;
    ++under_way_;
    loop_.deadlines().set(pause, loop_.clock().now() + time);
    // Who still has a body to send is not read from until somebody wants it.
    const bool watches = body.finished();
    if (watches) body.watch(&pause);
    co_await pause.over;
    if (watches) body.watch(nullptr);
    --under_way_;
    co_return !pause.client_left();
}

}  // namespace turnpike::gate
