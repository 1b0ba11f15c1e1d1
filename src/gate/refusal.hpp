// What a refused client is told: who we think it is, why, by which rule, and how to be let in.
#pragma once

#include <memory>
#include <string_view>

#include "core/exchange.hpp"
#include "gate/judge.hpp"

namespace turnpike::gate {

/// A complete answer of our own; head and body live in the exchange's arena.
struct OwnResponse {
    ResponseHead head;
    std::string_view body;
};

/// 403, 402 or 429 for a decision that does not allow. The body is text, a small HTML page or
/// application/problem+json (RFC 9457), as `Accept` prefers.
OwnResponse make_refusal(const Exchange& exchange, const Judgement& judgement, std::string_view id);

/// One thread's refusals. The same kind of client is refused in the same words, so they are made
/// once and then only given a new id. Steady state: no allocation but in the exchange's arena.
class Refusals {
public:
    Refusals();
    ~Refusals();
    /// The same answer as make_refusal(). Sites and crawlers must outlive this.
    OwnResponse make(const Exchange& exchange, const Judgement& judgement, std::string_view id);

private:
    struct Kind;
    struct Slot;
    std::unique_ptr<Slot[]> slots_;
};

/// For an Error with a status.
OwnResponse make_apology(const Exchange& exchange, const Error& error, std::string_view id);

}  // namespace turnpike::gate
