// The chunked coding, RFC 9112 §7.1: what a decoder yields, what it refuses, and that no way of
// splitting the bytes changes either.
#include <gtest/gtest.h>

#include <string>

#include "http/http.hpp"

namespace turnpike::http {
namespace {

struct Decoded {
    std::string data;
    std::string trailers;
    std::size_t consumed = 0;
    bool finished = false;
    int status = 0;
    Fault fault = Fault::closed;

    bool operator==(const Decoded&) const = default;
};

/// Gives the decoder `text` in pieces of `step` octets, as if each came alone.
Decoded decode(std::string_view text, std::size_t step, Side side = Side::client) {
    ChunkDecoder decoder(side);
    Decoded decoded;
    std::size_t arrived = 0;
    while (!decoded.finished) {
        const std::string_view bytes = text.substr(decoded.consumed, arrived - decoded.consumed);
        const auto result = decoder.decode(bytes);
        if (!result) {
            decoded.status = result.error().status;
            decoded.fault = result.error().fault;
            decoded.consumed = 0;  // how far it came depends on the pieces
            return decoded;
        }
        EXPECT_LE(result->consumed, bytes.size());
        decoded.data += result->data;
        decoded.consumed += result->consumed;
        decoded.finished = result->finished;
        if (result->consumed > 0) continue;
        if (arrived == text.size()) break;
        arrived = std::min(text.size(), arrived + step);
    }
    if (decoded.finished) decoded.trailers = decoder.trailers();
    return decoded;
}

Decoded decode_whole(std::string_view text, Side side = Side::client) {
    return decode(text, text.size(), side);
}

struct Body {
    std::string text;
    std::string data;
    std::string trailers{};
};

const Body valid_bodies[] = {
    {"0\r\n\r\n", ""},
    {"3\r\nabc\r\n0\r\n\r\n", "abc"},
    {"0003\r\nabc\r\n000\r\n\r\n", "abc"},
    {"A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789"},
    {"5\r\n\r\n0\r\n\r\n0\r\n\r\n", "\r\n0\r\n"},
    {"3;a\r\nabc\r\n0;z\r\n\r\n", "abc"},
    {"3;a=b;c=\"d e\"\r\nabc\r\n0\r\n\r\n", "abc"},
    {"3 ;\ta = b ; c\t=\t\"\\\";\\\\\" ;d\r\nabc\r\n0\r\n\r\n", "abc"},
    {"3;a=\"\xff\"\r\nabc\r\n0\r\n\r\n", "abc"},
    {"0\r\nX-T: 1\r\n\r\n", "", "X-T: 1\r\n"},
    {"0\r\nX-A:1\r\nX-B: \t 2 \t\r\nX-C:\r\n\r\n", "", "X-A: 1\r\nX-B: 2\r\nX-C: \r\n"},
    {"1\r\nx\r\n0\r\nContent-Length: 9\r\nX: 1\r\nHost: b\r\n\r\n", "x", "X: 1\r\n"},
};

TEST(ChunkDecoder, YieldsDataAndTrailersHoweverTheBytesAreSplit) {
    for (const Body& body : valid_bodies) {
        const std::string text = body.text + "GET / HTTP/1.1";  // what follows is not its business
        for (std::size_t step = 1; step <= text.size(); ++step) {
            const Decoded decoded = decode(text, step);
            EXPECT_TRUE(decoded.finished) << body.text << " in steps of " << step;
            EXPECT_EQ(decoded.data, body.data) << body.text;
            EXPECT_EQ(decoded.trailers, body.trailers) << body.text;
            EXPECT_EQ(decoded.consumed, body.text.size()) << body.text;
        }
    }
}

TEST(ChunkDecoder, HandsOutDataWithoutCopying) {
    const std::string_view text = "5\r\nabcde\r\n";
    ChunkDecoder decoder(Side::origin);
    const auto first = decoder.decode(text.substr(0, 6));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->data.data(), text.data() + 3);
    EXPECT_EQ(first->data, "abc");
    const auto second = decoder.decode(text.substr(6));
    EXPECT_EQ(second->data.data(), text.data() + 6);
    EXPECT_EQ(second->data, "de");
}

TEST(ChunkDecoder, IsNotFinishedBeforeTheLastOctet) {  // no last chunk is no end, RFC 9112 §8
    for (const Body& body : valid_bodies) {
        for (std::size_t size = 0; size < body.text.size(); ++size) {
            const Decoded decoded = decode_whole(std::string_view(body.text).substr(0, size));
            EXPECT_FALSE(decoded.finished) << body.text << " cut at " << size;
            EXPECT_EQ(decoded.status, 0) << body.text << " cut at " << size;
        }
    }
}

using namespace std::string_literals;

const std::string invalid_bodies[] = {
    "\r\n"s,                        // no size
    "g\r\n"s,                       //
    "0x3\r\nabc\r\n"s,              //
    "-3\r\nabc\r\n"s,               //
    "+3\r\nabc\r\n"s,               //
    " 3\r\nabc\r\n"s,               //
    "3 \r\nabc\r\n"s,               // white space that no extension follows
    "3\t\r\nabc\r\n"s,              //
    "1_0\r\n"s,                     //
    "1\x0b\r\n"s,                   //
    "3\nabc\r\n"s,                  // bare LF ends a size line for some
    "3\rX\r\nabc\r\n"s,             //
    "3\r\r\nabc\r\n"s,              //
    "1\rZ\r0\r\r"s,                 //
    "3;a\nb\r\nabc\r\n"s,           // TERM.EXT
    "3;a\rb\r\nabc\r\n"s,           //
    "3;a=b\r\rX\r\nabc\r\n"s,       //
    "3;\r\nabc\r\n"s,               //
    "3;a;\r\nabc\r\n"s,             //
    "3;=b\r\nabc\r\n"s,             //
    "3;a=\r\nabc\r\n"s,             //
    "3;a \r\nabc\r\n"s,             //
    "3;a b\r\nabc\r\n"s,            //
    "3;a=b c\r\nabc\r\n"s,          //
    "3;a=b=c\r\nabc\r\n"s,          //
    "3;a=\"b\r\nabc\r\n"s,          // the quote hides the line's end
    "3;a=\"b\"c\r\nabc\r\n"s,       //
    "3;a=\"\\\r\n\"\r\nabc\r\n"s,   //
    "3;a=\"\0\"\r\nabc\r\n"s,       //
    "3;a=\"\\\x01\"\r\n"s,          //
    "3;a\0\r\nabc\r\n"s,            //
    "3 erfrferferf\r\nabc\r\n"s,    //
    "3\r\nabcXX0\r\n\r\n"s,         // data that is longer than it says
    "3\r\nabcX\n0\r\n\r\n"s,        // two octets that are skipped unseen
    "3\r\nabc\n0\r\n\r\n"s,         //
    "3\r\nabc\rX"s,                 //
    "3\r\nabcd\r\n"s,               //
    "3\r\nabc0\r\n\r\n"s,           //
    "0\r\n\n"s,                     //
    "0\r\n\rX"s,                    //
    "0\n\r\n"s,                     //
    "0\r\nX : 1\r\n\r\n"s,          // trailers are fields
    "0\r\n X: 1\r\n\r\n"s,          //
    "0\r\nX: 1\r\n Y\r\n\r\n"s,     //
    "0\r\nX: 1\n\r\n"s,             //
    "0\r\nX: 1\rY\r\n\r\n"s,        //
    "0\r\nX: \0\r\n\r\n"s,          //
    "0\r\nX: \x7f\r\n\r\n"s,        //
    "0\r\n: 1\r\n\r\n"s,            //
    "0\r\nX\r\n\r\n"s,              //
    "10000000000000003\r\n"s,       // more than 64 bits
    "00000000000000001\r\nZ\r\n"s,  // more digits than any size needs
    "ffffffffffffffff\r\nZ\r\n"s,   // and more than a signed length holds
    "8000000000000000\r\nZ\r\n"s,   //
};

TEST(ChunkDecoder, RefusesWhatReadersEndDifferently) {
    for (const std::string& text : invalid_bodies) {
        const Decoded whole = decode_whole(text);
        EXPECT_EQ(whole.status, 400) << text;
        EXPECT_EQ(whole.fault, Fault::malformed) << text;
        for (std::size_t step = 1; step < text.size(); ++step) {
            EXPECT_EQ(decode(text, step), whole) << text << " in steps of " << step;
        }
    }
}

TEST(ChunkDecoder, RefusesABareLineFeedAtOnce) {
    ChunkDecoder decoder(Side::client);
    EXPECT_TRUE(decoder.decode("3"));
    EXPECT_FALSE(decoder.decode("\n"));
}

TEST(ChunkDecoder, BlamesItsSide) {
    EXPECT_EQ(decode_whole("x\r\n", Side::client).status, 400);
    EXPECT_EQ(decode_whole("x\r\n", Side::origin).status, 502);
    ChunkDecoder decoder(Side::origin);
    EXPECT_EQ(decoder.decode("x").error().side, Side::origin);
}

TEST(ChunkDecoder, TakesTheLargestChunkThereIs) {
    const Decoded decoded = decode_whole("7fffffffffffffff\r\nabc");
    EXPECT_EQ(decoded.data, "abc");
    EXPECT_FALSE(decoded.finished);
    EXPECT_EQ(decoded.status, 0);
}

TEST(ChunkDecoder, LimitsExtensionsPerLineAndPerMessage) {
    const std::string fits = "1;" + std::string(8 * 1024 - 10, 'a') + "\r\nZ\r\n";
    EXPECT_EQ(decode_whole(fits + last_chunk.data()).data, "Z");
    EXPECT_EQ(decode_whole("1;" + std::string(8 * 1024, 'a')).fault, Fault::too_large);
    EXPECT_EQ(decode_whole(fits + fits + last_chunk.data()).data, "ZZ");
    EXPECT_EQ(decode_whole(fits + fits + fits).fault, Fault::too_large);
    EXPECT_EQ(decode_whole(fits + fits + fits).status, 400);
}

TEST(ChunkDecoder, LimitsTheTrailerSection) {
    std::string trailers;
    while (trailers.size() + 6 < 8 * 1024) trailers += "a:\r\n";  // these grow when written anew
    const Decoded decoded = decode_whole("0\r\n" + trailers + "\r\n");
    EXPECT_TRUE(decoded.finished);
    EXPECT_EQ(decoded.trailers.size(), trailers.size() / 4 * 5);
    EXPECT_EQ(decode_whole("0\r\n" + trailers + "a:\r\na:\r\n").fault, Fault::too_large);
    EXPECT_EQ(decode_whole("0\r\nX: " + std::string(9000, 'x')).fault, Fault::too_large);
}

TEST(ChunkDecoder, ForwardsOnlyHarmlessTrailers) {  // RFC 9110 §6.5.1
    for (const char* name : {"Content-Length",
                             "Transfer-Encoding",
                             "Host",
                             "Authorization",
                             "Cookie",
                             "Set-Cookie",
                             "Content-Type",
                             "Content-Encoding",
                             "Content-Range",
                             "Trailer",
                             "TE",
                             "Connection",
                             "X-Forwarded-For",
                             "x_forwarded_for",
                             "Forwarded",
                             "Via",
                             "X-Turnpike-Crawler",
                             "Cache-Control",
                             "Expect",
                             "If-Match",
                             "Range",
                             "WWW-Authenticate",
                             "Proxy-Authenticate",
                             "Max-Forwards",
                             "Vary",
                             "Location",
                             "Transfer_Encoding",
                             "X-Real-IP",
                             "Signature"}) {
        const Decoded decoded = decode_whole("0\r\n" + std::string(name) + ": 1\r\n\r\n");
        EXPECT_TRUE(decoded.finished) << name;
        EXPECT_EQ(decoded.trailers, "") << name;
    }
    for (const char* name :
         {"Server-Timing", "Grpc-Status", "Content-Digest", "X-Checksum", "Digest"}) {
        const std::string line = std::string(name) + ": 1\r\n";
        EXPECT_EQ(decode_whole("0\r\n" + line + "\r\n").trailers, line);
    }
}

TEST(ChunkDecoder, WantsNothingAfterTheEnd) {
    ChunkDecoder decoder(Side::client);
    ASSERT_TRUE(decoder.decode("0\r\n\r\n")->finished);
    const auto again = decoder.decode("3\r\n");
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->finished);
    EXPECT_EQ(again->consumed, 0U);
}

}  // namespace
}  // namespace turnpike::http
