// What a request needs for a rule to match, as far as bit sets can say it. A rule must never be
// sifted out that would match; what is let through is looked at closely anyway.
#include "turnpike/rules.hpp"

namespace turnpike {
namespace {

struct Needs {
    std::uint32_t categories = ~std::uint32_t{0};  // one bit for each that may match
    std::uint64_t letters = ~std::uint64_t{0};
    bool known = false;
    bool query = false;
    bool cookie = false;
};

std::uint32_t bits_of(const CategorySet& set) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < category_count; ++i) {
        if (set.has(static_cast<Category>(i))) bits |= std::uint32_t{1} << i;
    }
    return bits;
}

/// What else a multi-purpose crawler serves is not among the traits.
void narrow(Needs& needs, const when::Categories& wanted) {
    if (!wanted.also) needs.categories &= bits_of(wanted.set);
}
void narrow(Needs& needs, const when::Crawlers& wanted) {
    needs.known |= wanted.tokens.empty();
}
void narrow(Needs& needs, const when::Operators&) {
    needs.known = true;
}
void narrow(Needs& needs, const when::Paths& wanted) {
    needs.letters &= wanted.patterns.letters();
}
void narrow(Needs& needs, const when::Query&) {
    needs.query = true;
}
void narrow(Needs& needs, const when::Cookies& wanted) {
    needs.cookie |= !wanted.cookies.empty();
}
/// Of several conditions it is enough that one does not hold.
void narrow(Needs& needs, const when::Not& negated) {
    if (negated.when.conditions.size() != 1) return;
    const auto* unwanted = std::get_if<when::Categories>(&negated.when.conditions.front().key);
    if (unwanted != nullptr) needs.categories &= ~bits_of(unwanted->set);
}
template <class Key>
void narrow(Needs&, const Key&) {}

Needs needs_of(const When& when) {
    Needs needs;
    for (const Condition& condition : when.conditions) {
        std::visit([&](const auto& key) { narrow(needs, key); }, condition.key);
    }
    return needs;
}

/// Adds `rule` to each set for which it has a bit.
template <std::size_t size, class Bits>
void add_to(std::array<std::uint64_t, size>& sets, Bits bits, std::uint64_t rule) {
    for (std::size_t i = 0; i < size; ++i) {
        if ((bits >> i & 1) != 0) sets[i] |= rule;
    }
}

}  // namespace

RuleList::RuleList(std::vector<Rule> rules) {
    for (Rule& rule : rules) push_back(std::move(rule));
}

void RuleList::push_back(Rule rule) {
    const std::size_t at = rules_.size() % Block::size;
    if (at == 0) blocks_.emplace_back();
    const std::uint64_t bit = std::uint64_t{1} << at;
    const Needs needs = needs_of(rule.when);
    Block& block = blocks_.back();
    add_to(block.of_category, needs.categories, bit);
    add_to(block.of_letter, needs.letters, bit);
    if (!needs.known) block.of_unknown |= bit;
    if (!needs.query) block.without_query |= bit;
    if (!needs.cookie) block.without_cookie |= bit;
    rules_.push_back(std::move(rule));
}

}  // namespace turnpike
