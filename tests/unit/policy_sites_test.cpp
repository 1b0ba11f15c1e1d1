// Which site a host finds, and what origins and hosts may be written as.
#include <gtest/gtest.h>

#include "policy/policy.hpp"
#include "support/allocations.hpp"

namespace turnpike {
namespace {

Site site(std::string name, std::vector<std::string> hosts) {
    Site made;
    made.name = std::move(name);
    made.hosts = std::move(hosts);
    return made;
}

const Sites& sites() {
    static const Sites all({site("first", {"a.example", "www.a.example", "*.wild.example"}),
                            site("second", {"b.example", "x.wild.example", "[::1]"}),
                            site("deep", {"*.deep.wild.example"}), site("rest", {"*"})});
    return all;
}

TEST(Sites, EverySpellingOfAHostFindsItsSite) {
    const std::pair<const char*, const char*> cases[] = {
        {"a.example", "first"},
        {"A.Example", "first"},
        {"a.example.", "first"},
        {"a.example:80", "first"},
        {"A.EXAMPLE.:8080", "first"},
        {"www.a.example", "first"},
        {"y.wild.example", "first"},
        {"p.q.WILD.example", "first"},
        {"b.example", "second"},
        {"X.wild.example.", "second"},
        {"[::1]", "second"},
        {"[::1]:8080", "second"},
        {"y.x.wild.example", "first"},
        {"p.deep.wild.example", "deep"},
        {"p.q.deep.wild.example:1", "deep"},
        {"deep.wild.example", "first"},
        {"wild.example", "rest"},
        {".wild.example", "rest"},
        {"no.a.example", "rest"},
        {"xa.example", "rest"},
        {"127.0.0.1", "rest"},
        {"[::2]:80", "rest"},
        {"", "rest"},
        {":80", "rest"},
        {".", "rest"},
        {"\xff.example", "rest"},
    };
    for (const auto& [host, name] : cases) {
        const Site* found = sites().find(host);
        ASSERT_NE(found, nullptr) << host;
        EXPECT_EQ(found->name, name) << host;
    }
}

TEST(Sites, AnUnknownHostFindsNothingWhereNoSiteTakesAll) {
    const Sites some({site("first", {"a.example", "*.wild.example"})});
    for (const char* host : {"b.example", "", "wild.example", "a.example.evil.example", "example",
                             "a.exampl", "a.examplee"}) {
        EXPECT_EQ(some.find(host), nullptr) << host;
    }
    EXPECT_EQ(Sites{}.find("a.example"), nullptr);
}

TEST(Sites, AHostIsFoundWithoutAllocation) {
    const Sites& all = sites();
    const test::Allocations allocations;
    for (const char* host : {"A.EXAMPLE.:80", "p.q.deep.wild.example", "nobody.example"}) {
        EXPECT_NE(all.find(host), nullptr);
    }
    EXPECT_EQ(allocations.count(), 0U);
}

TEST(Origin, IsAnHttpUrlWithoutPathOrAUnixSocket) {
    struct Case {
        const char* text;
        const char* host;
        std::uint16_t port;
        const char* unix_path;
        const char* authority;
    };
    const Case cases[] = {
        {"http://127.0.0.1:3000", "127.0.0.1", 3000, "", "127.0.0.1:3000"},
        {"http://127.0.0.1:3000/", "127.0.0.1", 3000, "", "127.0.0.1:3000"},
        {"http://app", "app", 80, "", "app"},
        {"http://App.Internal:80", "app.internal", 80, "", "app.internal"},
        {"http://[::1]:8080", "::1", 8080, "", "[::1]:8080"},
        {"http://[2001:DB8::1]", "2001:db8::1", 80, "", "[2001:db8::1]"},
        {"unix:/run/app.sock", "", 0, "/run/app.sock", "localhost"},
    };
    for (const Case& wanted : cases) {
        std::string error;
        const auto origin = policy::parse_origin(wanted.text, error);
        ASSERT_TRUE(origin) << wanted.text << ": " << error;
        EXPECT_EQ(origin->host, wanted.host);
        EXPECT_EQ(origin->port, wanted.port);
        EXPECT_EQ(origin->unix_path, wanted.unix_path);
        EXPECT_EQ(origin->authority(), wanted.authority);
    }
}

TEST(Origin, AnythingElseIsRefusedWithAReason) {
    const std::pair<const char*, const char*> cases[] = {
        {"https://a.example", "TLS to origins is not supported yet: write http://"},
        {"127.0.0.1:3000",
         "'127.0.0.1:3000' is not an origin: write http://host:port or unix:/path"},
        {"", "'' is not an origin: write http://host:port or unix:/path"},
        {"http://", "an origin needs a host"},
        {"http:///", "an origin needs a host"},
        {"http://:80", "an origin needs a host"},
        {"http://a/b", "an origin has no path: requests keep their own"},
        {"http://a//", "an origin has no path: requests keep their own"},
        {"http://a?b", "an origin has no path: requests keep their own"},
        {"http://me@a", "an origin has no user name: requests keep their own credentials"},
        {"http://a:", "'' is not a port"},
        {"http://a:0", "'0' is not a port"},
        {"http://a:080", "'080' is not a port"},
        {"http://a:65536", "'65536' is not a port"},
        {"http://a:+1", "'+1' is not a port"},
        {"http://a:1:2", "'1:2' is not a port"},
        {"http://::1", "':1' is not a port"},
        {"http://[::1", "':1' is not a port"},
        {"http://[x]:1", "'[x]' is not a host"},
        {"http://[127.0.0.1]", "'[127.0.0.1]' is not a host"},
        {"http://a b", "'a b' is not a host"},
        {"http://a..b", "'a..b' is not a host"},
        {"unix:app.sock", "a unix socket needs its whole path: unix:/run/app.sock"},
        {"unix:/", "a unix socket needs its whole path: unix:/run/app.sock"},
    };
    for (const auto& [text, reason] : cases) {
        std::string error;
        EXPECT_FALSE(policy::parse_origin(text, error)) << text;
        EXPECT_EQ(error, reason) << text;
    }
}

TEST(Host, IsTakenInTheFormInWhichItIsLookedUp) {
    const std::pair<const char*, const char*> cases[] = {
        {"example.com", "example.com"},
        {"WWW.Example.COM", "www.example.com"},
        {"example.com.", "example.com"},
        {"*.Example.org", "*.example.org"},
        {"*", "*"},
        {"[0:0::1]", "[::1]"},
        {"127.0.0.1", "127.0.0.1"},
        {"a_b", "a_b"},
    };
    std::string hint;
    for (const auto& [text, host] : cases) EXPECT_EQ(policy::parse_host(text, hint), host);
    for (const char* text : {"", ".", "a..b", "-*", "a.*", "**.b", "*.", "*.*", "http://a", "a/b",
                             "a:80", "::1", "[::1]:80", "a b", "caf\xc3\xa9.example"}) {
        hint.clear();
        EXPECT_FALSE(policy::parse_host(text, hint)) << text;
        EXPECT_NE(hint, "") << text;
    }
}

}  // namespace
}  // namespace turnpike
