// Answers of our own: refusals, and apologies for what went wrong.
#pragma once

#include <memory>
#include <string_view>

#include "core/exchange.hpp"
#include "gate/format.hpp"
#include "gate/judge.hpp"
#include "gate/page.hpp"

namespace turnpike::gate {

/// A complete answer of our own. The body lives in the exchange's arena, what the head points to
/// until the next answer is made: by then it has been sent, or serialised.
struct OwnResponse {
    ResponseHead head;
    std::string_view body;
};

/// One thread's refusals. The same kind of client is refused in the same words, so these are put
/// together once and then only given a new id. Steady state: no allocation but in the exchange's
/// arena.
class Refusals {
public:
    /// `pages`, and the sites and crawlers of all judgements, must outlive this.
    explicit Refusals(const Pages& pages);
    ~Refusals();
    /// 403, 402 or 429 for a decision that does not allow, as text, as a small HTML page or as
    /// application/problem+json (RFC 9457), whichever Accept prefers.
    OwnResponse make(const Exchange& exchange, const Judgement& judgement, std::string_view id);
    /// For an Error with a status.
    OwnResponse apologise(const Exchange& exchange, const Error& error, std::string_view id);

private:
    struct Kind;
    struct Slot;
    Slot& slot_of(const Kind& kind);
    const Pages& pages_;
    FormatMemory formats_;
    std::unique_ptr<Slot[]> slots_;
};

}  // namespace turnpike::gate
