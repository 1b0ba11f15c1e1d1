// IP addresses and prefixes as values. IPv4 is held as ::ffff:a.b.c.d, so that one comparison
// serves both families and a mapped address equals the plain one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace turnpike {

class Address {
public:
    Address() = default;
    explicit Address(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}
    static Address v4(std::uint32_t host_order);
    /// RFC 4291 / dotted quad, no zone, no port, no leading zeros; nullopt for anything else.
    static std::optional<Address> parse(std::string_view text);

    bool is_v4() const;
    bool is_unspecified() const { return *this == Address{}; }
    const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
    /// Canonical text (RFC 5952), written to `room`, which must hold 46 bytes; returns the view.
    std::string_view write(char* room) const;
    std::string to_string() const;
    auto operator<=>(const Address&) const = default;

private:
    std::array<std::uint8_t, 16> bytes_{};
};

struct Prefix {
    Address address;
    std::uint8_t length = 128;  ///< In bits of the 16-byte form: IPv4 /8 is 104.

    /// `10.0.0.0/8`, `::1`, `2001:db8::/32`; nullopt where malformed or host bits are set.
    static std::optional<Prefix> parse(std::string_view text);
    /// The network that `text` lies in, host bits set or not: what its author may have meant.
    static std::optional<Prefix> around(std::string_view text);
    /// IPv4 is contained by IPv4 prefixes only: `::/0` means IPv6.
    bool contains(const Address& other) const;
    /// As `parse` reads it; a single address has no length.
    std::string to_string() const;
};

/// A handful of prefixes, tried in order.
class PrefixList {
public:
    PrefixList() = default;
    explicit PrefixList(std::vector<Prefix> prefixes) : prefixes_(std::move(prefixes)) {}
    bool contains(const Address& address) const;

private:
    std::vector<Prefix> prefixes_;
};

}  // namespace turnpike
