// Our parsers against Boost.Beast's, a reader that is laxer and that others wrote: whatever we
// accept, it must accept and read the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "support/oracle.hpp"

namespace turnpike::test {
namespace {

using Verdict = Reading::Verdict;

/// What has been read differently somewhere before, and what every day brings.
constexpr std::string_view requests[] = {
    "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /a?b=c;d HTTP/1.1\r\nHost: h:80\r\nAccept: */*\r\nX:\r\nY: \t v \t\r\n\r\nGET /next",
    "HEAD /%2e%2e/%00 HTTP/1.0\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: h\r\nMax-Forwards: 1\r\n\r\n",
    "GET http://h.example/x?y HTTP/1.1\r\nHost: other\r\n\r\n",
    "GET HTTPS://h.example:8443?y HTTP/1.1\r\nHost: h\r\n\r\n",
    "OPTIONS http://h HTTP/1.1\r\nHost: h\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET",
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\nGET",
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 3\r\nContent-Length: 3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 00003\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nGET",
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\na\r\n"
    "A;n=v;q=\"a\\\"b;\"\r\n0123456789\r\n000;x\r\nDigest: d\r\nX-Y: z\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: "
    "3\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
    "GET / HTTP/1.1\nHost: h\n\n",
    "GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n",
    "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
    "\r\n\r\nGET / HTTP/1.2\r\nHost: h\r\nConnection: cl ose,,\r\n\r\n",
    "GET /\xc3\xa4 HTTP/1.1\r\nHost: h\r\nUser-Agent: \xe4\r\n\r\n",
};
constexpr std::string_view responses[] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "HTTP/1.0 404 Not Found\r\nContent-Type: text/plain\r\n\r\nuntil the end",
    "HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nHTTP",
    "HTTP/1.1 304 \r\nETag: \"x\"\r\nContent-Length: 4\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.9 299 \xfc\tber\r\nContent-Length: 2, 2\r\n\r\nok",
};

std::string printable(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        const auto octet = static_cast<unsigned char>(c);
        constexpr char digits[] = "0123456789abcdef";
        if (octet >= 0x20 && octet < 0x7f) {
            text += c;
        } else {
            text += {'\\', 'x', digits[octet >> 4], digits[octet & 0xf]};
        }
    }
    return text;
}

testing::AssertionResult agrees(Message kind, std::string_view bytes) {
    const auto found = disagreement(kind, bytes);
    if (!found) return testing::AssertionSuccess();
    return testing::AssertionFailure() << *found << "\n  in " << printable(bytes);
}

/// The seeds of a fuzz target.
std::vector<std::string> seeds(const std::string& name) {
    std::vector<std::string> found;
    const auto folder = std::filesystem::path(TURNPIKE_SOURCE) / "tests/fuzz/corpus" / name;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        found.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    std::sort(found.begin(), found.end());
    return found;
}

/// Changes messages in the ways that have split readers before.
class Mutator {
public:
    explicit Mutator(std::vector<std::string> seeds) : seeds_(std::move(seeds)) {}

    std::string next() {
        std::string text = any(seeds_);
        for (std::size_t i = below(3) + 1; i > 0; --i) change(text);
        return text;
    }

private:
    std::size_t below(std::size_t bound) { return random_() % bound; }
    template <class List>
    std::string any(const List& list) {
        return std::string(list[below(std::size(list))]);
    }

    void change(std::string& text) {
        static constexpr std::string_view pieces[] = {"\r\n",
                                                      "\n",
                                                      "\r",
                                                      " ",
                                                      "\t",
                                                      ":",
                                                      ",",
                                                      ";",
                                                      "=",
                                                      "\"",
                                                      "\\",
                                                      "0",
                                                      "1",
                                                      "a",
                                                      "/",
                                                      "?",
                                                      "#",
                                                      "%",
                                                      "*",
                                                      "-",
                                                      "_",
                                                      "\x7f",
                                                      "\x80",
                                                      "\xff",
                                                      std::string_view("\0", 1),
                                                      "Content-Length: 3\r\n",
                                                      "Content-Length: 3,3\r\n",
                                                      "content-length:\t5 \r\n",
                                                      "Transfer-Encoding: chunked\r\n",
                                                      "Transfer-Encoding: ,chunked\r\n",
                                                      "transfer-encoding:chunked\t\r\n",
                                                      "Connection: close, TE\r\n",
                                                      "Host: h\r\n",
                                                      "Trailer: X\r\n",
                                                      "0\r\n\r\n",
                                                      "3\r\nabc\r\n",
                                                      "3;a=b\r\nabc\r\n",
                                                      "3 ; a = \"b\"\r\nabc\r\n",
                                                      "FFFFFFFFFFFFFFFF\r\n",
                                                      "HTTP/1.1",
                                                      "HTTP/1.0",
                                                      "HTTP/2.0",
                                                      "http://h",
                                                      "X: y\r\n",
                                                      "X: y\r\n z\r\n",
                                                      "X : y\r\n",
                                                      "GET / HTTP/1.1\r\nHost: h\r\n\r\n"};
        const std::size_t at = below(text.size() + 1);
        switch (below(5)) {
            case 0:
                text.insert(at, any(pieces));
                break;
            case 1:  // behind a line, where fields and chunks stand
                if (const std::size_t line = text.find("\r\n", at); line != text.npos)
                    text.insert(line + 2, any(pieces));
                break;
            case 2:
                text.erase(at, below(3) + 1);
                break;
            case 3:
                if (at < text.size()) text[at] = static_cast<char>(below(256));
                break;
            default:
                text.insert(at, text.substr(below(text.size() + 1), below(24)));
        }
    }

    std::mt19937 random_{20261124};  // the same messages in every run
    std::vector<std::string> seeds_;
};

void agree_on_mutations(Message kind, std::vector<std::string> seeds) {
    constexpr std::size_t count = 300'000;
    Mutator mutator(std::move(seeds));
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string message = mutator.next();
        accepted += read_by_turnpike(kind, message).verdict == Verdict::accepted;
        ASSERT_TRUE(agrees(kind, message));
    }
    EXPECT_GT(accepted, count / 20) << "too few messages are fit to compare";
}

TEST(Oracle, AgreesOnRequestsThatHaveSplitReadersBefore) {
    for (const std::string_view request : requests) {
        EXPECT_TRUE(agrees(Message::request, request));
    }
    for (const std::string& seed : seeds("head")) EXPECT_TRUE(agrees(Message::request, seed));
}

TEST(Oracle, AgreesOnResponses) {
    for (const std::string_view response : responses) {
        EXPECT_TRUE(agrees(Message::response, response));
    }
}

TEST(Oracle, AgreesOnChunksOfAllKinds) {
    for (const std::string& seed : seeds("chunks")) {
        EXPECT_TRUE(
            agrees(Message::request,
                   "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + seed));
    }
}

TEST(Oracle, AgreesOnMutatedRequests) {
    std::vector<std::string> texts(std::begin(requests), std::end(requests));
    for (std::string& seed : seeds("head")) texts.push_back(std::move(seed));
    agree_on_mutations(Message::request, std::move(texts));
}

TEST(Oracle, AgreesOnMutatedResponses) {
    agree_on_mutations(Message::response, {std::begin(responses), std::end(responses)});
}

/// The test itself: a reader that is wrong must be found out.
TEST(Oracle, FindsWhereTwoReadersDiffer) {
    const std::string_view obsolete = "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n";
    EXPECT_EQ(read_by_beast(Message::request, obsolete).verdict, Verdict::accepted);
    EXPECT_EQ(read_by_turnpike(Message::request, obsolete).verdict, Verdict::rejected);
    const Reading beast =
        read_by_beast(Message::request,
                      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "5;x=y\r\nhello\r\n0\r\nT: t\r\n\r\nrest");
    EXPECT_EQ(beast.framing, "chunked");
    EXPECT_EQ(beast.body, "hello");
    EXPECT_EQ(beast.rest, "rest");
    EXPECT_EQ(beast.fields.size(), 2u) << "trailers are no fields";
}

/// Each row of the table is needed, and does what it says.
TEST(Oracle, EveryIntendedDifferenceIsOne) {
    constexpr std::string_view examples[] = {
        "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.7\r\nHost: h\r\n\r\n",
        "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;x\r\na\r\n"
        "0\r\nX: y\r\nContent-Length: 5\r\n\r\n",
    };
    ASSERT_EQ(std::size(examples), intended_differences().size());
    for (std::size_t i = 0; i < std::size(examples); ++i) {
        const IntendedDifference& intended = intended_differences()[i];
        SCOPED_TRACE(intended.what);
        const bool is_response = examples[i].starts_with("HTTP/");
        const Message kind = is_response ? Message::response : Message::request;
        EXPECT_EQ(read_by_turnpike(kind, examples[i]).verdict, Verdict::accepted);
        EXPECT_EQ(read_by_beast(kind, examples[i]).verdict, Verdict::rejected);
        const auto rewritten = intended.rewrite(kind, examples[i]);
        ASSERT_TRUE(rewritten);
        EXPECT_EQ(read_by_beast(kind, *rewritten).verdict, Verdict::accepted);
    }
}

}  // namespace
}  // namespace turnpike::test
