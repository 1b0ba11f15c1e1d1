// Who the client is: the right-to-left walk through X-Forwarded-For, and what else only a trusted
// peer may say.
#include "gate/client.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "http/http.hpp"

namespace turnpike::gate {
namespace {

struct Line {
    std::string_view name;
    std::string_view value;
};

/// Trusts 127.0.0.0/8, 10.0.0.0/8 and fd00::/8, as an operator behind two proxies would.
PrefixList some_proxies() {
    std::vector<Prefix> prefixes;
    for (const char* text : {"127.0.0.0/8", "10.0.0.0/8", "fd00::/8"}) {
        prefixes.push_back(*Prefix::parse(text));
    }
    return PrefixList(std::move(prefixes));
}

class FindClient : public testing::Test {
protected:
    ClientAddress ask(std::string_view peer, std::initializer_list<Line> lines) {
        fields_.clear();
        for (const Line& line : lines) {
            fields_.push_back({line.name, line.value, http::field_id(line.name)});
        }
        RequestHead head;
        head.authority = "example.com";
        head.fields = fields_;
        const Address from = *Address::parse(peer);
        ClientAddress client = find_client(from, head, trusted_, arena_);
        client.write_texts(from, arena_);
        return client;
    }
    ClientAddress from_proxy(std::string_view forwarded_for) {
        return ask("10.0.0.1", {{"X-Forwarded-For", forwarded_for}});
    }

    const PrefixList trusted_ = some_proxies();
    Arena arena_;
    std::vector<Field> fields_;
};

TEST_F(FindClient, IsThePeerWhereNobodyForwards) {
    const ClientAddress client = ask("203.0.113.7", {});
    EXPECT_EQ(client.address, *Address::parse("203.0.113.7"));
    EXPECT_FALSE(client.peer_trusted);
    EXPECT_FALSE(client.untrusted_forwarded);
    EXPECT_EQ(client.text, "203.0.113.7");
    EXPECT_EQ(client.forwarded_for, "203.0.113.7");
    EXPECT_EQ(client.scheme, "http");
    EXPECT_EQ(client.host, "example.com");
    EXPECT_EQ(client.request_id, "");
}

TEST_F(FindClient, BelievesNothingOfAnUntrustedPeerAndSaysSo) {
    const ClientAddress client = ask("203.0.113.7", {{"X-Forwarded-For", "192.0.2.1"},
                                                     {"X-Forwarded-Proto", "https"},
                                                     {"X-Forwarded-Host", "evil.example"},
                                                     {"X-Request-Id", "forged"}});
    EXPECT_EQ(client.text, "203.0.113.7");
    EXPECT_EQ(client.forwarded_for, "203.0.113.7");
    EXPECT_EQ(client.scheme, "http");
    EXPECT_EQ(client.host, "example.com");
    EXPECT_EQ(client.request_id, "");
    EXPECT_TRUE(client.untrusted_forwarded);
}

TEST_F(FindClient, TakesTheLastAddressThatIsNotAProxys) {
    const ClientAddress client = from_proxy("192.0.2.66, 198.51.100.4, 10.0.0.9");
    EXPECT_TRUE(client.peer_trusted);
    EXPECT_FALSE(client.untrusted_forwarded);
    EXPECT_EQ(client.address, *Address::parse("198.51.100.4"));
    EXPECT_EQ(client.text, "198.51.100.4");
}

TEST_F(FindClient, RebuildsTheChainWithoutWhatTheClientMadeUp) {
    EXPECT_EQ(from_proxy("127.0.0.1, 192.0.2.66, 198.51.100.4, 10.0.0.9").forwarded_for,
              "198.51.100.4, 10.0.0.9, 10.0.0.1");
    EXPECT_EQ(from_proxy("198.51.100.4").forwarded_for, "198.51.100.4, 10.0.0.1");
}

TEST_F(FindClient, IsTheFarthestProxyWhereAllAreTrusted) {
    const ClientAddress client = from_proxy("10.1.1.1, 10.2.2.2");
    EXPECT_EQ(client.text, "10.1.1.1");
    EXPECT_EQ(client.forwarded_for, "10.1.1.1, 10.2.2.2, 10.0.0.1");
    EXPECT_EQ(ask("10.0.0.1", {}).text, "10.0.0.1");
    EXPECT_EQ(from_proxy("").text, "10.0.0.1");
}

TEST_F(FindClient, ReadsSeveralLinesAsOneList) {
    const ClientAddress client = ask("10.0.0.1", {{"X-Forwarded-For", "192.0.2.66"},
                                                  {"Accept", "*/*"},
                                                  {"x-forwarded-for", "198.51.100.4, 10.0.0.8"},
                                                  {"X-FORWARDED-FOR", "10.0.0.9"}});
    EXPECT_EQ(client.text, "198.51.100.4");
    EXPECT_EQ(client.forwarded_for, "198.51.100.4, 10.0.0.8, 10.0.0.9, 10.0.0.1");
}

TEST_F(FindClient, ReadsPortsAndBrackets) {
    EXPECT_EQ(from_proxy("198.51.100.4:51234").text, "198.51.100.4");
    EXPECT_EQ(from_proxy("[2001:db8::1]").text, "2001:db8::1");
    EXPECT_EQ(from_proxy("[2001:db8::1]:443").text, "2001:db8::1");
    EXPECT_EQ(from_proxy("2001:db8::1").text, "2001:db8::1");
    EXPECT_EQ(from_proxy("2001:DB8:0:0::1, fd00::9").text, "2001:db8::1");
    EXPECT_EQ(from_proxy("[198.51.100.4]").text, "198.51.100.4");
}

TEST_F(FindClient, EndsTheWalkAtTheHopBeforeGarbage) {
    for (const std::string garbage :
         {"unknown", "_hidden", "198.51.100.256", "198.51.100", "198.51.100.4 192.0.2.1",
          "\"198.51.100.4\"", "[2001:db8::1", "2001:db8:::1", "for=198.51.100.4", "198.51.100.04",
          "localhost", "198.51.100.4/32", "fe80::1%eth0", "[]", ":", ":80"}) {
        const ClientAddress client = from_proxy("192.0.2.1, " + garbage + ", 10.0.0.9");
        EXPECT_EQ(client.text, "10.0.0.9") << garbage;
        EXPECT_EQ(client.forwarded_for, "10.0.0.9, 10.0.0.1") << garbage;
    }
}

TEST_F(FindClient, SkipsEmptyElements) {
    EXPECT_EQ(from_proxy("198.51.100.4,").text, "198.51.100.4");
    EXPECT_EQ(from_proxy("198.51.100.4, ,\t, 10.0.0.9 , ,").forwarded_for,
              "198.51.100.4, 10.0.0.9, 10.0.0.1");
    EXPECT_EQ(from_proxy(" , ,").text, "10.0.0.1");
    const ClientAddress client = ask(
        "10.0.0.1",
        {{"X-Forwarded-For", "198.51.100.4"}, {"X-Forwarded-For", ""}, {"X-Forwarded-For", " "}});
    EXPECT_EQ(client.text, "198.51.100.4");
}

// A whole head of them: the walk must not take a stack frame for each.
TEST_F(FindClient, SkipsAMillionEmptyElements) {
    EXPECT_EQ(from_proxy("198.51.100.4" + std::string(1'000'000, ',')).text, "198.51.100.4");
}

// Each hop is written to the chain anew, so a list of thousands must not be walked to its end.
TEST_F(FindClient, DoesNotWalkThroughMoreProxiesThanAnybodyHas) {
    std::string hops = "198.51.100.4";
    for (int i = 0; i < 20; ++i) hops += ", 10.0.0.2";
    EXPECT_EQ(from_proxy(hops).text, "198.51.100.4");
    for (int i = 0; i < 3000; ++i) hops += ", 10.0.0.2";
    const ClientAddress client = from_proxy(hops);
    EXPECT_EQ(client.text, "10.0.0.2");
    EXPECT_LT(client.forwarded_for.size(), 1000u);
}

TEST_F(FindClient, TakesAMappedAddressForThePlainOne) {
    EXPECT_EQ(from_proxy("::ffff:198.51.100.4").text, "198.51.100.4");
    EXPECT_EQ(from_proxy("198.51.100.4, ::ffff:10.0.0.9").text, "198.51.100.4");
    const ClientAddress client = ask("::ffff:10.0.0.1", {{"X-Forwarded-For", "198.51.100.4"}});
    EXPECT_TRUE(client.peer_trusted);
    EXPECT_EQ(client.forwarded_for, "198.51.100.4, 10.0.0.1");
}

TEST_F(FindClient, BelievesATrustedPeersSchemeHostAndId) {
    const ClientAddress client = ask("10.0.0.1", {{"X-Forwarded-Proto", "https"},
                                                  {"X-Forwarded-Host", "shop.example"},
                                                  {"X-Request-Id", "b1946ac9-2492"}});
    EXPECT_EQ(client.scheme, "https");
    EXPECT_EQ(client.host, "shop.example");
    EXPECT_EQ(client.request_id, "b1946ac9-2492");
}

TEST_F(FindClient, DoesNotTakeNonsenseForASchemeOrAHost) {
    for (const char* scheme : {"", "gopher", "https, http", "javascript:"}) {
        EXPECT_EQ(ask("10.0.0.1", {{"X-Forwarded-Proto", scheme}}).scheme, "http") << scheme;
    }
    for (const char* host : {"", "a b", "a, b", "user@host", "[::1", "x:port", "<b>"}) {
        EXPECT_EQ(ask("10.0.0.1", {{"X-Forwarded-Host", host}}).host, "example.com") << host;
    }
}

// Traefik names the scheme of a WebSocket; an origin that knows only http would redirect for ever.
TEST_F(FindClient, TakesTheSchemeOfAWebSocketForThatOfItsHandshake) {
    EXPECT_EQ(ask("10.0.0.1", {{"X-Forwarded-Proto", "wss"}}).scheme, "https");
    EXPECT_EQ(ask("10.0.0.1", {{"X-Forwarded-Proto", "ws"}}).scheme, "http");
    EXPECT_EQ(ask("10.0.0.1", {{"X-Forwarded-Proto", "HTTPS"}}).scheme, "https");
}

TEST_F(FindClient, WalksForwardedWhereThereIsNothingElse) {
    const ClientAddress client =
        ask("10.0.0.1", {{"Forwarded",
                          "for=192.0.2.1, for=\"[2001:db8::1]:4711\";proto=https;"
                          "host=shop.example, FOR=10.0.0.8;by=10.0.0.1"}});
    EXPECT_EQ(client.text, "2001:db8::1");
    EXPECT_EQ(client.forwarded_for, "2001:db8::1, 10.0.0.8, 10.0.0.1");
    EXPECT_EQ(client.scheme, "https");
    EXPECT_EQ(client.host, "shop.example");
    EXPECT_FALSE(client.ends_at_proxy);
    const ClientAddress lines =
        ask("10.0.0.1", {{"Forwarded", "for=192.0.2.1"}, {"Forwarded", "for=10.0.0.8"}});
    EXPECT_EQ(lines.text, "192.0.2.1");
}

TEST_F(FindClient, EndsTheWalkThroughForwardedWhereItHidesOrBreaks) {
    for (const std::string element :
         {"for=unknown", "for=_hidden", "proto=https", "for=\"192.0.2.9", "for=192.0.2.9:80",
          "for=192.0.2.9;for=192.0.2.9", "for = 192.0.2.9", "192.0.2.9"}) {
        const ClientAddress client =
            ask("10.0.0.1", {{"Forwarded", "for=192.0.2.1, " + element + ", for=10.0.0.8"}});
        EXPECT_EQ(client.text, "10.0.0.8") << element;
        EXPECT_TRUE(client.is_shared()) << element;
    }
}

// A proxy that writes only the one passes the other on as its client wrote it.
TEST_F(FindClient, BelievesXForwardedForWhereForwardedSaysOtherwise) {
    for (const char* forwarded : {"for=192.0.2.66;proto=https;host=evil.example", "\"", "for="}) {
        const ClientAddress client =
            ask("10.0.0.1", {{"Forwarded", forwarded}, {"X-Forwarded-For", "198.51.100.4"}});
        EXPECT_EQ(client.text, "198.51.100.4") << forwarded;
        EXPECT_EQ(client.scheme, "http");
        EXPECT_EQ(client.host, "example.com");
        EXPECT_FALSE(client.is_shared());
    }
}

TEST_F(FindClient, IsNotWhatAClientWroteBeforeItsProxyDid) {
    for (const std::string written : {"for=192.0.2.66", "for=\"192.0.2.66", "\"", "for=\"\\",
                                      "\\\"", ",,,", "for=unknown", "x"}) {
        const ClientAddress client =
            ask("10.0.0.1", {{"Forwarded", written + ", for=198.51.100.4;proto=https"}});
        EXPECT_EQ(client.text, "198.51.100.4") << written;
        EXPECT_EQ(client.scheme, "https") << written;
    }
}

TEST_F(FindClient, TrustsTheOtherEndOfAUnixSocketWhichHasNoAddress) {
    const ClientAddress alone = ask("::", {});
    EXPECT_TRUE(alone.peer_trusted);
    EXPECT_TRUE(alone.is_shared());
    EXPECT_EQ(alone.text, "");
    EXPECT_EQ(alone.forwarded_for, "");
    const ClientAddress client =
        ask("::", {{"X-Forwarded-For", "198.51.100.4, 10.0.0.9"}, {"X-Forwarded-Proto", "https"}});
    EXPECT_EQ(client.text, "198.51.100.4");
    EXPECT_EQ(client.forwarded_for, "198.51.100.4, 10.0.0.9");
    EXPECT_EQ(client.scheme, "https");
    EXPECT_FALSE(client.is_shared());
}

TEST_F(FindClient, KnowsWhichAddressesMayStandForMany) {
    EXPECT_FALSE(ask("203.0.113.7", {}).is_shared());
    EXPECT_FALSE(from_proxy("198.51.100.4").is_shared());
    // Nobody said for whom the proxy asks, or only for another of our own.
    EXPECT_TRUE(ask("10.0.0.1", {}).is_shared());
    EXPECT_TRUE(from_proxy("10.0.0.9").is_shared());
    EXPECT_TRUE(from_proxy("198.51.100.4, unknown").is_shared());
    // Loopback and private, whoever says so.
    for (const char* address : {"192.168.1.1", "172.16.0.1", "100.64.0.1", "169.254.1.1", "::1",
                                "fe80::1", "::ffff:192.168.1.1"}) {
        EXPECT_TRUE(ask(address, {}).is_shared()) << address;
        EXPECT_TRUE(from_proxy(address).is_shared()) << address;
    }
    // A peer that forwards for others, and is not trusted to say for whom.
    EXPECT_TRUE(ask("203.0.113.7", {{"X-Forwarded-For", "192.0.2.1"}}).is_shared());
    EXPECT_TRUE(ask("203.0.113.7", {{"Forwarded", "for=192.0.2.1"}}).is_shared());
    EXPECT_TRUE(ask("203.0.113.7", {{"Forwarded", "for=192.0.2.1"}}).untrusted_forwarded);
}

TEST_F(FindClient, DoesNotTakeNonsenseForARequestId) {
    const std::string longest(128, 'a');
    EXPECT_EQ(ask("10.0.0.1", {{"X-Request-Id", longest}}).request_id, longest);
    for (const std::string& id : {std::string(), longest + "a", std::string("a b"),
                                  std::string("a\tb"), std::string("caf\xc3\xa9")}) {
        EXPECT_EQ(ask("10.0.0.1", {{"X-Request-Id", id}}).request_id, "") << id;
    }
}

}  // namespace
}  // namespace turnpike::gate
