// Lines of combined and common logs: what they say, and what is wrong with those that are broken.
#include <gtest/gtest.h>

#include "logs/logs.hpp"

namespace turnpike::logs {
namespace {

constexpr std::string_view apache =
    R"(203.0.113.7 - alice [17/May/2015:10:05:03 +0200] "GET /a?b=c HTTP/1.1" 200 1234 )"
    R"_("http://example.com/" "Mozilla/5.0 (X11)")_";

struct Read {
    Reading reading;
    Entry entry;
    std::string why;
};

class LogsText : public testing::Test {
protected:
    Read read(std::string_view line, Format format = Format::combined) {
        LineReader reader(format);
        Read result;
        result.reading = reader.read(line, result.entry, arena_);
        result.why = reader.why();
        return result;
    }
    Arena arena_;
};

TEST_F(LogsText, ACombinedLineIsReadWhole) {
    const auto [reading, entry, why] = read(apache);
    ASSERT_EQ(reading, Reading::request) << why;
    EXPECT_EQ(entry.client, "203.0.113.7");
    EXPECT_EQ(entry.host, "");
    EXPECT_EQ(entry.time, 1431849903LL * 1'000'000'000);
    EXPECT_EQ(entry.method, "GET");
    EXPECT_EQ(entry.target, "/a?b=c");
    EXPECT_EQ(entry.status, 200);
    EXPECT_EQ(entry.bytes, 1234U);
    EXPECT_EQ(entry.referer, "http://example.com/");
    EXPECT_EQ(entry.user_agent, "Mozilla/5.0 (X11)");
    EXPECT_FALSE(entry.is_own);
}

TEST_F(LogsText, ACommonLineEndsBehindTheSize) {
    const std::string_view line = R"(::1 - - [17/May/2015:10:05:03 +0000] "HEAD / HTTP/1.0" 304 -)";
    EXPECT_EQ(read(line).reading, Reading::broken);
    const auto [reading, entry, why] = read(line, Format::common);
    ASSERT_EQ(reading, Reading::request) << why;
    EXPECT_EQ(entry.client, "::1");
    EXPECT_EQ(entry.bytes, 0U);
    EXPECT_EQ(entry.user_agent, "");
}

TEST_F(LogsText, AHostMayStandBeforeTheAddress) {
    const std::string line = "www.example.com:443 " + std::string(apache);
    const auto [reading, entry, why] = read(line);
    ASSERT_EQ(reading, Reading::request) << why;
    EXPECT_EQ(entry.host, "www.example.com:443");
    EXPECT_EQ(entry.client, "203.0.113.7");
}

TEST_F(LogsText, AnIPv6ClientBehindAHostIsFound) {
    const auto result = read(
        R"(example.com 2001:db8::1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/2" 200 1 "-" "x")");
    EXPECT_EQ(result.entry.client, "2001:db8::1");
    EXPECT_EQ(result.entry.host, "example.com");
}

TEST_F(LogsText, AClientMayBeAName) {
    const auto result = read(
        R"(crawl-1.example.net - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "-" "x")");
    EXPECT_EQ(result.reading, Reading::request);
    EXPECT_EQ(result.entry.client, "crawl-1.example.net");
}

TEST_F(LogsText, EscapesOfApacheAndNginxAreUndone) {
    const auto result =
        read(R"(192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET /\"q\"\x41 HTTP/1.1" 200 1 "-" )"
             R"("a \"b\" \\ \x1b\t\q")");
    ASSERT_EQ(result.reading, Reading::request) << result.why;
    EXPECT_EQ(result.entry.target, "/\"q\"A");
    EXPECT_EQ(result.entry.user_agent, "a \"b\" \\ \x1b\t\\q");
}

TEST_F(LogsText, QuotesThatAServerForgotToEscapeAreText) {
    const auto result =
        read(R"(192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET /a"b HTTP/1.1" 200 1 "-" "x"y"z")");
    ASSERT_EQ(result.reading, Reading::request) << result.why;
    EXPECT_EQ(result.entry.target, "/a\"b");
    EXPECT_EQ(result.entry.user_agent, "x\"y\"z");
}

TEST_F(LogsText, AUsersNameMayHoldBlanksAndBrackets) {
    const auto result =
        read(R"(192.0.2.1 - a [b] c [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "-" "x")");
    EXPECT_EQ(result.reading, Reading::request) << result.why;
}

TEST_F(LogsText, WhatNginxAddsIsForwardedForOrNothing) {
    EXPECT_EQ(read(std::string(apache) + R"( "198.51.100.1, 10.0.0.1")").entry.forwarded_for,
              "198.51.100.1, 10.0.0.1");
    EXPECT_EQ(read(std::string(apache) + R"( "-")").entry.forwarded_for, "");
    EXPECT_EQ(read(std::string(apache) + R"( 0.003 "hello")").entry.forwarded_for, "");
}

TEST_F(LogsText, AnAbsoluteTargetNamesTheHost) {
    const auto result = read(
        R"(192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET http://a.example/b HTTP/1.1" 200 1 )"
        R"("-" "x")");
    EXPECT_EQ(result.entry.host, "a.example");
    EXPECT_EQ(result.entry.target, "/b");
}

TEST_F(LogsText, WhatIsNoRequestIsNoMistake) {
    for (const char* request : {"-", "", R"(\x16\x03\x01)", "GET", "hello world", "GET nowhere"}) {
        const std::string line = "192.0.2.1 - - [17/May/2015:10:05:03 +0000] \"" +
                                 std::string(request) + "\" 400 0 \"-\" \"-\"";
        EXPECT_EQ(read(line).reading, Reading::no_request) << request;
    }
}

TEST_F(LogsText, ABrokenLineSaysWhy) {
    const std::string whole(apache);
    const auto cut_behind = [&](std::string_view part) {
        return whole.substr(0, whole.find(part) + part.size());
    };
    for (const auto& [line, why] : {
             std::pair<std::string, const char*>{"", "it does not begin with an address"},
             {"hello", "it does not begin with an address"},
             {cut_behind("alice"), "no date in brackets"},
             {cut_behind("17/May"), "no date in brackets"},
             {cut_behind("+0200]"), "nothing follows the date"},
             {cut_behind("GET /a"), "no request in quotes"},
             {cut_behind("HTTP/1.1\""), "no status and size"},
             {cut_behind("\" 200"), "no status and size"},
             {cut_behind("1234 "), "it ends before the user agent does"},
             {cut_behind("Mozilla"), "it ends before the user agent does"},
             {"a b [32/May/2015:10:05:03 +0000] \"G", "no date in brackets"},
             {"a b [17/May/2015:10:65:03 +0000] \"G", "no date in brackets"},
             {whole + std::string(1 << 20, 'x'), "it is longer than 64 KiB"},
         }) {
        const auto result = read(line);
        EXPECT_EQ(result.reading, Reading::broken) << line.substr(0, 200);
        EXPECT_TRUE(result.why.starts_with(why)) << line.substr(0, 200) << ": " << result.why;
    }
}

TEST_F(LogsText, EveryBeginningOfALineIsReadWithoutHarm) {
    for (std::size_t i = 0; i < apache.size(); ++i) {
        const std::string line(apache.substr(0, i));  // its own end, for AddressSanitizer
        EXPECT_EQ(read(line).reading, Reading::broken) << line;
    }
}

TEST_F(LogsText, OneReaderKeepsNoDateThatChanged) {
    LineReader reader(Format::combined);
    Entry entry;
    std::string line(apache);
    reader.read(line, entry, arena_);
    const auto before = entry.time;
    line.replace(line.find("17/May"), 6, "18/May");
    reader.read(line, entry, arena_);
    EXPECT_EQ(entry.time - before, 86400LL * 1'000'000'000);
}

TEST(LogsDetect, AFormatIsKnownByMostOfItsLines) {
    const std::string combined(apache);
    const std::string common = combined.substr(0, combined.find(" \"http"));
    EXPECT_EQ(detect(combined + "\n"), Format::combined);
    EXPECT_EQ(detect("broken\n" + combined + "\n" + combined), Format::combined);
    EXPECT_EQ(detect(common + "\r\n" + common), Format::common);
    EXPECT_EQ(detect(R"({"ts":1,"method":"GET","uri":"/"})"), Format::json);
    EXPECT_EQ(detect("hello\nworld\n"), std::nullopt);
    EXPECT_EQ(detect(""), std::nullopt);
}

}  // namespace
}  // namespace turnpike::logs
