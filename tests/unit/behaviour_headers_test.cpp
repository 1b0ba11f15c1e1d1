// What browsers send, and what only programs send that call themselves browsers. Fields as captured
// from the browsers named.
#include <gtest/gtest.h>

#include <vector>

#include "behaviour/headers.hpp"
#include "http/http.hpp"

namespace turnpike::behaviour {
namespace {

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr std::string_view chrome_agent =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36";
constexpr std::string_view firefox_agent =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0";
constexpr std::string_view safari_agent =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.4 Safari/605.1.15";
constexpr std::string_view html = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

const Pairs chrome_fields = {{"sec-ch-ua", "\"Chromium\";v=\"142\", \"Google Chrome\";v=\"142\""},
                             {"sec-ch-ua-mobile", "?0"},
                             {"sec-ch-ua-platform", "\"Windows\""},
                             {"Accept", html},
                             {"Sec-Fetch-Site", "none"},
                             {"Sec-Fetch-Mode", "navigate"},
                             {"Sec-Fetch-User", "?1"},
                             {"Sec-Fetch-Dest", "document"},
                             {"Accept-Encoding", "gzip, deflate, br, zstd"},
                             {"Accept-Language", "en-GB,en;q=0.9"}};
const Pairs firefox_fields = {{"Accept", html},
                              {"Accept-Language", "en-GB,en;q=0.5"},
                              {"Accept-Encoding", "gzip, deflate, br, zstd"},
                              {"Sec-Fetch-Dest", "document"},
                              {"Sec-Fetch-Mode", "navigate"},
                              {"Sec-Fetch-Site", "none"},
                              {"Sec-Fetch-User", "?1"}};
const Pairs safari_fields = {{"Sec-Fetch-Dest", "document"},
                             {"Accept", html},
                             {"Sec-Fetch-Site", "none"},
                             {"Sec-Fetch-Mode", "navigate"},
                             {"Accept-Language", "en-GB,en;q=0.9"},
                             {"Accept-Encoding", "gzip, deflate, br"}};

Checks check(std::string_view agent, const Pairs& pairs, bool secure = true) {
    std::vector<Field> fields;
    for (const auto& [name, value] : pairs) {
        fields.push_back({.name = name, .value = value, .id = http::field_id(name)});
    }
    RequestHead head;
    head.method = Method::get;
    head.fields = Fields(fields);
    const Address address;
    return failed_checks({.head = head,
                          .path = "/",
                          .user_agent = agent,
                          .site = "example",
                          .client = address,
                          .category = Category::browser,
                          .secure = secure});
}

Pairs without(Pairs pairs, std::string_view name) {
    std::erase_if(pairs, [&](const auto& pair) { return pair.first == name; });
    return pairs;
}

Pairs with(Pairs pairs, std::string_view name, std::string_view value) {
    pairs = without(std::move(pairs), name);
    pairs.emplace_back(name, value);
    return pairs;
}

TEST(Headers, OfBrowsersPass) {
    EXPECT_EQ(check(chrome_agent, chrome_fields), 0);
    EXPECT_EQ(check(firefox_agent, firefox_fields), 0);
    EXPECT_EQ(check(safari_agent, safari_fields), 0);
    const std::string_view on_iphone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) CriOS/142.0.0.0 Mobile/15E148 Safari/604.1";
    EXPECT_EQ(check(on_iphone, safari_fields), 0);
}

TEST(Headers, OfBrowsersOnPlainHttpPass) {
    Pairs fields = {{"Accept", html},
                    {"Accept-Encoding", "gzip, deflate"},
                    {"Accept-Language", "en-GB,en;q=0.9"}};
    EXPECT_EQ(check(chrome_agent, fields, false), 0);
    EXPECT_EQ(check(firefox_agent, fields, false), 0);
}

TEST(Headers, OfWindowsInAppsAreLeftAlone) {
    const std::string_view web_view =
        "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Version/4.0 Chrome/142.0.0.0 Mobile Safari/537.36";
    EXPECT_EQ(check(web_view, {{"Accept", html}}), 0);
}

TEST(Headers, OfAPrefetchAreLeftAlone) {
    EXPECT_EQ(check(chrome_agent, {{"Sec-Purpose", "prefetch"}}), 0);
}

TEST(Headers, ThatAreMissingAreSeen) {
    EXPECT_EQ(check(chrome_agent, without(chrome_fields, "sec-ch-ua")), bit(Check::hints_missing));
    EXPECT_EQ(check(chrome_agent, without(chrome_fields, "Accept-Language")),
              bit(Check::language_missing));
    EXPECT_EQ(check(chrome_agent, without(chrome_fields, "Sec-Fetch-Mode")),
              bit(Check::fetch_partial));
    EXPECT_EQ(check(firefox_agent,
                    {{"Accept", html}, {"Accept-Language", "en"}, {"Accept-Encoding", "gzip"}}),
              bit(Check::fetch_missing));
}

TEST(Headers, ThatContradictTheUserAgentAreSeen) {
    EXPECT_EQ(check(firefox_agent, with(firefox_fields, "sec-ch-ua", "\"Chromium\";v=\"142\"")),
              bit(Check::hints_unexpected));
    EXPECT_EQ(check(chrome_agent, with(chrome_fields, "sec-ch-ua", "\"Chromium\";v=\"120\"")),
              bit(Check::hints_differ));
    EXPECT_EQ(check(chrome_agent, with(chrome_fields, "sec-ch-ua-platform", "\"Linux\"")),
              bit(Check::platform_differs));
    EXPECT_EQ(check(chrome_agent, with(chrome_fields, "Sec-Fetch-Dest", "image")),
              bit(Check::fetch_impossible));
    EXPECT_EQ(check(chrome_agent, with(chrome_fields, "Accept", "application/json")),
              bit(Check::accept_without_html));
}

TEST(UserAgents, ThatNoBrowserSendsAreSeen) {
    for (const std::string_view agent : {
             "Mozilla/5.0 (X11; Linux i686; rv:1.9.7.20) Gecko/2541-02-09 04:15:18 Firefox/3.6.15",
             "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/535.2 (KHTML, like Gecko) "
             "Chrome/58.0.842.0 Safari/535.2",
             "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.0; Trident/3.1)",
             "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:60.0) Gecko/20100101 Firefox/122.0",
             "Mozilla/5.0 (Windows NT 13.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
             "Chrome/131.0.0.0 Safari/537.36",
         }) {
        EXPECT_TRUE(is_impossible(agent)) << agent;
    }
}

TEST(UserAgents, OfRareBrowsersAreThoughtPossible) {
    for (const std::string_view agent : {
             chrome_agent,
             firefox_agent,
             safari_agent,
             std::string_view("Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 "
                              "Firefox/115.0"),
             std::string_view("Mozilla/5.0 (X11; Linux x86_64; rv:60.0) Gecko/20100101 "
                              "Firefox/60.0 SeaMonkey/2.53.1"),
             std::string_view("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:68.9) Gecko/20100101 "
                              "Goanna/4.8 Firefox/68.9 PaleMoon/28.10.0"),
             std::string_view("Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; Trident/5.0)"),
             std::string_view("Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)"),
             std::string_view("Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like "
                              "Gecko"),
             std::string_view("Mozilla/5.0 (Windows NT 6.1) AppleWebKit/535.1 (KHTML, like Gecko) "
                              "Chrome/14.0.835.202 Safari/535.1"),
             std::string_view("Mozilla/5.0 (X11; U; Linux i686; en-US; rv:1.9.2.3) "
                              "Gecko/20100423 Firefox/3.6.3"),
             std::string_view(""),
         }) {
        EXPECT_FALSE(is_impossible(agent)) << agent;
    }
}

}  // namespace
}  // namespace turnpike::behaviour
