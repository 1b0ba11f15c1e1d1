// The cache of verdicts. An entry is its user agent, compared whole: a hash collision costs a
// second look, never a wrong identity.
#include <array>
#include <cstring>
#include <span>

#include "core/hash.hpp"
#include "identity/identity.hpp"

namespace turnpike::identity {
namespace {

constexpr std::size_t longest_kept = 512;

/// The text stands at another place now: names of unknown bots are views into it.
void move_tokens(Identity& identity, const char* from, const char* to) {
    for (Claim& claim : std::span(identity.claims).first(identity.claim_count)) {
        if (claim.crawler == nullptr && !claim.token.empty()) {
            claim.token = {to + (claim.token.data() - from), claim.token.size()};
        }
    }
}

}  // namespace

struct Verdicts::Slot {
    std::uint64_t generation = 0;  // no catalogue has this one: the slot is empty
    std::size_t size = 0;
    Identity identity;
    std::array<char, longest_kept> text;
};

Verdicts::Verdicts(std::size_t slots) : slots_(new Slot[slots]), count_(slots) {}
Verdicts::~Verdicts() = default;

Identity Verdicts::identify(const Catalogue& catalogue, std::string_view user_agent) {
    if (user_agent.size() > longest_kept) return catalogue.identify({&user_agent, 1});
    Slot& slot = slots_[hash_of(user_agent) % count_];
    if (slot.generation != catalogue.generation() ||
        std::string_view(slot.text.data(), slot.size) != user_agent) {
        slot.identity = catalogue.identify({&user_agent, 1});
        slot.generation = catalogue.generation();
        slot.size = user_agent.size();
        user_agent.copy(slot.text.data(), user_agent.size());
        move_tokens(slot.identity, user_agent.data(), slot.text.data());
    }
    Identity identity = slot.identity;
    move_tokens(identity, slot.text.data(), user_agent.data());
    return identity;
}

}  // namespace turnpike::identity
