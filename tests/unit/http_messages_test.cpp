// The small pieces: names, lists, reason phrases, what is written, and bodies of every framing.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/http.hpp"

namespace turnpike::http {
namespace {

TEST(FieldLines, KnowWhichIdsAreAmongThem) {
    const std::vector<Field> lines{{"Host", "a", FieldId::host}, {"X", "b", FieldId::other}};
    const Fields known = lines;
    EXPECT_TRUE(known.has(FieldId::host));
    EXPECT_TRUE(known.has(FieldId::other));
    EXPECT_FALSE(known.has(FieldId::via));
    RequestHead head;
    EXPECT_EQ(find(head, FieldId::host), nullptr);
    head.fields = lines;
    EXPECT_EQ(find(head, FieldId::host)->value, "a");
    EXPECT_EQ(find(head, FieldId::via), nullptr);
}

const std::pair<const char*, FieldId> names[] = {
    {"accept", FieldId::accept},
    {"authorization", FieldId::authorization},
    {"connection", FieldId::connection},
    {"content-length", FieldId::content_length},
    {"content-type", FieldId::content_type},
    {"cookie", FieldId::cookie},
    {"date", FieldId::date},
    {"expect", FieldId::expect},
    {"forwarded", FieldId::forwarded},
    {"host", FieldId::host},
    {"http2-settings", FieldId::http2_settings},
    {"keep-alive", FieldId::keep_alive},
    {"max-forwards", FieldId::max_forwards},
    {"proxy-authenticate", FieldId::proxy_authenticate},
    {"proxy-authorization", FieldId::proxy_authorization},
    {"proxy-connection", FieldId::proxy_connection},
    {"referer", FieldId::referer},
    {"te", FieldId::te},
    {"trailer", FieldId::trailer},
    {"transfer-encoding", FieldId::transfer_encoding},
    {"x-turnpike-crawler", FieldId::turnpike},
    {"upgrade", FieldId::upgrade},
    {"user-agent", FieldId::user_agent},
    {"via", FieldId::via},
    {"x-forwarded-for", FieldId::x_forwarded_for},
    {"x-forwarded-host", FieldId::x_forwarded_host},
    {"x-forwarded-proto", FieldId::x_forwarded_proto},
    {"x-real-ip", FieldId::x_real_ip},
    {"x-request-id", FieldId::x_request_id},
};

TEST(FieldNames, AreKnownWhateverTheirCase) {
    EXPECT_EQ(std::size(names) + 1, static_cast<std::size_t>(FieldId::count_));  // but for `other`
    for (const auto& [name, id] : names) {
        std::string upper = name;
        for (char& c : upper) c = static_cast<char>(std::toupper(c));
        EXPECT_EQ(field_id(name), id) << name;
        EXPECT_EQ(field_id(upper), id) << name;
    }
}

TEST(FieldNames, AreNotKnownWhereOneOctetDiffers) {
    for (const auto& [name, id] : names) {
        if (id == FieldId::turnpike) continue;
        for (std::size_t i = 0; i < std::string_view(name).size(); ++i) {
            std::string other = name;
            other[i] = '~';
            EXPECT_EQ(field_id(other), FieldId::other) << other;
        }
        EXPECT_NE(field_id(std::string(name) + "s"), id) << name;
    }
    for (const char* name :
         {"", "x", "x-turnpike", "x-turnpikes-a", "turnpike-a", "accept-encoding"}) {
        EXPECT_EQ(field_id(name), FieldId::other) << name;
    }
}

/// An origin behind CGI sees `-` and `_` as one: a client must not speak for us that way.
TEST(FieldNames, ThatOnlyLookLikeOursAreOurs) {
    for (const char* name :
         {"X_Turnpike_Crawler", "x-turnpike_proof", "X_TURNPIKE-", "X_Forwarded_For",
          "x_forwarded-host", "X-Forwarded_Proto", "X_Real_IP", "X-Request_Id"}) {
        EXPECT_EQ(field_id(name), FieldId::turnpike) << name;
    }
}

TEST(Lists, AreTakenApartAtCommas) {  // RFC 9110 §5.6.1
    const std::pair<const char*, std::vector<std::string>> cases[] = {
        {"", {}},     {"a", {"a"}},          {" a ,\tb", {"a", "b"}},
        {",, ,", {}}, {"a,,b,", {"a", "b"}}, {"a b, c", {"a b", "c"}},
    };
    for (const auto& [list, expected] : cases) {
        std::vector<std::string> elements;
        for_each_element(list, [&](std::string_view element) { elements.emplace_back(element); });
        EXPECT_EQ(elements, expected) << list;
    }
}

TEST(Comparison, IgnoresTheCaseOfLettersOnly) {
    EXPECT_TRUE(equals_ignoring_case("Keep-Alive", "kEEP-aLIVE"));
    EXPECT_TRUE(equals_ignoring_case("", ""));
    EXPECT_FALSE(equals_ignoring_case("a", "ab"));
    EXPECT_FALSE(equals_ignoring_case("a_", "a\x7f"));
    EXPECT_FALSE(equals_ignoring_case("[", "{"));
    EXPECT_FALSE(equals_ignoring_case("@", "`"));
}

TEST(ReasonPhrases, AreKnownForWhatWeAnswer) {
    EXPECT_EQ(reason_phrase(200), "OK");
    EXPECT_EQ(reason_phrase(402), "Payment Required");
    EXPECT_EQ(reason_phrase(429), "Too Many Requests");
    EXPECT_EQ(reason_phrase(508), "Loop Detected");
    for (const int status : {0, 99, 299, 418, 499, 599, 999}) {
        EXPECT_EQ(reason_phrase(static_cast<std::uint16_t>(status)), "");
    }
}

TEST(Writing, AppendsTextNumbersAndFields) {
    std::array<char, 100> room;
    Writer out(room.data());
    out.add("HTTP/1.1 ");
    out.add_number(0);
    out.add({});
    out.add_field("A", "b");
    out.add_number(18446744073709551615U);
    EXPECT_EQ(out.text(), "HTTP/1.1 0A: b\r\n18446744073709551615");
}

TEST(Writing, PutsChunkSizesInHex) {
    std::array<char, chunk_head_room> room;
    EXPECT_EQ(write_chunk_head(1, room.data()), "1\r\n");
    EXPECT_EQ(write_chunk_head(0x1a2b, room.data()), "1a2b\r\n");
    EXPECT_EQ(write_chunk_head(~std::uint64_t{0}, room.data()), "ffffffffffffffff\r\n");
}

/// All of a body that comes in steps, framed anew as chunks.
std::string relay(BodyReader& reader, std::string_view bytes, std::size_t step) {
    Arena arena;
    PartFramer framer(arena);
    std::string sent;
    std::size_t arrived = 0;
    std::size_t consumed = 0;
    while (!reader.finished()) {
        const auto taken = reader.take(bytes.substr(consumed, arrived - consumed));
        if (!taken) return sent + "!" + std::to_string(taken.error().status);
        for (const std::string_view piece : framer.frame({}, taken->part, true)) sent += piece;
        consumed += taken->consumed;
        if (taken->consumed > 0 || reader.finished()) continue;
        if (arrived == bytes.size()) return sent + "?";
        arrived = std::min(bytes.size(), arrived + step);
    }
    return sent + "|" + std::string(bytes.substr(consumed));
}

TEST(Bodies, OfEveryFramingAreReadToTheirEnd) {  // RFC 9112 §6.3
    BodyReader length(Framing::length, 5, Side::client);
    EXPECT_EQ(relay(length, "abcdeGET", 8), "5\r\nabcde\r\n0\r\n\r\n|GET");
    BodyReader trickle(Framing::length, 2, Side::client);
    EXPECT_EQ(relay(trickle, "ab", 1), "1\r\na\r\n1\r\nb\r\n0\r\n\r\n|");
    BodyReader chunks(Framing::chunked, 0, Side::client);
    EXPECT_EQ(relay(chunks, "1\r\na\r\n2;x\r\nbc\r\n0\r\nX:y\r\n\r\nGET", 99),
              "3\r\nabc\r\n0\r\nX: y\r\n\r\n|GET");
    BodyReader broken(Framing::chunked, 0, Side::origin);
    EXPECT_EQ(relay(broken, "1\r\na\nX", 4), "1\r\na\r\n!502");
    BodyReader none(Framing::none, 0, Side::client);
    EXPECT_TRUE(none.finished());
    BodyReader empty(Framing::length, 0, Side::client);
    EXPECT_TRUE(empty.finished());
}

TEST(Bodies, ThatEndEarlyAreNeverComplete) {  // RFC 9112 §8
    BodyReader length(Framing::length, 5, Side::origin);
    EXPECT_EQ(relay(length, "abc", 3), "3\r\nabc\r\n?");
    EXPECT_EQ(length.end_of_stream().error().status, 502);
    BodyReader chunks(Framing::chunked, 0, Side::client);
    EXPECT_EQ(relay(chunks, "3\r\nabc\r\n", 9), "3\r\nabc\r\n?");
    EXPECT_EQ(chunks.end_of_stream().error().fault, Fault::closed);
    BodyReader rest(Framing::until_close, 0, Side::origin);
    EXPECT_EQ(relay(rest, "abc", 3), "3\r\nabc\r\n?");
    EXPECT_TRUE(rest.end_of_stream()->last);
}

}  // namespace
}  // namespace turnpike::http
