// Who is let in by an override, and what is said of it.
#include "gate/overrides.hpp"

#include <algorithm>
#include <array>

#include "core/clock.hpp"
#include "gate/judge.hpp"

namespace turnpike::gate {
namespace {

/// `2026-11-26 19:50 UTC`
std::string minute_of(Override::Time time) {
    std::array<char, iso_second_size> room;
    write_iso_second(room.data(), time);
    constexpr std::size_t date = 10;
    constexpr std::size_t minute = 16;
    std::string text(room.data(), minute);
    text[date] = ' ';
    return text + " UTC";
}

std::string reason_of(const Override& each) {
    return "override " + std::to_string(each.number) + " lets it in until " +
           minute_of(each.expires);
}

bool is_about(const Override& each, const Site& site) {
    return each.site.empty() || each.site == site.name;
}

bool names(const Override& each, const Claim& claim) {
    return claim.crawler != nullptr && claim.crawler->name == each.crawler;
}

/// Gets in as it is, at any rate.
bool is_free(const Decision& decision) {
    return decision.action == Action::allow && decision.rate == nullptr;
}

}  // namespace

Overrides::Overrides(std::vector<Override> list) : list_(std::move(list)) {
    for (const Override& each : list_) reasons_.push_back(reason_of(each));
}

void Overrides::apply(Judgement& judgement, const Inquiry& inquiry) const {
    for (const Override& each : list_) {
        const bool observes = each.kind == Override::Kind::observe;
        if (observes && is_about(each, *judgement.site)) judgement.mode = Mode::observe;
    }
    if (is_free(judgement.decision)) return;
    if (const Override* by = find(judgement, inquiry, nullptr)) return let_in(judgement, *by);

    // Several names in one request are several claims: each that is let in is taken away, and the
    // policy asked about the others.
    Identity rest;
    rest.claim_count = 0;
    std::array<std::uint8_t, Identity::max_claims> places{};
    const Override* by = nullptr;
    for (std::uint8_t i = 0; i < judgement.identity.claim_count; ++i) {
        const Claim& claim = judgement.identity.claims[i];
        if (const Override* found = find(judgement, inquiry, &claim)) {
            by = found;
        } else {
            places[rest.claim_count] = i;
            rest.claims[rest.claim_count++] = claim;
        }
    }
    if (by == nullptr) return;
    if (rest.claim_count > 0) {
        Question question = question_of(judgement, inquiry);
        question.identity = &rest;
        Decision decision = decide(*judgement.site, question);
        decision.claim = places[decision.claim];
        if (!is_free(decision)) {
            judgement.decision = decision;
            return;
        }
    }
    let_in(judgement, *by);
}

/// Of a claim the override that is about it; without one, of whoever sent the request.
const Override* Overrides::find(const Judgement& judgement, const Inquiry& inquiry,
                                const Claim* claim) const {
    const auto fits = [&](const Override& each) {
        if (each.kind != Override::Kind::allow || !is_about(each, *judgement.site)) return false;
        if (each.address && !each.address->contains(inquiry.client)) return false;
        if (claim == nullptr || each.crawler.empty())
            return claim == nullptr && each.crawler.empty();
        const bool borrowed = claim->proof == Proof::forged && !each.address;
        return names(each, *claim) && !borrowed;
    };
    const auto found = std::find_if(list_.begin(), list_.end(), fits);
    return found == list_.end() ? nullptr : &*found;
}

void Overrides::let_in(Judgement& judgement, const Override& by) const {
    Decision& decision = judgement.decision;
    decision.action = Action::allow;
    decision.rule = "override";
    decision.where = nullptr;
    decision.reason = reasons_[static_cast<std::size_t>(&by - list_.data())];
    decision.price = nullptr;
    decision.rate = nullptr;
}

}  // namespace turnpike::gate
