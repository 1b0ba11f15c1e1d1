// Response heads: as strict as requests, and every fault is the origin's.
#include <gtest/gtest.h>

#include <string>

#include "http/http.hpp"

namespace turnpike::http {
namespace {

struct Parsed {
    explicit Parsed(std::string text, Method method = Method::get,
                    std::size_t limit = Buffer::large_size)
        : bytes(std::move(text)), parser(arena, method, limit), result(parser.parse(bytes)) {}

    const ResponseHead& head() const { return parser.head(); }
    bool complete() const { return result && *result; }

    std::string bytes;
    Arena arena;
    ResponseParser parser;
    Result<std::optional<std::size_t>> result;
};

void expect_refused(const std::string& text, Method method = Method::get) {
    const Parsed response(text, method);
    ASSERT_FALSE(response.result) << text;
    EXPECT_EQ(response.result.error().status, 502) << text;
    EXPECT_EQ(response.result.error().side, Side::origin) << text;
}

std::string ok(const std::string& lines) {
    return "HTTP/1.1 200 OK\r\n" + lines + "\r\n";
}

TEST(ResponseParser, UnderstandsAPlainResponse) {
    const Parsed response("HTTP/1.1 404 Not  Found\r\nDate: x\r\nContent-Length: 12\r\n\r\nbody");
    ASSERT_TRUE(response.complete());
    EXPECT_EQ(**response.result, response.bytes.size() - 4);
    EXPECT_EQ(response.head().status, 404);
    EXPECT_EQ(response.head().reason, "Not  Found");
    EXPECT_EQ(response.head().minor_version, 1);
    EXPECT_EQ(response.head().framing, Framing::length);
    EXPECT_EQ(response.head().content_length, 12U);
    EXPECT_TRUE(response.head().has_content_length);
    EXPECT_TRUE(response.head().keep_alive);
    ASSERT_EQ(response.head().fields.size(), 2U);
    EXPECT_EQ(response.head().fields[0].id, FieldId::date);
}

TEST(ResponseParser, AcceptsWhatStatusLinesMayBe) {  // RFC 9112 §4
    const std::pair<const char*, const char*> cases[] = {
        {"HTTP/1.1 200", ""},
        {"HTTP/1.1 200 ", ""},
        {"HTTP/1.0 299 X\tY", "X\tY"},
        {"HTTP/1.2 200 OK", "OK"},
        {"HTTP/1.1 500 Ori\xebntatie", "Ori\xebntatie"},
        {"HTTP/1.1 999 A", "A"},
        {"HTTP/1.1 200  OK", "OK"},
    };
    for (const auto& [line, reason] : cases) {
        const Parsed response(std::string(line) + "\r\n\r\n");
        ASSERT_TRUE(response.complete()) << line;
        EXPECT_EQ(response.head().reason, reason) << line;
    }
}

TEST(ResponseParser, RefusesMalformedStatusLines) {
    for (const std::string line : {"HTTP/1.1  200 OK",
                                   "HTTP/1.1\t200 OK",
                                   "HTTP/1.1 20 OK",
                                   "HTTP/1.1 2000 OK",
                                   "HTTP/1.1 099 Huh",
                                   "HTTP/1.1 2x0 OK",
                                   "HTTP/3.7 200 OK",
                                   "HTTP/0.9 200 OK",
                                   "HTTP/11.1 200 OK",
                                   "HTTP/1.01 200 OK",
                                   "http/1.1 200 OK",
                                   "HTTPER/1.1 200 OK",
                                   "ICE/1.1 200 OK",
                                   "HTTP/1.1 200\tOK",
                                   "HTTP/1.1 200 O\x01K",
                                   "HTTP/1.1 200 OK\rX",
                                   "<html>",
                                   "\r\nHTTP/1.1 200 OK",
                                   " HTTP/1.1 200 OK",
                                   "HTTP/1.1 200 OK\nX: 1"}) {
        expect_refused(line + "\r\n\r\n");
    }
}

TEST(ResponseParser, RefusesFieldsThatCouldBeReadTwoWays) {  // RFC 9112 §5
    using namespace std::string_literals;
    for (const std::string& lines :
         {"X : a\r\n"s, "X: a\r\n b\r\n"s, " X: a\r\n"s, "X: a\rb\r\n"s, "X: a\nb: c\r\n"s,
          "X: \0\r\n"s, "en-US X: y\r\n"s, "X\r\n"s}) {
        expect_refused(ok(lines));
    }
}

TEST(ResponseParser, FramesByMethodAndStatusFirst) {  // RFC 9112 §6.3
    const std::string lines = "Content-Length: 10\r\n\r\n";
    for (const char* status : {"100", "101", "103", "204", "304"}) {
        const Parsed response("HTTP/1.1 " + std::string(status) + " X\r\n" + lines);
        ASSERT_TRUE(response.complete()) << status;
        EXPECT_EQ(response.head().framing, Framing::none) << status;
        EXPECT_EQ(response.head().content_length, 10U);
        EXPECT_TRUE(response.head().has_content_length);
    }
    EXPECT_EQ(Parsed(ok("Content-Length: 10\r\n"), Method::head).head().framing, Framing::none);
    EXPECT_EQ(Parsed(ok("Transfer-Encoding: chunked\r\n"), Method::head).head().framing,
              Framing::none);
    EXPECT_EQ(Parsed(ok("Transfer-Encoding: Chunked\r\n")).head().framing, Framing::chunked);
    EXPECT_EQ(Parsed(ok("Content-Length: 10\r\n")).head().framing, Framing::length);
    EXPECT_EQ(Parsed(ok("")).head().framing, Framing::until_close);
    EXPECT_FALSE(Parsed(ok("")).head().keep_alive);
    EXPECT_TRUE(Parsed(ok(""), Method::head).head().keep_alive);
}

TEST(ResponseParser, RefusesFaultyFraming) {
    for (const char* lines :
         {"Content-Length: abc\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
          "Content-Length: 3, 4\r\n", "Content-Length: -1\r\n",
          "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: identity\r\n",
          "Transfer-Encoding: chunkedchunked\r\n", "Transfer-Encoding:\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"}) {
        expect_refused(ok(lines));
        expect_refused(ok(lines), Method::head);
    }
    expect_refused("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const Parsed reduced(ok("Content-Length: 3\r\nContent-Length: 3\r\n"));
    ASSERT_TRUE(reduced.complete());
    EXPECT_EQ(reduced.head().fields.size(), 1U);
}

TEST(ResponseParser, KnowsWhetherTheOriginStays) {  // RFC 9112 §9.3
    const std::string length = "Content-Length: 0\r\n";
    EXPECT_TRUE(Parsed(ok(length)).head().keep_alive);
    EXPECT_FALSE(Parsed(ok(length + "Connection: close\r\n")).head().keep_alive);
    EXPECT_FALSE(Parsed("HTTP/1.0 200 OK\r\n" + length + "\r\n").head().keep_alive);
    EXPECT_TRUE(Parsed("HTTP/1.0 200 OK\r\n" + length + "Connection: keep-alive\r\n\r\n")
                    .head()
                    .keep_alive);
}

TEST(ResponseParser, MarksWhatConnectionNominates) {  // RFC 9110 §7.6.1
    const Parsed response(ok("Connection: X-A, Content-Length\r\nX-A: 1\r\nContent-Length: 0\r\n"));
    EXPECT_TRUE(response.head().fields[1].hop_by_hop);
    EXPECT_FALSE(response.head().fields[2].hop_by_hop);
}

TEST(ResponseParser, LimitsTheHead) {
    const std::string endless = "HTTP/1.1 200 OK\r\nX: " + std::string(200, 'x');
    const Parsed response(endless, Method::get, 100);
    ASSERT_FALSE(response.result);
    EXPECT_EQ(response.result.error().fault, Fault::too_large);
    EXPECT_EQ(response.result.error().status, 502);
    std::string lines;
    for (int i = 0; i < 256; ++i) lines += "X: 1\r\n";
    EXPECT_TRUE(Parsed(ok(lines)).complete());
    expect_refused(ok(lines + "X: 1\r\n"));
}

TEST(ResponseParser, ReadsInterimAndFinalHeadsOneAfterTheOther) {  // RFC 9110 §15.2
    const std::string_view bytes =
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
        "0\r\n\r\n";
    Arena arena;
    ResponseParser parser(arena, Method::get);
    const auto first = parser.parse(bytes);
    ASSERT_TRUE(first && *first);
    EXPECT_EQ(parser.head().status, 103);
    parser.restart();
    const auto second = parser.parse(bytes.substr(**first));
    ASSERT_TRUE(second && *second);
    EXPECT_EQ(parser.head().status, 200);
    EXPECT_EQ(parser.head().fields.size(), 1U);
    EXPECT_EQ(**first + **second, bytes.size());
}

TEST(ResponseParser, ReadsTheSameHoweverItIsSplit) {
    for (const std::string_view text :
         {"HTTP/1.1 200\r\nContent-Length: 3\r\n\r\n", "HTTP/1.0 301 Moved \r\nX:\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a\r\nSet-Cookie: "
          "b\r\n\r\n"}) {
        const Parsed whole{std::string(text)};
        ASSERT_TRUE(whole.complete()) << text;
        for (std::size_t split = 0; split < text.size(); ++split) {
            Arena arena;
            ResponseParser parser(arena, Method::get);
            const auto first = parser.parse(text.substr(0, split));
            ASSERT_TRUE(first && !*first) << text << " at " << split;
            const auto second = parser.parse(text);
            ASSERT_TRUE(second && *second) << text << " at " << split;
            EXPECT_EQ(**second, text.size());
            EXPECT_EQ(parser.head().status, whole.head().status);
            EXPECT_EQ(parser.head().reason, whole.head().reason);
            EXPECT_EQ(parser.head().framing, whole.head().framing);
            ASSERT_EQ(parser.head().fields.size(), whole.head().fields.size());
            for (std::size_t i = 0; i < whole.head().fields.size(); ++i) {
                EXPECT_EQ(parser.head().fields[i].value, whole.head().fields[i].value);
            }
        }
    }
}

}  // namespace
}  // namespace turnpike::http
