// turnpike.yaml: defaults, every key, addresses and named lists. Mistakes: tests/config/bad.
#include <gtest/gtest.h>

#include "config/config.hpp"

namespace turnpike::config {
namespace {

using std::chrono::milliseconds;

std::optional<Settings> read(std::string_view text) {
    Diagnostics out;
    const auto document = Document::parse("turnpike.yaml", text, out);
    std::optional<Settings> settings;
    if (document) settings = Settings::read(*document, out);
    EXPECT_EQ(out.to_string(), "");
    return settings;
}

Address address(std::string_view text) {
    return Address::parse(text).value();
}

TEST(Settings, EveryKeyHasADefault) {
    for (const char* text : {"", "# only a comment\n", "version: 1\n", "{}\n"}) {
        const auto settings = read(text);
        ASSERT_TRUE(settings) << text;
        EXPECT_EQ(settings->threads, 0U);
        ASSERT_EQ(settings->listen.size(), 1U);
        EXPECT_EQ(settings->listen[0].address, address("127.0.0.1"));
        EXPECT_EQ(settings->listen[0].port, 8080);
        ASSERT_TRUE(settings->admin);
        EXPECT_EQ(settings->admin->text, "127.0.0.1:9477");
        EXPECT_FALSE(settings->admin_written);
        EXPECT_FALSE(settings->metrics);
        EXPECT_EQ(settings->max_series, 20'000U);
        EXPECT_TRUE(settings->trusted_proxies.contains(address("127.9.9.9")));
        EXPECT_TRUE(settings->trusted_proxies.contains(address("::1")));
        EXPECT_FALSE(settings->trusted_proxies.contains(address("10.0.0.1")));
        EXPECT_TRUE(settings->sites.empty());
        EXPECT_EQ(settings->state_dir, "/var/lib/turnpike");
        EXPECT_EQ(settings->mode, Mode::enforce);
        EXPECT_EQ(settings->access_log.to, "stdout");
        EXPECT_FALSE(settings->access_log.combined);
        EXPECT_EQ(settings->access_log.address, AccessLogSettings::Detail::full);
        EXPECT_TRUE(settings->access_log.query);
        EXPECT_EQ(settings->limits.request_head, 32'768U);
        EXPECT_EQ(settings->limits.request_head_timeout, milliseconds(10'000));
        EXPECT_EQ(settings->limits.idle_timeout, milliseconds(60'000));
        EXPECT_EQ(settings->limits.drain_timeout, milliseconds(30'000));
        EXPECT_EQ(settings->limits.connections, 50'000U);
    }
}

TEST(Settings, EveryKeyIsRead) {
    const auto settings = read(R"(version: 1
threads: 3
listen:
  - address: "0.0.0.0:80"
  - address: "[::]:81"
admin: { address: "unix:/run/turnpike/admin.sock", token_file: admin.token }
metrics: { address: "0.0.0.0:9478", max_series: 500 }
trusted_proxies: [private, 203.0.113.0/24]
sites: [sites.d/*.yaml, /srv/site.yaml]
state_dir: state
mode: observe
access_log: { to: access.log, format: combined, address: prefix, query: false }
limits:
  { request_head: 16KiB, request_head_timeout: 1s, idle_timeout: 2m, drain_timeout: 0s,
    connections: 7 }
)");
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->threads, 3U);
    ASSERT_EQ(settings->listen.size(), 2U);
    EXPECT_EQ(settings->listen[1].address, address("::"));
    EXPECT_EQ(settings->admin->path, "/run/turnpike/admin.sock");
    EXPECT_TRUE(settings->admin_written);
    EXPECT_EQ(settings->metrics->port, 9478);
    EXPECT_EQ(settings->max_series, 500U);
    EXPECT_TRUE(settings->trusted_proxies.contains(address("192.168.1.1")));
    EXPECT_TRUE(settings->trusted_proxies.contains(address("203.0.113.9")));
    EXPECT_FALSE(settings->trusted_proxies.contains(address("127.0.0.1")));
    EXPECT_EQ(settings->admin_token_file, "admin.token");
    EXPECT_EQ(settings->sites, (std::vector<std::string>{"sites.d/*.yaml", "/srv/site.yaml"}));
    EXPECT_EQ(settings->state_dir, "state");
    EXPECT_EQ(settings->mode, Mode::observe);
    EXPECT_EQ(settings->access_log.to, "access.log");
    EXPECT_TRUE(settings->access_log.combined);
    EXPECT_EQ(settings->access_log.address, AccessLogSettings::Detail::prefix);
    EXPECT_FALSE(settings->access_log.query);
    EXPECT_EQ(settings->limits.request_head, 16'384U);
    EXPECT_EQ(settings->limits.request_head_timeout, milliseconds(1'000));
    EXPECT_EQ(settings->limits.idle_timeout, milliseconds(120'000));
    EXPECT_EQ(settings->limits.drain_timeout, milliseconds(0));
    EXPECT_EQ(settings->limits.connections, 7U);
}

TEST(Settings, SomeKeysTakeAWordInsteadOfAValue) {
    EXPECT_EQ(read("threads: auto\n")->threads, 0U);
    const auto off = read("admin: { address: off }\n");
    EXPECT_FALSE(off->admin);
    EXPECT_TRUE(off->admin_written);
    EXPECT_EQ(read("sites: one.yaml\n")->sites, std::vector<std::string>{"one.yaml"});
    EXPECT_FALSE(read("trusted_proxies: []\n")->trusted_proxies.contains(address("127.0.0.1")));
}

TEST(Settings, PathsStartFromTheFilesOwnFolder) {
    Diagnostics out;
    const auto document = Document::parse("/etc/turnpike/turnpike.yaml",
                                          "sites: [sites.d/*.yaml, /srv/*.yaml]\n"
                                          "state_dir: state\n"
                                          "admin: { address: \"[::1]:1\", token_file: token }\n"
                                          "access_log: { to: access.log }\n",
                                          out);
    const std::optional<Settings> settings = Settings::read(*document, out);
    EXPECT_EQ(settings->sites,
              (std::vector<std::string>{"/etc/turnpike/sites.d/*.yaml", "/srv/*.yaml"}));
    EXPECT_EQ(settings->state_dir, "/etc/turnpike/state");
    EXPECT_EQ(settings->admin_token_file, "/etc/turnpike/token");
    EXPECT_EQ(settings->access_log.to, "/etc/turnpike/access.log");
    EXPECT_EQ(read("access_log: { to: stderr }\n")->access_log.to, "stderr");
}

TEST(Settings, AnAdminAddressThatNobodyWroteGivesWay) {
    for (const std::string key : {"listen: [{ ", "metrics: { "}) {
        Diagnostics out;
        const std::string text =
            key + "address: \"127.0.0.1:9477\" }" + (key.starts_with("listen") ? "]\n" : "\n");
        const auto document = Document::parse("turnpike.yaml", text, out);
        const Settings settings = Settings::read(*document, out);
        EXPECT_FALSE(out.has_errors()) << out.to_string();
        EXPECT_FALSE(settings.admin);
        EXPECT_NE(out.to_string().find(": warning: "), std::string::npos);
    }
}

TEST(ListenAddress, OverlapsWhereOneWouldTakeTheOthersConnections) {
    const auto meet = [](std::string_view a, std::string_view b) {
        const bool answer = overlap(*parse_listen_address(a), *parse_listen_address(b));
        EXPECT_EQ(answer, overlap(*parse_listen_address(b), *parse_listen_address(a)));
        return answer;
    };
    EXPECT_TRUE(meet("127.0.0.1:80", "127.0.0.1:80"));
    EXPECT_TRUE(meet("127.0.0.1:80", "0.0.0.0:80"));
    EXPECT_TRUE(meet("127.0.0.1:80", "[::]:80"));
    EXPECT_TRUE(meet("0.0.0.0:80", "[::]:80"));
    EXPECT_TRUE(meet("[::1]:80", "[::]:80"));
    EXPECT_TRUE(meet("unix:/a", "unix:/a"));
    EXPECT_FALSE(meet("127.0.0.1:80", "127.0.0.1:81"));
    EXPECT_FALSE(meet("127.0.0.1:80", "127.0.0.2:80"));
    EXPECT_FALSE(meet("[::1]:80", "0.0.0.0:80"));
    EXPECT_FALSE(meet("127.0.0.1:0", "127.0.0.1:0"));
    EXPECT_FALSE(meet("unix:/a", "unix:/b"));
    EXPECT_FALSE(meet("unix:/a", "127.0.0.1:80"));
}

TEST(ListenAddress, IsAnAddressWithAPortOrAUnixSocket) {
    const auto v4 = parse_listen_address("127.0.0.1:8080");
    ASSERT_TRUE(v4);
    EXPECT_EQ(v4->address, address("127.0.0.1"));
    EXPECT_EQ(v4->port, 8080);
    EXPECT_EQ(v4->path, "");
    EXPECT_EQ(v4->text, "127.0.0.1:8080");
    const auto v6 = parse_listen_address("[2001:db8::1]:65535");
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->address, address("2001:db8::1"));
    EXPECT_EQ(v6->port, 65535);
    EXPECT_EQ(parse_listen_address("0.0.0.0:0")->port, 0);
    EXPECT_EQ(parse_listen_address("unix:/run/x.sock")->path, "/run/x.sock");
}

TEST(ListenAddress, AnythingElseIsRefused) {
    for (const char* text : {"",
                             ":",
                             "8080",
                             ":8080",
                             "127.0.0.1",
                             "127.0.0.1:",
                             "127.0.0.1:65536",
                             "127.0.0.1:-1",
                             "127.0.0.1:+1",
                             "127.0.0.1:080",
                             "127.0.0.1:80 ",
                             " 127.0.0.1:80",
                             "127.0.0.1:8x",
                             "localhost:80",
                             "*:80",
                             "::1:80",
                             "[::1]",
                             "[::1]80",
                             "[]:80",
                             "[127.0.0.1]:80",
                             "[::1:80",
                             "[[::1]]:80",
                             "unix:",
                             "unix:x.sock",
                             "unix",
                             "http://127.0.0.1:80",
                             "127.0.0.1:80:80"}) {
        EXPECT_FALSE(parse_listen_address(text)) << '"' << text << '"';
    }
}

TEST(Prefixes, AreNetworksOrNamedLists) {
    std::vector<Prefix> prefixes;
    EXPECT_TRUE(parse_prefixes("loopback", prefixes));
    EXPECT_EQ(prefixes.size(), 2U);
    EXPECT_TRUE(parse_prefixes("10.0.0.0/8", prefixes));
    EXPECT_TRUE(parse_prefixes("2001:db8::1", prefixes));
    EXPECT_EQ(prefixes.size(), 4U);
    for (const char* text : {"", "Loopback", "10.0.0.1/8", "cloudflare", "10.0.0.0/33"}) {
        EXPECT_FALSE(parse_prefixes(text, prefixes)) << text;
    }
    EXPECT_EQ(prefixes.size(), 4U);
    std::vector<Prefix> inside;
    parse_prefixes("private", inside);
    const PrefixList list(inside);
    for (const char* text : {"10.255.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1",
                             "100.64.0.1", "169.254.1.1", "fd00::1", "fe80::1"}) {
        EXPECT_TRUE(list.contains(address(text))) << text;
    }
    for (const char* text : {"127.0.0.1", "172.32.0.1", "100.128.0.1", "192.169.0.1", "8.8.8.8",
                             "2001:db8::1", "::1"}) {
        EXPECT_FALSE(list.contains(address(text))) << text;
    }
}

}  // namespace
}  // namespace turnpike::config
