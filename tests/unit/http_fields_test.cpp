// Field lines and what they say about framing, connection and expectation of a request. The request
// line: http_request_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "http/http.hpp"

namespace turnpike::http {
namespace {

/// A POST with these field lines behind its Host.
struct Parsed {
    explicit Parsed(const std::string& lines, const char* version = "HTTP/1.1")
        : bytes("POST / " + std::string(version) + "\r\nHost: a\r\n" + lines + "\r\n"),
          parser(arena, {}),
          result(parser.parse(bytes)) {}

    const RequestHead& head() const { return parser.head(); }
    int status() const { return !result ? result.error().status : *result ? 200 : 0; }
    const Field& last() const { return head().fields.back(); }

    std::string bytes;
    Arena arena;
    RequestParser parser;
    Result<std::optional<std::size_t>> result;
};

bool is_hop_by_hop(const Parsed& request, std::string_view name) {
    for (const Field& field : request.head().fields) {
        if (field.name == name) return field.hop_by_hop;
    }
    ADD_FAILURE() << name << " is missing";
    return false;
}

TEST(FieldLines, TrimWhiteSpaceAroundValues) {  // RFC 9112 §5
    const std::pair<const char*, const char*> cases[] = {
        {"X:", ""},        {"X: ", ""},
        {"X: \t ", ""},    {"X:a", "a"},
        {"X: a", "a"},     {"X:\ta \t", "a"},
        {"X: a b", "a b"}, {"X: a\tb", "a\tb"},
        {"X: :", ":"},     {"X: \xff\x80", "\xff\x80"},
    };
    for (const auto& [line, value] : cases) {
        const Parsed request(std::string(line) + "\r\n");
        ASSERT_EQ(request.status(), 200) << line;
        EXPECT_EQ(request.last().name, "X");
        EXPECT_EQ(request.last().value, value) << line;
    }
}

TEST(FieldLines, AreRefusedWhereReadersDisagree) {  // RFC 9112 §2.2, §5.1, §5.2; RFC 9110 §5.5
    using namespace std::string_literals;
    for (const std::string& lines : {"X : 1\r\n"s,
                                     "X\t: 1\r\n"s,
                                     " X: 1\r\n"s,
                                     "X: a\r\n b\r\n"s,
                                     "X: a\r\n\tb\r\n"s,
                                     "X: a\rb\r\n"s,
                                     "X: a\nY: b\r\n"s,
                                     "X: a\0b\r\n"s,
                                     "X\0: a\r\n"s,
                                     "X\x01: a\r\n"s,
                                     "X: a\x0b\r\n"s,
                                     "X: \x0c\r\n"s,
                                     "X: a\x7f\r\n"s,
                                     ": a\r\n"s,
                                     "X\r\n"s,
                                     "X(y): 1\r\n"s,
                                     "X\xc3: 1\r\n"s,
                                     "X y: 1\r\n"s,
                                     "X@: 1\r\n"s,
                                     "\"X\": 1\r\n"s,
                                     "X: a\r\r\n"s,
                                     "X: 0123456789abcdef\x1f\r\n"s,
                                     "X: 0123456789abcdef\n\r\n"s}) {
        EXPECT_EQ(Parsed(lines).status(), 400) << lines;
    }
}

/// Values are scanned in steps of 16 octets: no place may be a blind spot.
TEST(FieldLines, AreCheckedAtEveryPosition) {
    for (std::size_t length = 1; length <= 50; ++length) {
        for (std::size_t at = 0; at < length; ++at) {
            std::string value(length, 'v');
            value[at] = '\x1f';
            EXPECT_EQ(Parsed("X: " + value + "\r\n").status(), 400) << length << " " << at;
            value[at] = '\t';
            EXPECT_EQ(Parsed("X: " + value + "\r\n").status(), 200) << length << " " << at;
            std::string name(length, 'n');
            name[at] = '@';
            EXPECT_EQ(Parsed(name + ": 1\r\n").status(), 400) << length << " " << at;
            name[at] = '~';
            EXPECT_EQ(Parsed(name + ": 1\r\n").status(), 200) << length << " " << at;
        }
    }
}

TEST(FieldLines, AllowExactlyTheOctetsOfTheGrammar) {  // RFC 9110 §5.1, §5.5
    constexpr std::string_view punctuation = "!#$%&'*+-.^_`|~";
    for (int i = 0; i < 256; ++i) {
        const char c = static_cast<char>(i);
        const bool token =
            (i < 128 && std::isalnum(i) != 0) || punctuation.find(c) != punctuation.npos;
        const bool value = i == '\t' || (i >= 0x20 && i != 0x7f);
        const std::string padding(20, 'p');
        if (c != ':') {
            const Parsed name(padding + c + padding + ": 1\r\n");
            EXPECT_EQ(name.status(), token ? 200 : 400) << i;
        }
        EXPECT_EQ(Parsed("X: " + padding + c + padding + "\r\n").status(), value ? 200 : 400) << i;
    }
}

TEST(FieldLines, GrowPastTheFirstArray) {
    std::string lines;
    for (int i = 0; i < 99; ++i)
        lines += "X-" + std::to_string(i) + ": " + std::to_string(i) + "\r\n";
    const Parsed request(lines);
    ASSERT_EQ(request.status(), 200);
    ASSERT_EQ(request.head().fields.size(), 100U);
    EXPECT_EQ(request.head().fields[0].value, "a");
    EXPECT_EQ(request.last().value, "98");
    EXPECT_EQ(Parsed(lines + "X: 1\r\n").status(), 431);
}

TEST(Framing, OfARequestComesFromOneField) {  // RFC 9112 §6.3
    EXPECT_EQ(Parsed("").head().framing, Framing::none);
    EXPECT_EQ(Parsed("Content-Length: 0\r\n").head().framing, Framing::length);
    EXPECT_EQ(Parsed("content-length: 003\r\n").head().content_length, 3U);
    EXPECT_EQ(Parsed("Content-Length: 999999999999999999\r\n").head().content_length,
              999999999999999999U);
    EXPECT_EQ(Parsed("Content-Length: 5\r\n", "HTTP/1.0").head().framing, Framing::length);
    EXPECT_EQ(Parsed("Transfer-Encoding: chunked\r\n").head().framing, Framing::chunked);
    EXPECT_EQ(Parsed("TRANSFER-encoding:\t cHuNkEd \r\n").head().framing, Framing::chunked);
}

TEST(Framing, RefusesInvalidLengths) {
    for (const char* length :
         {"", "-1", "+3", "0x3", "3 3", "3;3", "3.0", "a", "3,", ",3", "3,,3", "3, 4", "3, 03",
          "18446744073709551616", "1000000000000000000", "\xd9\xa3", "3_0", "'3'"}) {
        EXPECT_EQ(Parsed("Content-Length: " + std::string(length) + "\r\n").status(), 400)
            << length;
    }
    EXPECT_EQ(Parsed("Content-Length: 3\r\nContent-Length: 4\r\n").status(), 400);
    EXPECT_EQ(Parsed("Content-Length: 3\r\nContent-Length: 03\r\n").status(), 400);
    EXPECT_EQ(Parsed("Content-Length: 3\r\nContent-Length:\r\n").status(), 400);
}

TEST(Framing, ReducesIdenticalLengthsToOne) {  // RFC 9110 §8.6
    for (const char* lines :
         {"Content-Length: 3, 3\r\nX: 1\r\n", "Content-Length: 3,3 ,\t3\r\nX: 1\r\n",
          "Content-Length: 3\r\nX: 1\r\nCONTENT-LENGTH: 3\r\n"}) {
        const Parsed request(lines);
        ASSERT_EQ(request.status(), 200) << lines;
        EXPECT_EQ(request.head().content_length, 3U);
        ASSERT_EQ(request.head().fields.size(), 3U) << lines;
        EXPECT_EQ(request.head().fields[1].value, "3");
        EXPECT_EQ(request.last().name, "X");
    }
}

std::chrono::nanoseconds time_to_parse(const std::string& lines) {
    auto least = std::chrono::nanoseconds::max();
    for (int i = 0; i < 5; ++i) {
        const auto start = std::chrono::steady_clock::now();
        EXPECT_EQ(Parsed(lines).status(), 200);
        least = std::min<std::chrono::nanoseconds>(least, std::chrono::steady_clock::now() - start);
    }
    return least;
}

// Each length compared with each would make milliseconds of one head.
TEST(Framing, ReadsALengthSaidOverAndOverInTimeThatGrowsWithTheHeadOnly) {
    std::string list = "7";
    while (list.size() < 300) list += ",7";
    std::string lengths, others;
    for (int i = 0; i < 90; ++i) {
        lengths += "Content-Length: " + list + "\r\n";
        others += "Numbers-At-All: " + list + "\r\n";
    }
    EXPECT_LT(time_to_parse(lengths), 200 * time_to_parse(others));
}

TEST(Framing, RefusesEveryCodingButChunked) {  // RFC 9112 §6.1, §7
    const std::pair<const char*, int> cases[] = {
        {"", 400},
        {"identity", 400},
        {"chunked, chunked", 400},
        {",chunked", 400},
        {"chunked,", 400},
        {"chunked, gzip", 400},
        {"chunked;a=b", 400},
        {"\"chunked\"", 400},
        {"chunked chunked", 400},
        {"gzip, identity", 400},
        {";x", 400},
        {"chunk ed", 400},
        {"xchunked", 501},
        {"chunkedx", 501},
        {"gzip", 501},
        {"gzip, chunked", 501},
        {"gzip;q=1, chunked", 501},
    };
    for (const auto& [coding, status] : cases) {
        EXPECT_EQ(Parsed("Transfer-Encoding: " + std::string(coding) + "\r\n").status(), status)
            << coding;
    }
}

TEST(Framing, RefusesWhatTwoReadersWouldFrameDifferently) {
    for (const char* lines : {"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
                              "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
                              "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                              "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n",
                              "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
                              "Transfer_Encoding: chunked\r\n", "content_length: 3\r\n"}) {
        EXPECT_EQ(Parsed(lines).status(), 400) << lines;
    }
    EXPECT_EQ(Parsed("Transfer-Encoding: chunked\r\n", "HTTP/1.0").status(), 400);
}

TEST(Connection, DecidesWhetherTheClientStays) {  // RFC 9112 §9.3
    EXPECT_TRUE(Parsed("").head().keep_alive);
    EXPECT_TRUE(Parsed("Connection: keep-alive\r\n").head().keep_alive);
    EXPECT_FALSE(Parsed("Connection: close\r\n").head().keep_alive);
    EXPECT_FALSE(Parsed("Connection: Keep-Alive,\tCLOSE\r\n").head().keep_alive);
    EXPECT_FALSE(Parsed("Connection: a\r\nConnection: close\r\n").head().keep_alive);
    EXPECT_TRUE(Parsed("Connection: closed, x-close\r\n").head().keep_alive);
    EXPECT_FALSE(Parsed("", "HTTP/1.0").head().keep_alive);
    EXPECT_FALSE(Parsed("Connection: keep-alive\r\n", "HTTP/1.0").head().keep_alive);
}

TEST(Connection, NominatesFieldsOfThisHop) {  // RFC 9110 §7.6.1
    const Parsed request("X-Foo: 1\r\nConnection: x-foo, ,close\r\nX-Bar: 2\r\nX-Foo: 3\r\n");
    for (const Field& field : request.head().fields) {
        EXPECT_EQ(field.hop_by_hop, field.name == "X-Foo") << field.name;
    }
}

TEST(Connection, CannotTakeAwayWhatFramesRoutesOrIdentifies) {
    for (const char* name : {"Host", "Content-Length", "Authorization", "Cookie", "Forwarded",
                             "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
                             "X-Real-IP", "X-Request-Id"}) {
        const bool present = std::string_view(name) == "Host";
        const std::string line = present ? "" : std::string(name) + ": 1\r\n";
        const Parsed request("Connection: " + std::string(name) + "\r\n" + line);
        ASSERT_EQ(request.status(), 200) << name;
        EXPECT_FALSE(is_hop_by_hop(request, name)) << name;
    }
    const Parsed chunked("Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n");
    EXPECT_FALSE(is_hop_by_hop(chunked, "Transfer-Encoding"));
    EXPECT_EQ(chunked.head().framing, Framing::chunked);
}

TEST(Expectation, IsToContinueAndNothingElse) {  // RFC 9110 §10.1.1
    EXPECT_TRUE(Parsed("Expect: 100-Continue\r\nContent-Length: 3\r\n").head().expects_continue);
    EXPECT_TRUE(
        Parsed("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n").head().expects_continue);
    EXPECT_FALSE(Parsed("Expect: 100-continue\r\n").head().expects_continue);  // with no body
    EXPECT_FALSE(Parsed("Expect: 100-continue\r\nContent-Length: 0\r\n").head().expects_continue);
    for (const char* value : {"foo", "y 100-continue", "100-continue, foo", "", "100"}) {
        EXPECT_EQ(Parsed("Expect: " + std::string(value) + "\r\nContent-Length: 3\r\n").status(),
                  417)
            << value;
    }
    EXPECT_EQ(Parsed("Expect: 100-continue\r\nExpect: 100-continue\r\n").status(), 417);
    const Parsed old("Expect: foo\r\nContent-Length: 3\r\n", "HTTP/1.0");
    EXPECT_EQ(old.status(), 200);
    EXPECT_FALSE(Parsed("Expect: 100-continue\r\nContent-Length: 3\r\n", "HTTP/1.0")
                     .head()
                     .expects_continue);
}

}  // namespace
}  // namespace turnpike::http
