// Names of hosts: asked for on a thread of its own, since the system's resolver blocks, and may
// hang for as long as it likes.
#include <netdb.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "net/net.hpp"
#include "net/sockaddr.hpp"

namespace turnpike::net {
namespace {

// How long an answer counts. The resolver does not say how long it may.
constexpr std::chrono::seconds answer_lasts{30};
// Who has an answer, though an old one, waits no longer than this for a new one.
constexpr std::chrono::milliseconds renewal_wait{500};

}  // namespace

std::vector<Address> ask_system(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;  // each address once
    addrinfo* list = nullptr;
    std::vector<Address> addresses;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0) return addresses;
    for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
        sockaddr_storage name{};
        std::memcpy(&name, entry->ai_addr, std::min<std::size_t>(entry->ai_addrlen, sizeof name));
        addresses.push_back(to_endpoint(name).address);
    }
    ::freeaddrinfo(list);
    return addresses;
}

/// What the asking thread and the loop's share. The thread may outlive all else: then nobody is
/// there to be told.
struct HostName::Question {
    std::mutex mutex;
    Loop* loop;       // to be told on; null where nobody wants the answer any more
    HostName* asker;  // the loop's own
    std::vector<Address> answer;

    void answered(std::vector<Address> addresses, const std::shared_ptr<Question>& self) {
        const std::scoped_lock lock(mutex);
        if (loop == nullptr) return;
        answer = std::move(addresses);
        loop->post([self] {
            if (self->asker != nullptr) self->asker->take(std::move(self->answer));
        });
    }
};

/// One exchange that waits for the answer, or for its limit.
class HostName::Wait final : private Deadline {
public:
    Wait(HostName& name, std::chrono::steady_clock::time_point until)
        : name_(name), until_(until) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
        waiter_ = waiter;
        name_.waits_.push_back(this);
        name_.loop_.deadlines().set(*this, until_);
    }
    void await_resume() const noexcept {}
    void answered() {
        clear();
        waiter_.resume();
    }

private:
    void expired() override {
        std::erase(name_.waits_, this);
        waiter_.resume();
    }
    HostName& name_;
    std::chrono::steady_clock::time_point until_;
    std::coroutine_handle<> waiter_;
};

HostName::HostName(Loop& loop, std::string name, LookUp look_up)
    : loop_(loop), name_(std::move(name)), look_up_(std::move(look_up)) {
    if (const auto literal = Address::parse(name_)) {
        addresses_.push_back(*literal);
        is_literal_ = true;
    }
}

HostName::~HostName() {
    assert(waits_.empty() && "somebody waits for the name");
    if (question_ == nullptr) return;
    const std::scoped_lock lock(question_->mutex);
    question_->loop = nullptr;
    question_->asker = nullptr;
}

Task<Result<std::vector<Address>>> HostName::addresses(std::chrono::milliseconds limit) {
    const auto now = loop_.clock().now();
    if (is_literal_ || (!addresses_.empty() && now - answered_ < answer_lasts)) {
        co_return addresses_;
    }
    if (question_ == nullptr) ask();
    auto until = now + limit;
    if (!addresses_.empty()) until = std::min(until, asked_ + renewal_wait);
    if (question_ != nullptr && until > now) {
        Wait wait(*this, until);
        co_await wait;
    }
    if (!addresses_.empty()) co_return addresses_;
    if (question_ != nullptr) {
        co_return Error{Fault::timed_out, Side::origin, 504,
                        "the origin's name was not resolved in time"};
    }
    co_return Error{Fault::refused, Side::origin, 502, "the origin's name does not resolve"};
}

void HostName::ask() {
    const auto question = std::make_shared<Question>();
    question->loop = &loop_;
    question->asker = this;
    try {
        std::thread([question, host = name_, look_up = look_up_] {
            question->answered(look_up(host), question);
        }).detach();
    } catch (const std::system_error&) {
        return;  // no thread to be had: as good as no answer
    }
    question_ = question;
    asked_ = loop_.clock().now();
}

void HostName::take(std::vector<Address> addresses) {
    question_.reset();
    answered_ = loop_.clock().now();
    // While the resolver fails, the addresses of before are better than none.
    if (!addresses.empty()) addresses_ = std::move(addresses);
    for (Wait* const wait : std::exchange(waits_, {})) wait->answered();
}

}  // namespace turnpike::net
