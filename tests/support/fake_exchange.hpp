// An exchange without a connection: a body that the test fills, an outlet that writes down what it
// is given. Knows nothing of HTTP/1.1, as a codec for another version would not.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/exchange.hpp"
#include "http/http.hpp"

namespace turnpike::test {

/// A request's body in parts. `give` and `hang_up` are the client's doing.
class FakeBody final : public Body {
public:
    Task<Result<BodyPart>> pull() override {
        for (;;) {
            const auto arrived = pull_arrived();
            if (!arrived) co_return arrived.error();
            if (*arrived) co_return **arrived;
            news_.clear();
            co_await news_;
        }
    }
    Result<std::optional<BodyPart>> pull_arrived() override {
        if (stopped_) return Error{Fault::cancelled, Side::turnpike, 0, "no longer wanted"};
        if (next_ == parts_.size()) {
            if (failure_) return *failure_;
            return std::optional<BodyPart>{};
        }
        const Part& part = parts_[next_++];
        received_ += part.piece.size();
        const std::size_t pieces = part.piece.empty() ? 0 : 1;
        return std::optional<BodyPart>({.pieces = {&part.piece, pieces}, .last = part.last});
    }
    bool finished() const override {
        return parts_.empty() ? !expected : next_ > 0 && parts_[next_ - 1].last;
    }
    void stop() override {
        stopped_ = true;
        news_.set();
    }
    void watch(Hangup* watcher) override {
        watcher_ = watcher;
        if (watcher_ != nullptr && left_) std::exchange(watcher_, nullptr)->hung_up(*left_);
    }
    std::uint64_t received() const override { return received_; }

    void give(std::string text, bool last) {
        Part& part = parts_.emplace_back();
        part.text = std::move(text);
        part.piece = part.text;
        part.last = last;
        news_.set();
    }
    void fail(Error error) {
        failure_ = error;
        news_.set();
    }
    /// Tells whoever watches, or who begins to.
    void hang_up(Fault fault) {
        left_ = fault;
        if (watcher_ != nullptr) std::exchange(watcher_, nullptr)->hung_up(fault);
    }
    bool watched() const { return watcher_ != nullptr; }

    bool expected = false;  ///< The head says that there is a body.

private:
    struct Part {
        std::string text;
        std::string_view piece;
        bool last = false;
    };
    std::deque<Part> parts_;  // stay where they are
    std::size_t next_ = 0;
    std::uint64_t received_ = 0;
    std::optional<Error> failure_;
    std::optional<Fault> left_;
    bool stopped_ = false;
    Hangup* watcher_ = nullptr;
    Event news_;
};

/// Keeps what it is given; `deaf` makes each write fail, as to a client that has gone.
class FakeOutlet final : public Outlet {
public:
    Task<Result<void>> interim(const ResponseHead& head) override {
        interims.push_back(head.status);
        co_return Result<void>{};
    }
    Task<Result<void>> start(const ResponseHead& head, const BodyPart& first) override {
        status = head.status;
        for (const Field& field : head.fields) fields.emplace_back(field.name, field.value);
        started_ = true;
        ++heads;
        return push(first);
    }
    /// At once, since the part need not outlive the call.
    Task<Result<void>> push(const BodyPart& part) override {
        if (deaf) {
            const Error gone{Fault::reset, Side::client, 0, "the client has gone"};
            return Task<Result<void>>::done(gone);
        }
        for (const std::string_view piece : part.pieces) body += piece;
        if (!part.pieces.empty()) ++parts;
        complete = part.last;
        return Task<Result<void>>::done({});
    }
    void abort() override { aborted = true; }
    bool started() const override { return started_; }
    std::uint64_t sent() const override { return body.size(); }

    std::string field(std::string_view name) const {
        for (const auto& [known, value] : fields) {
            if (http::equals_ignoring_case(known, name)) return value;
        }
        return "(none)";
    }

    std::vector<std::uint16_t> interims;
    std::uint16_t status = 0;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;
    int heads = 0;
    int parts = 0;  ///< Writes that brought some of the body.
    bool complete = false;
    bool aborted = false;
    bool deaf = false;

private:
    bool started_ = false;
};

/// A GET for `target` at example.com, and everything its exchange points to.
class FakeRequest {
public:
    explicit FakeRequest(std::string_view target) : target_(target) {
        head.method = Method::get;
        head.method_name = "GET";
        head.target = target_;
        head.path = head.target.substr(0, head.target.find('?'));
        head.authority = "example.com";
        fields_.reserve(16);
    }
    FakeRequest(const FakeRequest&) = delete;

    FakeRequest& add(std::string_view name, std::string_view value) {
        fields_.push_back({name, value, http::field_id(name)});
        head.fields = fields_;
        return *this;
    }
    /// Turns it into a POST whose body the test gives.
    FakeRequest& with_body() {
        head.method = Method::post;
        head.method_name = "POST";
        head.framing = Framing::chunked;
        body.expected = true;
        return *this;
    }
    Exchange& exchange() { return exchange_; }

    RequestHead head;
    FakeBody body;
    FakeOutlet outlet;
    Arena arena;
    Address peer = *Address::parse("203.0.113.7");

private:
    std::string target_;
    std::vector<Field> fields_;
    Exchange exchange_{head, body, outlet, arena, peer, 0, {}};
};

}  // namespace turnpike::test
