// Durations, sizes, amounts and rates: strings with strict parsers.
#include <algorithm>

#include "config/config.hpp"

namespace turnpike::config {
namespace {

// Nine digits of any unit fit into 64 bits; nobody needs more.
constexpr std::size_t most_digits = 9;
constexpr std::size_t money_decimals = 6;
constexpr std::int64_t most_burst = 1'000'000'000;

struct Quantity {
    std::int64_t number = 0;
    std::string_view unit;
};

/// Digits without leading zero, then a unit; nothing between, nothing else.
std::optional<Quantity> split(std::string_view text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || digits > most_digits) return std::nullopt;
    if (digits > 1 && text.front() == '0') return std::nullopt;
    Quantity quantity;
    for (const char c : text.substr(0, digits)) quantity.number = quantity.number * 10 + (c - '0');
    quantity.unit = text.substr(digits);
    return quantity;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    const auto quantity = split(text);
    if (!quantity) return std::nullopt;
    const auto& [number, unit] = *quantity;
    if (unit == "ms") return std::chrono::milliseconds(number);
    if (unit == "s") return std::chrono::seconds(number);
    if (unit == "m") return std::chrono::minutes(number);
    if (unit == "h") return std::chrono::hours(number);
    if (unit == "d") return std::chrono::hours(24 * number);
    return std::nullopt;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    const auto quantity = split(text);
    if (!quantity) return std::nullopt;
    const auto number = static_cast<std::uint64_t>(quantity->number);
    if (quantity->unit == "B") return number;
    if (quantity->unit == "KiB") return number << 10;
    if (quantity->unit == "MiB") return number << 20;
    if (quantity->unit == "GiB") return number << 30;
    return std::nullopt;
}

std::optional<Money> parse_money(std::string_view text) {
    const std::string_view currency = text.substr(0, 3);
    const bool capitals =
        std::all_of(currency.begin(), currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!capitals || text.size() < 5 || text[3] != ' ') return std::nullopt;
    const auto whole = split(text.substr(4));
    if (!whole) return std::nullopt;

    std::string decimals = "0";
    if (!whole->unit.empty()) {
        if (whole->unit.front() != '.') return std::nullopt;
        decimals = whole->unit.substr(1);
        if (decimals.empty() || decimals.size() > money_decimals) return std::nullopt;
        if (decimals.find_first_not_of("0123456789") != decimals.npos) return std::nullopt;
    }
    decimals.append(money_decimals - decimals.size(), '0');
    return Money{.currency = std::string(currency),
                 .micros = whole->number * 1'000'000 + std::stol(decimals)};
}

std::optional<Rate> parse_rate(std::string_view text) {
    const auto quantity = split(text);
    if (!quantity || quantity->number == 0) return std::nullopt;
    Rate rate;
    if (quantity->unit == "/s") {
        rate.period = std::chrono::seconds(1);
    } else if (quantity->unit == "/min") {
        rate.period = std::chrono::minutes(1);
    } else if (quantity->unit == "/h") {
        rate.period = std::chrono::hours(1);
    } else if (quantity->unit == "/d") {
        rate.period = std::chrono::hours(24);
    } else {
        return std::nullopt;
    }
    rate.requests = static_cast<std::uint32_t>(quantity->number);
    const std::int64_t ten_seconds = quantity->number * 10 / rate.period.count();
    rate.burst = static_cast<std::uint32_t>(std::clamp<std::int64_t>(ten_seconds, 1, most_burst));
    return rate;
}

}  // namespace turnpike::config
