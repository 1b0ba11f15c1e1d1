// Parsing, canonical writing and matching of IP addresses. Writing is done by hand because the
// access log does it twice a request and inet_ntop goes through printf.
#include "turnpike/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <system_error>

namespace turnpike {
namespace {

constexpr std::size_t longest_text = INET6_ADDRSTRLEN - 1;
constexpr std::array<std::uint8_t, 12> v4_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::uint8_t v4_offset = 96;

struct OctetText {
    std::array<char, 4> text{};  // of which the last one is never a digit
    std::uint32_t size = 0;
};

constexpr auto octet_texts = [] {
    std::array<OctetText, 256> table{};
    for (unsigned value = 0; value < 256; ++value) {
        OctetText& octet = table[value];
        if (value >= 100) octet.text[octet.size++] = static_cast<char>('0' + value / 100);
        if (value >= 10) octet.text[octet.size++] = static_cast<char>('0' + value / 10 % 10);
        octet.text[octet.size++] = static_cast<char>('0' + value % 10);
        octet.text[octet.size] = '.';
    }
    return table;
}();

/// With the dot that follows all octets but the last. Touches four bytes.
char* write_octet(char* out, std::uint8_t value) {
    const OctetText& octet = octet_texts[value];
    std::memcpy(out, octet.text.data(), octet.text.size());
    return out + octet.size + 1;
}

char* write_group(char* out, unsigned value) {
    constexpr char digits[] = "0123456789abcdef";
    if (value >= 0x1000) *out++ = digits[value >> 12];
    if (value >= 0x100) *out++ = digits[value >> 8 & 0xf];
    if (value >= 0x10) *out++ = digits[value >> 4 & 0xf];
    *out++ = digits[value & 0xf];
    return out;
}

struct Run {
    int start = -1;
    int length = 0;
};

/// RFC 5952 §4.2: the longest run of zero groups, the first of equals, never a single group.
Run groups_to_omit(const std::array<unsigned, 8>& groups) {
    Run best;
    Run current;
    for (int i = 0; i < 8; ++i) {
        if (groups[static_cast<std::size_t>(i)] != 0) {
            current = {};
            continue;
        }
        if (current.length == 0) current.start = i;
        ++current.length;
        if (current.length > best.length) best = current;
    }
    return best.length >= 2 ? best : Run{};
}

char* write_v6(char* out, const std::array<std::uint8_t, 16>& bytes) {
    std::array<unsigned, 8> groups;
    for (std::size_t i = 0; i < 8; ++i) {
        groups[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
    }
    const Run omitted = groups_to_omit(groups);
    for (int i = 0; i < 8; ++i) {
        if (i == omitted.start) {
            *out++ = ':';
            *out++ = ':';
            i += omitted.length - 1;
            continue;
        }
        if (i != 0 && i != omitted.start + omitted.length) *out++ = ':';
        out = write_group(out, groups[static_cast<std::size_t>(i)]);
    }
    return out;
}

std::uint64_t half(const Address& address, std::size_t index) {
    std::uint64_t value;
    std::memcpy(&value, address.bytes().data() + 8 * index, sizeof value);
    return __builtin_bswap64(value);
}

/// The bits of one half that a prefix of `length` bits leaves open.
std::uint64_t open_bits(unsigned length, std::size_t index) {
    const unsigned start = 64 * static_cast<unsigned>(index);
    if (length <= start) return ~std::uint64_t{0};
    if (length >= start + 64) return 0;
    return ~std::uint64_t{0} >> (length - start);
}

/// A prefix length as text: decimal digits without sign or leading zero.
std::optional<unsigned> parse_length(std::string_view text, unsigned limit) {
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    unsigned value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value > limit) return std::nullopt;
    return value;
}

}  // namespace

Address Address::v4(std::uint32_t host_order) {
    std::array<std::uint8_t, 16> bytes{};
    std::copy(v4_mapped.begin(), v4_mapped.end(), bytes.begin());
    for (std::size_t i = 0; i < 4; ++i) {
        bytes[12 + i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
    }
    return Address(bytes);
}

std::optional<Address> Address::parse(std::string_view text) {
    // inet_pton is as strict as we want but reads up to a NUL, which the text must not hide.
    char terminated[longest_text + 1];
    if (text.size() > longest_text || text.find('\0') != text.npos) return std::nullopt;
    *std::copy(text.begin(), text.end(), terminated) = '\0';
    if (text.find(':') == text.npos) {
        in_addr v4_address;
        if (inet_pton(AF_INET, terminated, &v4_address) != 1) return std::nullopt;
        return v4(ntohl(v4_address.s_addr));
    }
    std::array<std::uint8_t, 16> bytes;
    if (inet_pton(AF_INET6, terminated, bytes.data()) != 1) return std::nullopt;
    return Address(bytes);
}

bool Address::is_v4() const {
    return half(*this, 0) == 0 && half(*this, 1) >> 32 == 0xffff;
}

std::string_view Address::write(char* room) const {
    char* out = room;
    if (is_v4()) {
        for (std::size_t i = 12; i < 16; ++i) out = write_octet(out, bytes_[i]);
        --out;
    } else {
        out = write_v6(out, bytes_);
    }
    return {room, static_cast<std::size_t>(out - room)};
}

std::string Address::to_string() const {
    char room[longest_text + 1];
    return std::string(write(room));
}

std::optional<Prefix> Prefix::around(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::optional<Address> address = Address::parse(text.substr(0, slash));
    if (!address) return std::nullopt;
    Prefix prefix{*address, 128};
    if (slash == text.npos) return prefix;

    // `::ffff:10.0.0.0/104` is IPv6 text: its length counts from the first of 128 bits.
    const bool v4_text = text.substr(0, slash).find(':') == text.npos;
    const unsigned offset = v4_text ? v4_offset : 0;
    const auto length = parse_length(text.substr(slash + 1), 128 - offset);
    if (!length) return std::nullopt;
    prefix.length = static_cast<std::uint8_t>(*length + offset);
    if (address->is_v4() && prefix.length < v4_offset) return std::nullopt;
    std::array<std::uint8_t, 16> bytes = address->bytes();
    for (unsigned i = 0; i < bytes.size(); ++i) {
        const int kept = std::clamp(prefix.length - 8 * static_cast<int>(i), 0, 8);
        bytes[i] &= static_cast<std::uint8_t>(0xff00 >> kept);
    }
    prefix.address = Address(bytes);
    return prefix;
}

std::optional<Prefix> Prefix::parse(std::string_view text) {
    const auto prefix = around(text);
    if (!prefix || prefix->address != Address::parse(text.substr(0, text.find('/')))) {
        return std::nullopt;
    }
    return prefix;
}

std::string Prefix::to_string() const {
    if (length == 128) return address.to_string();
    const bool v4 = address.is_v4() && length >= v4_offset;
    return address.to_string() + "/" + std::to_string(length - (v4 ? v4_offset : 0));
}

bool Prefix::contains(const Address& other) const {
    // Who trusts or denies `::/0` has IPv6 in mind; IPv4 is meant only where it is written.
    if (length < v4_offset && other.is_v4()) return false;
    for (std::size_t i = 0; i < 2; ++i) {
        const std::uint64_t difference = half(address, i) ^ half(other, i);
        if ((difference & ~open_bits(length, i)) != 0) return false;
    }
    return true;
}

bool PrefixList::contains(const Address& address) const {
    return std::any_of(prefixes_.begin(), prefixes_.end(),
                       [&](const Prefix& prefix) { return prefix.contains(address); });
}

}  // namespace turnpike
