// Addresses and prefixes: what is read, how it is written, what contains what.
#include "turnpike/address.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace turnpike {
namespace {

Address address(std::string_view text) {
    const auto parsed = Address::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(Address{});
}

Prefix prefix(std::string_view text) {
    const auto parsed = Prefix::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(Prefix{});
}

TEST(Address, ReadsADottedQuadAsMapped) {
    EXPECT_EQ(address("192.0.2.1"), Address::v4(0xc0000201));
    EXPECT_TRUE(address("192.0.2.1").is_v4());
    EXPECT_FALSE(address("::1").is_v4());
    EXPECT_EQ(address("0.0.0.0").bytes()[10], 0xff);
}

TEST(Address, MappedTextEqualsThePlainAddress) {
    EXPECT_EQ(address("::ffff:1.2.3.4"), address("1.2.3.4"));
    EXPECT_EQ(address("::ffff:102:304"), address("1.2.3.4"));
    EXPECT_EQ(address("::FFFF:1.2.3.4").to_string(), "1.2.3.4");
}

TEST(Address, OnlyTheAllZeroAddressIsUnspecified) {
    EXPECT_TRUE(Address{}.is_unspecified());
    EXPECT_TRUE(address("::").is_unspecified());
    EXPECT_FALSE(address("0.0.0.0").is_unspecified());
}

TEST(Address, RefusesWhatIsNotExactlyAnAddress) {
    for (const std::string_view text :
         {"",           " ",        "1.2.3",         "1.2.3.4.5",         "1.2.3.256",
          "01.2.3.4",   "1.2.3.04", "0x1.2.3.4",     "1.2.3.4 ",          " 1.2.3.4",
          "1.2.3.4:80", "1..3.4",   "1.2.3.",        "+1.2.3.4",          ":",
          ":::",        "1::2::3",  "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
          "12345::",    "g::",      "[::1]",         "fe80::1%eth0",      "::1%1",
          "::1/128",    "::1.2.3",  "::1.2.3.256",   "1.2.3.4::",         ":1::",
          "unknown",    "_hidden",  "16909060"}) {
        EXPECT_FALSE(Address::parse(text)) << '"' << text << '"';
    }
    EXPECT_FALSE(Address::parse(std::string_view("1.2.3.4\0", 8)));
    EXPECT_FALSE(Address::parse(std::string_view("1.2.3.4\0.evil", 13)));
    EXPECT_FALSE(Address::parse(std::string(46, '1')));
}

TEST(Address, TakesTheLongestTextThereIs) {
    EXPECT_TRUE(Address::parse("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"));
}

// RFC 5952 §4 and §5, case by case.
TEST(Address, WritesCanonicalText) {
    const std::pair<const char*, const char*> cases[] = {
        {"::", "::"},
        {"0:0:0:0:0:0:0:1", "::1"},
        {"1:0:0:0:0:0:0:0", "1::"},
        {"2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"2001:DB8::ABCD", "2001:db8::abcd"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"0:0:3:4:5:6:0:0", "::3:4:5:6:0:0"},
        {"::1.2.3.4", "::102:304"},  // IPv4-compatible is deprecated, so it is plain IPv6
        {"255.255.255.255", "255.255.255.255"},
        {"0.0.0.0", "0.0.0.0"},
        {"10.20.99.100", "10.20.99.100"},
    };
    for (const auto& [text, canonical] : cases) EXPECT_EQ(address(text).to_string(), canonical);
}

TEST(Address, AgreesWithInetNtopAndReadsBackWhatItWrote) {
    std::mt19937 random(20260101);
    for (int round = 0; round < 200'000; ++round) {
        // Zero groups and mapped prefixes must be frequent to meet every shape.
        std::array<std::uint8_t, 16> bytes{};
        for (std::size_t i = 0; i < 16; i += 2) {
            const auto kind = random() % 4;
            if (kind > 1) bytes[i] = static_cast<std::uint8_t>(random());
            if (kind > 0) bytes[i + 1] = static_cast<std::uint8_t>(random());
        }
        if (round % 8 == 0) {
            bytes.fill(0);
            bytes[10] = bytes[11] = 0xff;
            for (std::size_t i = 12; i < 16; ++i) bytes[i] = static_cast<std::uint8_t>(random());
        }
        const Address value(bytes);
        const std::string text = value.to_string();
        EXPECT_EQ(Address::parse(text), value) << text;

        char room[INET6_ADDRSTRLEN];
        const bool v4 = value.is_v4();
        ASSERT_TRUE(
            inet_ntop(v4 ? AF_INET : AF_INET6, bytes.data() + (v4 ? 12 : 0), room, sizeof room));
        const std::string_view theirs = room;
        if (v4 || theirs.find('.') == theirs.npos) {
            ASSERT_EQ(text, theirs);
        }
    }
}

TEST(Address, OrdersByBytes) {
    EXPECT_LT(address("1.2.3.4"), address("1.2.3.5"));
    EXPECT_LT(address("255.255.255.255"), address("2001:db8::1"));
}

TEST(Prefix, CountsIPv4BitsFromTheMappedForm) {
    EXPECT_EQ(prefix("10.0.0.0/8").length, 104);
    EXPECT_EQ(prefix("0.0.0.0/0").length, 96);
    EXPECT_EQ(prefix("10.1.2.3").length, 128);
    EXPECT_EQ(prefix("::ffff:10.0.0.0/104").length, 104);
    EXPECT_EQ(prefix("2001:db8::/32").length, 32);
    EXPECT_EQ(prefix("::1").length, 128);
}

TEST(Prefix, ContainsItsFirstAndLastAddressAndNoNeighbour) {
    const Prefix block = prefix("198.51.96.0/19");
    EXPECT_TRUE(block.contains(address("198.51.96.0")));
    EXPECT_TRUE(block.contains(address("198.51.127.255")));
    EXPECT_FALSE(block.contains(address("198.51.95.255")));
    EXPECT_FALSE(block.contains(address("198.51.128.0")));
    EXPECT_TRUE(prefix("2001:db8::/33").contains(address("2001:db8:7fff::1")));
    EXPECT_FALSE(prefix("2001:db8::/33").contains(address("2001:db8:8000::")));
    EXPECT_FALSE(prefix("2001:db8::1").contains(address("2001:db8::2")));
}

TEST(Prefix, KeepsTheFamiliesApart) {
    EXPECT_TRUE(prefix("0.0.0.0/0").contains(address("203.0.113.7")));
    EXPECT_FALSE(prefix("0.0.0.0/0").contains(address("2001:db8::1")));
    EXPECT_TRUE(prefix("::/0").contains(address("2001:db8::1")));
    EXPECT_FALSE(prefix("::/0").contains(address("203.0.113.7")));
    EXPECT_TRUE(prefix("::ffff:0:0/96").contains(address("203.0.113.7")));
}

TEST(Prefix, RefusesHostBitsAndMalformedLengths) {
    for (const std::string_view text :
         {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/-1",
          "10.0.0.0/8 ", "10.0.0.0/8/8", "/8", "", "2001:db8::1/64", "::/129", "::/0x10",
          "::/99999999999", "2001:db8:0:0:8000::/64", "::ffff:10.0.0.0/8", "10.0.0/8"}) {
        EXPECT_FALSE(Prefix::parse(text)) << '"' << text << '"';
    }
}

TEST(Prefix, KnowsTheNetworkThatWasMeant) {
    const auto around = [](std::string_view text) {
        const auto meant = Prefix::around(text);
        return meant ? meant->to_string() : "none";
    };
    EXPECT_EQ(around("10.1.2.3/8"), "10.0.0.0/8");
    EXPECT_EQ(around("192.0.2.77/25"), "192.0.2.0/25");
    EXPECT_EQ(around("192.0.2.255/25"), "192.0.2.128/25");
    EXPECT_EQ(around("192.0.2.77/0"), "0.0.0.0/0");
    EXPECT_EQ(around("192.0.2.77"), "192.0.2.77");
    EXPECT_EQ(around("192.0.2.77/32"), "192.0.2.77");
    EXPECT_EQ(around("2001:db8::1/33"), "2001:db8::/33");
    EXPECT_EQ(around("::ffff:10.1.2.3/104"), "10.0.0.0/8");
    EXPECT_EQ(around("::ffff:10.1.2.3/8"), "none");
    EXPECT_EQ(around("10.0.0/8"), "none");
    EXPECT_EQ(around("10.0.0.0/33"), "none");
}

TEST(Prefix, AgreesWithABitByBitComparison) {
    std::mt19937 random(20260102);
    for (int round = 0; round < 100'000; ++round) {
        std::array<std::uint8_t, 16> left{};
        for (auto& byte : left) byte = static_cast<std::uint8_t>(random());
        left[0] = 0x20;  // not mapped, with or without the flipped bit
        std::array<std::uint8_t, 16> right = left;
        const auto flipped = static_cast<unsigned>(8 + random() % 120);
        right[flipped / 8] ^= static_cast<std::uint8_t>(0x80 >> flipped % 8);
        const auto length = static_cast<std::uint8_t>(random() % 129);
        const Prefix tried{Address(left), length};
        ASSERT_TRUE(tried.contains(Address(left)));
        ASSERT_EQ(tried.contains(Address(right)), flipped >= length);
    }
}

TEST(PrefixList, ContainsWhatAnyOfItsPrefixesContains) {
    const PrefixList list({prefix("127.0.0.0/8"), prefix("::1")});
    EXPECT_TRUE(list.contains(address("127.9.9.9")));
    EXPECT_TRUE(list.contains(address("::1")));
    EXPECT_FALSE(list.contains(address("128.0.0.1")));
    EXPECT_FALSE(PrefixList{}.contains(address("127.0.0.1")));
}

}  // namespace
}  // namespace turnpike
