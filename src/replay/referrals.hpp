// Products whose users follow links to a site: rules/referrals.yaml.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace turnpike::replay {

/// Finds a std::string by a view of its text.
struct HashText {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>()(text);
    }
};

class Products {
public:
    struct Product {
        std::string name;
        std::string operator_name;
    };
    static Products installed();

    const std::vector<Product>& all() const { return products_; }
    /// The product that a person comes from, by Referer or by what stands in the query.
    std::optional<std::size_t> find(std::string_view referer, std::string_view target) const;

private:
    std::optional<std::size_t> by_host(std::string_view referer) const;
    std::optional<std::size_t> by_query(std::string_view target) const;

    std::vector<Product> products_;
    using Index = boost::unordered_flat_map<std::string, std::size_t, HashText, std::equal_to<>>;
    Index hosts_, sources_;
    std::size_t longest_host_ = 0;
};

}  // namespace turnpike::replay
