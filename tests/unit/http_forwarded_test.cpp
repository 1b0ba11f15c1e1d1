// Forwarded, RFC 7239: elements taken from the end, each read strictly.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/http.hpp"

namespace turnpike::http {
namespace {

std::vector<std::string> elements(std::string_view list) {
    std::vector<std::string> found;
    do {
        found.emplace_back(take_last_quotable(list));
    } while (!list.empty());
    return found;
}

using Elements = std::vector<std::string>;

TEST(TakingTheLastElement, DividesAtCommasOutsideQuotes) {
    EXPECT_EQ(elements(""), Elements{""});
    EXPECT_EQ(elements("a"), Elements{"a"});
    EXPECT_EQ(elements(" a ,\tb "), (Elements{"b", "a"}));
    EXPECT_EQ(elements("a,,b"), (Elements{"b", "", "a"}));
    EXPECT_EQ(elements("a=\"x,y\",b=\",\""), (Elements{"b=\",\"", "a=\"x,y\""}));
    EXPECT_EQ(elements(R"(a="x\",y",b)"), (Elements{"b", R"(a="x\",y")"}));
    EXPECT_EQ(elements(R"(a="x\\",b="\"")"), (Elements{R"(b="\"")", R"(a="x\\")"}));
}

TEST(TakingTheLastElement, IsNotLedAstrayByQuotesThatNobodyClosed) {
    EXPECT_EQ(elements("\", b").front(), "b");
    EXPECT_EQ(elements("a=\"x, b").front(), "b");
    EXPECT_EQ(elements("a=\"\\, b=\"c,d\"").front(), "b=\"c,d\"");
    EXPECT_EQ(elements("a, b=\"c").front(), "a, b=\"c");
}

std::string client(std::string_view element) {
    const auto parsed = parse_forwarded(element);
    if (!parsed) return "malformed";
    return parsed->client ? parsed->client->to_string() : "hidden";
}

TEST(AnElementOfForwarded, NamesAnAddress) {
    EXPECT_EQ(client("for=192.0.2.60"), "192.0.2.60");
    EXPECT_EQ(client("FOR=\"192.0.2.60\""), "192.0.2.60");
    EXPECT_EQ(client("for=\"192.0.2.60:8080\""), "192.0.2.60");
    EXPECT_EQ(client("for=\"192.0.2.60:_port\""), "192.0.2.60");
    EXPECT_EQ(client("for=\"[2001:db8:cafe::17]\""), "2001:db8:cafe::17");
    EXPECT_EQ(client("For=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
    EXPECT_EQ(client("proto=http;for=192.0.2.60;by=203.0.113.43"), "192.0.2.60");
    EXPECT_EQ(client(";for=192.0.2.60;;secret=\"a, b\";"), "192.0.2.60");
    EXPECT_EQ(client("for=\"[::ffff:192.0.2.1]\""), "192.0.2.1");
}

TEST(AnElementOfForwarded, MayHideOrLeaveOutTheClient) {
    for (const char* element : {"",
                                ";",
                                "proto=https",
                                "for=unknown",
                                "for=_gazonk",
                                "for=\"_SEVKISEK\"",
                                "for=\"\"",
                                "for=\"unknown:80\"",
                                "for=\"192.0.2.60:\"",
                                "for=\"192.0.2.60:123456\"",
                                "for=\"192.0.2.60:x\"",
                                "for=\"192.0.2.60:_\"",
                                "for=\"2001:db8::1\"",
                                "for=\"[192.0.2.60]\"",
                                "for=\"[2001:db8::1\"",
                                "for=\"[2001:db8::1]x\"",
                                "for=192.0.2.256",
                                "for=192.0.2.060",
                                "for=\"192.0.2.\\60\"",
                                "for=\" 192.0.2.60\""}) {
        EXPECT_EQ(client(element), "hidden") << element;
    }
}

TEST(AnElementOfForwarded, IsReadStrictly) {
    for (const char* element :
         {"for", "for=", "=192.0.2.60", "192.0.2.60", "for=192.0.2.60 ", "for =192.0.2.60",
          "for= 192.0.2.60", "for=192.0.2.60; proto=https", "for=192.0.2.60:80",
          "for=[2001:db8::1]", "for=\"192.0.2.60", "for=\"192.0.2.60\"x", "for=\"a\\",
          "for=\"a\n\"", "for=192.0.2.60;for=192.0.2.60", "for=192.0.2.60;For=x", "proto=a;proto=a",
          "for=192.0.2.60,for=192.0.2.61", "f\xc3\xb6r=1"}) {
        EXPECT_EQ(client(element), "malformed") << element;
    }
}

TEST(AnElementOfForwarded, TellsSchemeAndHost) {
    const auto parsed = parse_forwarded("host=\"example.com:8443\";Proto=https");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->proto, "https");
    EXPECT_EQ(parsed->host, "example.com:8443");
    EXPECT_EQ(parse_forwarded("host=\"a b\"")->host, "");
    EXPECT_EQ(parse_forwarded("host=\"user@a\"")->host, "");
}

}  // namespace
}  // namespace turnpike::http
