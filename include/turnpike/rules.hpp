// The rules of a site in their order, sifted: what a request would need for a rule to match stands
// in bit sets over all rules, so that most rules are passed over without a look.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "turnpike/conditions.hpp"
#include "turnpike/decision.hpp"

namespace turnpike {

struct Rule {
    std::string name;
    Where where;
    When when;
    Action then = Action::allow;
    std::string reason;  ///< One short sentence for whoever meets this rule.
    std::optional<Money> price;
    std::optional<Rate> rate;
    bool observe = false;       ///< Recorded as if, then evaluation goes on.
    bool by_behaviour = false;  ///< It asks how a client has behaved, which is never sure.
};

/// What rules are sifted by: of one claim, and of one reading of the path.
struct Traits {
    Category category = Category::unknown;
    std::string_view path;
    bool is_known = false;  ///< The catalogue has the crawler.
    bool has_query = false;
    bool has_cookie = false;
};

class RuleList {
public:
    RuleList() = default;
    explicit RuleList(std::vector<Rule> rules);
    void push_back(Rule rule);

    std::size_t size() const { return rules_.size(); }
    const Rule& operator[](std::size_t at) const { return rules_[at]; }
    auto begin() const { return rules_.begin(); }
    auto end() const { return rules_.end(); }

    /// The first rule for which is_wanted(rule) says true; null where none does. Rules that cannot
    /// match a request with these traits are not asked about.
    template <class IsWanted>
    const Rule* find(const Traits& traits, IsWanted is_wanted) const {
        for (std::size_t block = 0; block < blocks_.size(); ++block) {
            for (auto may = blocks_[block].matching(traits); may != 0; may &= may - 1) {
                const auto at = static_cast<std::size_t>(std::countr_zero(may));
                const Rule& rule = rules_[block * Block::size + at];
                if (is_wanted(rule)) return &rule;
            }
        }
        return nullptr;
    }

private:
    /// 64 rules; one bit for each in every set.
    struct Block {
        static constexpr std::size_t size = 64;
        std::array<std::uint64_t, category_count> of_category{};
        std::array<std::uint64_t, PathList::letter_count> of_letter{};
        std::uint64_t of_unknown = 0;
        std::uint64_t without_query = 0;
        std::uint64_t without_cookie = 0;

        std::uint64_t matching(const Traits& traits) const {
            return of_category[static_cast<std::size_t>(traits.category)] &
                   of_letter[PathList::letter_of(traits.path)] &
                   (traits.is_known ? ~std::uint64_t{0} : of_unknown) &
                   (traits.has_query ? ~std::uint64_t{0} : without_query) &
                   (traits.has_cookie ? ~std::uint64_t{0} : without_cookie);
        }
    };

    std::vector<Rule> rules_;
    std::vector<Block> blocks_;
};

}  // namespace turnpike
