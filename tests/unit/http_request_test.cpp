// Request heads: what is understood, what is refused with which status, and that fragmentation
// changes neither. Field lines and framing: http_fields_test.cpp.
#include <gtest/gtest.h>

#include <string>

#include "http/http.hpp"

namespace turnpike::http {
namespace {

/// A parser with memory of its own that has been given the whole head.
struct Parsed {
    explicit Parsed(std::string text, const HeadLimits& limits = {})
        : bytes(std::move(text)), parser(arena, limits), result(parser.parse(bytes)) {}

    const RequestHead& head() const { return parser.head(); }
    bool complete() const { return result && *result; }
    int status() const { return result ? 0 : result.error().status; }
    std::string_view why() const { return result ? std::string_view{} : result.error().what; }

    std::string bytes;
    Arena arena;
    RequestParser parser;
    Result<std::optional<std::size_t>> result;
};

Parsed with_line(const std::string& line) {
    return Parsed(line + "\r\nHost: a.example\r\n\r\n");
}

Parsed with_host(const std::string& host) {
    return Parsed("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
}

TEST(RequestParser, UnderstandsAPlainRequest) {
    const Parsed request("GET /a/b?c=d HTTP/1.1\r\nHost: a.example:8080\r\nX-Y:  z \r\n\r\nbody");
    ASSERT_TRUE(request.complete());
    EXPECT_EQ(**request.result, request.bytes.size() - 4);
    const RequestHead& head = request.head();
    EXPECT_EQ(head.method_name, "GET");
    EXPECT_EQ(head.method, Method::get);
    EXPECT_EQ(head.target, "/a/b?c=d");
    EXPECT_EQ(head.path, "/a/b");
    EXPECT_EQ(head.query, "c=d");
    EXPECT_TRUE(head.has_query);
    EXPECT_EQ(head.authority, "a.example:8080");
    EXPECT_EQ(head.minor_version, 1);
    EXPECT_EQ(head.framing, Framing::none);
    EXPECT_TRUE(head.keep_alive);
    EXPECT_FALSE(head.expects_continue);
    ASSERT_EQ(head.fields.size(), 2U);
    EXPECT_EQ(head.fields[0].id, FieldId::host);
    EXPECT_EQ(head.fields[1].name, "X-Y");
    EXPECT_EQ(head.fields[1].value, "z");
    EXPECT_EQ(head.fields[1].id, FieldId::other);
}

TEST(RequestParser, KnowsMethodsByTheirExactCase) {  // RFC 9110 §9.1
    const std::pair<const char*, Method> cases[] = {
        {"GET", Method::get},      {"HEAD", Method::head},      {"POST", Method::post},
        {"PUT", Method::put},      {"DELETE", Method::delete_}, {"OPTIONS", Method::options},
        {"TRACE", Method::trace},  {"PATCH", Method::other},    {"get", Method::other},
        {"PURGE!", Method::other}, {"M-SEARCH", Method::other},
    };
    for (const auto& [name, method] : cases) {
        const Parsed request = with_line(std::string(name) + " / HTTP/1.1");
        ASSERT_TRUE(request.complete()) << name;
        EXPECT_EQ(request.head().method, method) << name;
        EXPECT_EQ(request.head().method_name, name);
    }
}

TEST(RequestParser, RefusesAMalformedRequestLineWithItsStatus) {  // RFC 9112 §3, RFC 9110 §15
    const std::pair<const char*, int> cases[] = {
        {" GET / HTTP/1.1", 400},
        {"GET  / HTTP/1.1", 400},
        {"GET /  HTTP/1.1", 400},
        {"GET / HTTP/1.1 ", 400},
        {"GET\t/ HTTP/1.1", 400},
        {"GET /a b HTTP/1.1", 400},
        {"G@T / HTTP/1.1", 400},
        {"GET / http/1.1", 400},
        {"GET / HTTP/1.10", 400},
        {"GET / HTTP/11.1", 400},
        {"GET / HTTP/1,1", 400},
        {"GET / HTTP/1.x", 400},
        {"GET / HTTPS/1.1", 400},
        {"GET / ICE/1.0", 400},
        {"GET /", 400},
        {"GET", 400},
        {"GET /#top HTTP/1.1", 400},
        {"GET /\x01 HTTP/1.1", 400},
        {"GET /\x7f HTTP/1.1", 400},
        {"GET /\r HTTP/1.1", 400},
        {"GE\nT / HTTP/1.1", 400},
        {"GET a HTTP/1.1", 400},
        {"GET * HTTP/1.1", 400},
        {"OPTIONS *x HTTP/1.1", 400},
        {"GET / HTTP/2.0", 505},
        {"GET / HTTP/0.9", 505},
        {"GET / HTTP/5.6", 505},
        {"PRI * HTTP/2.0", 505},
        {"CONNECT a:443 HTTP/1.1", 405},
        {"GET ftp://a/ HTTP/1.1", 400},
        {"GET http:/a/ HTTP/1.1", 400},
        {"GET http:///x HTTP/1.1", 400},
        {"GET http://u@a/ HTTP/1.1", 400},
        {"GET http://a:b/ HTTP/1.1", 400},
        {"GET //: HTTP", 400},
        {"GET ://a/ HTTP/1.1", 400},
    };
    for (const auto& [line, status] : cases) {
        EXPECT_EQ(with_line(line).status(), status) << line << ": " << with_line(line).why();
    }
}

TEST(RequestParser, TreatsAHigherMinorVersionAsItsOwn) {  // RFC 9110 §2.5
    EXPECT_EQ(with_line("GET / HTTP/1.9").head().minor_version, 1);
    EXPECT_EQ(with_line("GET / HTTP/1.0").head().minor_version, 0);
}

TEST(RequestParser, LeavesOddButUnambiguousTargetsAlone) {
    for (const char* target : {"/a/../b%2F%41", "/?a=[1]&b={2}|3", "/\"q\"\\x", "//x", "/\xc3\xa9",
                               "/a?b?c", "/;p=1", "/?"}) {
        const Parsed request = with_line("GET " + std::string(target) + " HTTP/1.1");
        ASSERT_TRUE(request.complete()) << target;
        EXPECT_EQ(request.head().target, target);
    }
    EXPECT_EQ(with_line("GET /a?b?c HTTP/1.1").head().query, "b?c");
    EXPECT_TRUE(with_line("GET /? HTTP/1.1").head().has_query);
    EXPECT_FALSE(with_line("GET / HTTP/1.1").head().has_query);
}

TEST(RequestParser, TakesTheAuthorityOutOfAnAbsoluteForm) {  // RFC 9112 §3.2.2, §3.2.4
    struct Case {
        const char* line;
        const char* target;
        const char* authority;
    };
    for (const Case& c :
         {Case{"GET http://b.example/x?y", "/x?y", "b.example"},
          Case{"GET HTTPS://b.example:1/", "/", "b.example:1"},
          Case{"GET http://b.example", "/", "b.example"},
          Case{"GET http://b.example?y=z", "/?y=z", "b.example"},
          Case{"OPTIONS http://b.example", "*", "b.example"},
          Case{"OPTIONS http://b.example/", "/", "b.example"},
          Case{"OPTIONS http://b.example?y", "/?y", "b.example"},
          Case{"GET http://[::1]:80/", "/", "[::1]:80"}, Case{"OPTIONS *", "*", "a.example"}}) {
        const Parsed request = with_line(std::string(c.line) + " HTTP/1.1");
        ASSERT_TRUE(request.complete()) << c.line;
        EXPECT_EQ(request.head().target, c.target) << c.line;
        EXPECT_EQ(request.head().authority, c.authority) << c.line;
    }
    EXPECT_EQ(Parsed("GET http://b.example/ HTTP/1.1\r\n\r\n").status(), 400);  // Host is due
    EXPECT_EQ(Parsed("GET http://b.example/ HTTP/1.1\r\nHost: a b\r\n\r\n").status(), 400);
}

TEST(RequestParser, AcceptsValidHosts) {  // RFC 3986 §3.2.2
    for (const char* host :
         {"a.example", "A.Example:80", "127.0.0.1", "[2001:db8::1]", "a_b-c.d~",
          "[::ffff:1.2.3.4]:65535", "0.0.0.0=5000", "a.example:", "xn--bcher-kva"}) {
        EXPECT_EQ(with_host(host).head().authority, host);
        EXPECT_TRUE(with_host(host).complete()) << host << ": " << with_host(host).why();
    }
    EXPECT_EQ(with_host("\t a.example \t").head().authority, "a.example");
}

TEST(RequestParser, RefusesInvalidHosts) {  // RFC 9112 §3.2
    for (const char* host : {"",
                             "a.example/x",
                             "a b",
                             "u@a.example",
                             "a.example:x",
                             ":80",
                             "a.example:70000",
                             "a.example:000080",
                             "[::1",
                             "::1",
                             "[::1]x",
                             "[1.2.3.4]",
                             "[::1%25eth0]",
                             "[v1.x]",
                             "[]",
                             "a,b",
                             "a.example#",
                             "a.example?",
                             "a%41",
                             "a\\b",
                             "a\"b",
                             "<a>",
                             "b\xc3\xbc"
                             "cher",
                             "a:1:2"}) {
        EXPECT_EQ(with_host(host).status(), 400) << host;
    }
}

TEST(RequestParser, JudgesAnOctetOfAHostAlikeWhereverItStands) {
    for (int octet = 1; octet < 256; ++octet) {
        const char c = static_cast<char>(octet);
        if (c == ':' || c == ' ' || c == '\t') continue;  // the port, and white space around
        const bool valid = with_host(std::string("x") + c + "x").status() == 0;
        for (const std::size_t size : {7, 8, 9, 16, 20}) {
            for (std::size_t at = 1; at + 1 < size; ++at) {
                std::string name(size, 'x');
                name[at] = c;
                ASSERT_EQ(with_host(name).status() == 0, valid) << octet << " in " << name;
            }
        }
    }
}

TEST(RequestParser, RequiresExactlyOneHost) {
    EXPECT_EQ(Parsed("GET / HTTP/1.1\r\n\r\n").status(), 400);
    EXPECT_EQ(Parsed("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n").status(), 400);
    EXPECT_EQ(Parsed("GET / HTTP/1.0\r\nHost: a\r\nHOST: b\r\n\r\n").status(), 400);
    const Parsed old("GET / HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(old.complete());
    EXPECT_EQ(old.head().authority, "");
}

TEST(RequestParser, SkipsAFewEmptyLinesBeforeARequest) {  // RFC 9112 §2.2
    const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    for (const std::string lines : {"\r\n", "\r\n\r\n", "\r\n\r\n\r\n\r\n"}) {
        const Parsed parsed(lines + request);
        ASSERT_TRUE(parsed.complete());
        EXPECT_EQ(**parsed.result, parsed.bytes.size());
    }
    for (const std::string lines :
         {"\n", "\r", "\r\n\n", "\r\n\r", "\r\r\n", "\r\n\r\n\r\n\r\n\r\n"}) {
        EXPECT_EQ(Parsed(lines + request).status(), 400);
    }
}

TEST(RequestParser, HasNotStartedBeforeTheFirstOctetOfARequestLine) {
    EXPECT_FALSE(Parsed("").parser.started());
    EXPECT_FALSE(Parsed("\r\n\r").parser.started());
    EXPECT_TRUE(Parsed("\r\nG").parser.started());
}

TEST(RequestParser, EnforcesEachLimitWithItsStatus) {  // RFC 9112 §3, RFC 6585 §5
    const HeadLimits limits{.bytes = 200, .target = 50, .fields = 3};
    const std::string long_target = "GET /" + std::string(50, 'a');
    EXPECT_EQ(Parsed(long_target, limits).status(), 414);  // without waiting for its end
    EXPECT_EQ(
        Parsed("GET /" + std::string(49, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", limits).status(),
        0);
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\n";
    EXPECT_EQ(Parsed(start + "A: 1\r\nB: 1\r\n\r\n", limits).status(), 0);
    EXPECT_EQ(Parsed(start + "A: 1\r\nB: 1\r\nC: 1\r\n\r\n", limits).status(), 431);
    const std::string filler(200 - start.size() - 7, 'x');
    EXPECT_TRUE(Parsed(start + "A: " + filler + "\r\n\r\n", limits).complete());
    EXPECT_EQ(Parsed(start + "A: " + filler + "x\r\n\r\n", limits).status(), 431);
    EXPECT_EQ(Parsed(start + "A: " + filler + "xxxx", limits).status(), 431);
    EXPECT_EQ(Parsed(std::string(33, 'M')).status(), 501);
    EXPECT_EQ(Parsed("GET /" + std::string(60, 'a'), {.bytes = 40, .target = 50}).status(), 414);
}

TEST(RequestParser, BoundsTheOptionsOfConnection) {  // each is compared with each field
    std::string options = "x";
    for (int i = 0; i < 100; ++i) options += ",x";
    EXPECT_EQ(Parsed("GET / HTTP/1.1\r\nHost: a\r\nConnection: " + options + "\r\n\r\n").status(),
              431);
}

TEST(RequestParser, SaysNothingOfBodyOrConnectionAfterAnError) {
    const Parsed refused("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: x\r\n\r\n");
    EXPECT_EQ(refused.status(), 417);
    EXPECT_EQ(refused.head().method, Method::head);
    EXPECT_FALSE(refused.head().keep_alive);
    EXPECT_EQ(refused.head().framing, Framing::none);
    EXPECT_TRUE(refused.head().fields.empty());
}

const char* const valid_requests[] = {
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "\r\n\r\nPOST /x?y HTTP/1.1\r\nHost:a\r\nContent-Length: 3, 3\r\nExpect: 100-continue\r\n\r\n",
    "OPTIONS http://b?c HTTP/1.1\r\nhost: a\r\nTransfer-Encoding:  CHUNKED \t\r\nX:\r\n\r\n",
    "GET /\xc3\xa9 HTTP/1.0\r\nConnection: x-a, keep-alive\r\nX-A: \tb c\t\r\nX_Real_IP: 1\r\n\r\n",
};

void expect_same(const RequestHead& a, const RequestHead& b) {
    EXPECT_EQ(a.method_name, b.method_name);
    EXPECT_EQ(a.target, b.target);
    EXPECT_EQ(a.path, b.path);
    EXPECT_EQ(a.query, b.query);
    EXPECT_EQ(a.authority, b.authority);
    EXPECT_EQ(a.framing, b.framing);
    EXPECT_EQ(a.content_length, b.content_length);
    EXPECT_EQ(a.keep_alive, b.keep_alive);
    EXPECT_EQ(a.expects_continue, b.expects_continue);
    ASSERT_EQ(a.fields.size(), b.fields.size());
    for (std::size_t i = 0; i < a.fields.size(); ++i) {
        EXPECT_EQ(a.fields[i].name, b.fields[i].name);
        EXPECT_EQ(a.fields[i].value, b.fields[i].value);
        EXPECT_EQ(a.fields[i].id, b.fields[i].id);
        EXPECT_EQ(a.fields[i].hop_by_hop, b.fields[i].hop_by_hop);
    }
}

TEST(RequestParser, ReadsTheSameHoweverItIsSplit) {
    for (const std::string_view text : valid_requests) {
        const Parsed whole{std::string(text)};
        ASSERT_TRUE(whole.complete()) << text << whole.why();
        for (std::size_t split = 0; split < text.size(); ++split) {
            Arena arena;
            RequestParser parser(arena, {});
            const auto first = parser.parse(text.substr(0, split));
            ASSERT_TRUE(first && !*first) << text << " at " << split;
            const auto second = parser.parse(text);
            ASSERT_TRUE(second && *second) << text << " at " << split;
            EXPECT_EQ(**second, text.size());
            expect_same(parser.head(), whole.head());
        }
    }
}

TEST(RequestParser, ReadsOctetByOctetAndAfterTheBytesMoved) {
    for (const std::string_view text : valid_requests) {
        Arena arena;
        RequestParser parser(arena, {});
        for (std::size_t size = 1; size < text.size(); ++size) {
            const auto result = parser.parse(text.substr(0, size));
            ASSERT_TRUE(result && !*result) << text << " at " << size;
        }
        const std::string moved(text);
        parser.restart();
        ASSERT_TRUE(parser.parse(moved));
        expect_same(parser.head(), Parsed(moved).head());
    }
}

TEST(RequestParser, RefusesABadOctetAsSoonAsItIsThere) {
    const char* const beginnings[] = {"\n",
                                      "\r\r",
                                      " ",
                                      "G\n",
                                      "GET\r",
                                      "GET /\n",
                                      "GET /\r",
                                      "GET /#",
                                      "GET / H\n",
                                      "GET / X",
                                      "GET / HTTP/1.1\n",
                                      "GET / HTTP/1.1\rX",
                                      "GET / HTTP/1.1\r\n ",
                                      "GET / HTTP/1.1\r\n\n",
                                      "GET / HTTP/1.1\r\n\rX",
                                      "GET / HTTP/1.1\r\nA\n",
                                      "GET / HTTP/1.1\r\nA ",
                                      "GET / HTTP/1.1\r\n:",
                                      "GET / HTTP/1.1\r\nA: \n",
                                      "GET / HTTP/1.1\r\nA: b\x01",
                                      "GET / HTTP/1.1\r\nA: b\rc",
                                      "GET / HTTP/1.1\r\nA: b\r\n\t"};
    for (const std::string_view text : beginnings) {
        Arena arena;
        RequestParser parser(arena, {});
        const auto before = parser.parse(text.substr(0, text.size() - 1));
        EXPECT_TRUE(before && !*before) << text;
        const auto after = parser.parse(text);
        ASSERT_FALSE(after) << text;
        EXPECT_EQ(after.error().status, 400) << text;
        EXPECT_EQ(after.error().side, Side::client);
    }
}

}  // namespace
}  // namespace turnpike::http
