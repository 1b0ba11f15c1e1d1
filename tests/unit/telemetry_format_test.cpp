// Lines of the access log: fields, order, escaping, limits.
#include <gtest/gtest.h>

#include <string>

#include "support/allocations.hpp"
#include "telemetry/telemetry.hpp"

namespace turnpike::telemetry {
namespace {

using namespace std::chrono_literals;
using Options = AccessLogOptions;

AccessRecord minimal() {
    AccessRecord record;
    record.time = std::chrono::system_clock::time_point(1795521600s) + 7ms;
    return record;
}

AccessRecord complete() {
    AccessRecord record = minimal();
    record.id = "0123456789abcdef";
    record.request_id = "abc-1";
    record.site = "example";
    record.client = *Address::parse("198.51.100.23");
    record.peer = *Address::parse("2001:db8:1:2::3");
    record.method = "GET";
    record.host = "example.com";
    record.path = "/archive/1";
    record.query = "page=2";
    record.has_query = true;
    record.protocol = "HTTP/1.1";
    record.status = 403;
    record.outcome = Outcome::refused;
    static const std::string decision = decision_members({.action = Action::deny,
                                                          .rule = "deny-training",
                                                          .where_file = "presets/block-ai.yaml",
                                                          .reason = "AI crawlers are not welcome",
                                                          .where_line = 12,
                                                          .crawler = "GPTBot",
                                                          .operator_name = "OpenAI",
                                                          .category = Category::ai_training});
    record.decision = decision;
    record.bytes_in = 321;
    record.bytes_out = 1'234'567;
    record.duration = 1'234us;
    record.origin_duration = 56us;
    record.user_agent = "Mozilla/5.0; compatible; GPTBot/1.2";
    record.referer = "https://example.com/";
    return record;
}

std::string line_of(const AccessRecord& record, const Options& options = {}) {
    std::string room(longest_line, '?');
    room.resize(format_record(record, options, room.data(), room.size()));
    return room;
}

/// The user agent's member as the JSON line has it.
std::string escaped(std::string_view text) {
    AccessRecord record = minimal();
    record.user_agent = text;
    const std::string line = line_of(record);
    const std::string key = "\"user_agent\":\"";
    const std::size_t start = line.find(key) + key.size();
    return line.substr(start, line.size() - start - 3);  // "}\n
}

Options combined() {
    Options options;
    options.format = Options::Format::combined;
    return options;
}

TEST(JsonLine, HasAllFieldsInTheOrderOfTheContract) {
    EXPECT_EQ(
        line_of(complete()),
        R"({"time":"2026-11-24T12:00:00.007Z","id":"0123456789abcdef","request_id":"abc-1",)"
        R"("site":"example","client":"198.51.100.23","peer":"2001:db8:1:2::3","method":"GET",)"
        R"("host":"example.com","path":"/archive/1","query":"page=2","protocol":"HTTP/1.1",)"
        R"("status":403,"outcome":"refused","action":"deny","mode":"enforce",)"
        R"("rule":"deny-training","where":"presets/block-ai.yaml:12",)"
        R"("reason":"AI crawlers are not welcome","crawler":"GPTBot","operator":"OpenAI",)"
        R"("category":"ai-training","proof":"none","bytes_in":321,"bytes_out":1234567,)"
        R"("duration_ms":1.234,"origin_ms":0.056,)"
        R"("user_agent":"Mozilla/5.0; compatible; GPTBot/1.2",)"
        R"("referer":"https://example.com/"})"
        "\n");
}

TEST(JsonLine, EndsWithHowTheClientBehaves) {
    const std::string_view signals[] = {"trap", "everywhere"};
    EXPECT_EQ(behaviour_members(Behaviour::Level::certain, signals),
              R"(,"behaviour":"certain","signals":["trap","everywhere"])");
    EXPECT_EQ(behaviour_members(Behaviour::Level::likely, {}),
              R"(,"behaviour":"likely","signals":[])");
    EXPECT_EQ(behaviour_members(Behaviour::Level::normal, signals), "");
    const std::vector<std::string_view> many(200, "a-signal-with-a-long-name");
    EXPECT_LE(behaviour_members(Behaviour::Level::likely, many).size(), 1024);
}

TEST(JsonLine, LeavesOutWhatIsAbsent) {
    EXPECT_EQ(line_of(minimal()),
              R"({"time":"2026-11-24T12:00:00.007Z","outcome":"failed","bytes_in":0,)"
              R"("bytes_out":0,"duration_ms":0.000})"
              "\n");
}

TEST(JsonLine, SaysWhyARequestFailedBeforeADecision) {
    EXPECT_EQ(decision_members({.decided = false, .reason = "more than one \"Host\""}),
              R"(,"reason":"more than one \"Host\"")");
    EXPECT_EQ(decision_members({.decided = false}), "");
}

TEST(JsonLine, HasTheQueryOnlyWhereWantedAndGiven) {
    AccessRecord record = minimal();
    record.query = "stale";
    EXPECT_EQ(line_of(record).find("query"), std::string::npos);
    record.has_query = true;
    EXPECT_NE(line_of(record).find(R"("query":"stale")"), std::string::npos);
    Options without;
    without.query = false;
    EXPECT_EQ(line_of(record, without).find("query"), std::string::npos);
    record.query = "";  // `/?` is not `/`
    EXPECT_NE(line_of(record).find(R"("query":"")"), std::string::npos);
}

TEST(JsonLine, ShortensOrOmitsAddresses) {
    Options options;
    options.address = Options::AddressDetail::prefix;
    const std::string shortened = line_of(complete(), options);
    EXPECT_NE(shortened.find(R"("client":"198.51.100.0","peer":"2001:db8:1::")"), std::string::npos)
        << shortened;
    options.address = Options::AddressDetail::none;
    const std::string none = line_of(complete(), options);
    EXPECT_EQ(none.find("client"), std::string::npos);
    EXPECT_EQ(none.find("peer"), std::string::npos);
}

TEST(JsonLine, NeverShowsANegativeDuration) {
    AccessRecord record = minimal();
    record.duration = -5us;
    EXPECT_NE(line_of(record).find(R"("duration_ms":0.000)"), std::string::npos);
}

TEST(JsonText, EscapesQuotesBackslashesAndControls) {
    EXPECT_EQ(escaped("a\"b\\c"), R"(a\"b\\c)");
    EXPECT_EQ(escaped("\n\r\t\x1b[31m"), R"(\u000A\u000D\u0009\u001B[31m)");
    EXPECT_EQ(escaped(std::string_view("\0x", 2)), R"(\u0000x)");
    EXPECT_EQ(escaped("\x7f"), R"(\u007F)");
    EXPECT_EQ(escaped("\x1f \x20!~"), "\\u001F  !~");
}

TEST(JsonText, KeepsValidUtf8) {
    for (const std::string_view text :
         {"\u00e9", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff"}) {
        EXPECT_EQ(escaped(text), text);
    }
}

// RFC 3629 §4
TEST(JsonText, ReadsInvalidUtf8AsLatin1) {
    EXPECT_EQ(escaped("\xe9"), R"(\u00E9)");
    EXPECT_EQ(escaped("\xc3"), R"(\u00C3)") << "cut off";
    EXPECT_EQ(escaped("\xc3("), R"(\u00C3()");
    EXPECT_EQ(escaped("\x80"), R"(\u0080)") << "a continuation without a lead";
    EXPECT_EQ(escaped("\xc0\xaf"), R"(\u00C0\u00AF)") << "overlong /";
    EXPECT_EQ(escaped("\xe0\x9f\xbf"), R"(\u00E0\u009F\u00BF)") << "overlong";
    EXPECT_EQ(escaped("\xed\xa0\x80"), R"(\u00ED\u00A0\u0080)") << "a surrogate";
    EXPECT_EQ(escaped("\xf0\x8f\xbf\xbf"), R"(\u00F0\u008F\u00BF\u00BF)") << "overlong";
    EXPECT_EQ(escaped("\xf4\x90\x80\x80"), R"(\u00F4\u0090\u0080\u0080)") << "beyond U+10FFFF";
    EXPECT_EQ(escaped("\xff\xfe"), R"(\u00FF\u00FE)");
    EXPECT_EQ(escaped("\xf0\x9f\x98"), R"(\u00F0\u009F\u0098)") << "cut off";
}

TEST(JsonText, EscapesC1ControlsThoughTheyAreValidUtf8) {
    EXPECT_EQ(escaped("\xc2\x9b"
                      "31m"),
              R"(\u009B31m)");
    EXPECT_EQ(escaped("\xc2\xa0"), "\xc2\xa0");
}

TEST(JsonText, FindsASpecialByteAtEveryPlaceOfEveryLength) {
    for (std::size_t length = 1; length < 70; ++length) {
        for (std::size_t place = 0; place < length; ++place) {
            std::string text(length, 'x');
            std::string expected = text;
            text[place] = '\x01';
            expected.replace(place, 1, "\\u0001");
            ASSERT_EQ(escaped(text), expected);
            text[place] = '"';
            expected.replace(place, 6, "\\\"");
            ASSERT_EQ(escaped(text), expected);
        }
    }
}

TEST(JsonText, CutsLongTextsBetweenCharacters) {
    EXPECT_EQ(escaped(std::string(5000, 'x')), std::string(4096, 'x'));
    EXPECT_EQ(escaped(std::string(4095, 'x') + "\u00e9y"), std::string(4095, 'x'));
    EXPECT_EQ(escaped(std::string(4095, 'x') + "\"y"), std::string(4095, 'x'));
    EXPECT_EQ(escaped(std::string(4091, 'x') + "\x01y"), std::string(4091, 'x'));
    EXPECT_EQ(escaped(std::string(4090, 'x') + "\x01y"), std::string(4090, 'x') + "\\u0001");
}

TEST(Line, NeverPassesItsLimit) {
    const std::string worst(100'000, '\x01');
    AccessRecord record = complete();
    for (std::string_view* text :
         {&record.id, &record.request_id, &record.site, &record.method, &record.host, &record.path,
          &record.query, &record.protocol, &record.user_agent, &record.referer}) {
        *text = worst;
    }
    const std::string decision = decision_members({.rule = worst,
                                                   .where_file = worst,
                                                   .reason = worst,
                                                   .crawler = worst,
                                                   .operator_name = worst});
    record.decision = decision;
    record.bytes_in = record.bytes_out = UINT64_MAX;
    EXPECT_GT(line_of(record).size(), 27'000u);
    EXPECT_LE(line_of(record).size(), longest_line);
    EXPECT_LE(line_of(record, combined()).size(), longest_line);
}

TEST(Line, IsNotWrittenWhereItDoesNotFit) {
    const std::string whole = line_of(complete());
    std::string room(whole.size(), '?');
    EXPECT_EQ(format_record(complete(), {}, room.data(), whole.size() - 1), 0u);
    EXPECT_EQ(room, std::string(whole.size(), '?'));
    EXPECT_EQ(format_record(complete(), {}, room.data(), whole.size()), whole.size());
    EXPECT_EQ(room, whole);
}

TEST(Line, IsMadeWithoutAllocation) {
    std::string room(longest_line, '?');
    const AccessRecord record = complete();
    const Options json;
    const Options other = combined();
    const test::Allocations allocations;
    format_record(record, json, room.data(), room.size());
    format_record(record, other, room.data(), room.size());
    EXPECT_EQ(allocations.count(), 0u);
}

TEST(CombinedLine, IsWhatNginxWrites) {
    EXPECT_EQ(line_of(complete(), combined()),
              "198.51.100.23 - - [24/Nov/2026:12:00:00 +0000] \"GET /archive/1?page=2 HTTP/1.1\" "
              "403 1234567 \"https://example.com/\" \"Mozilla/5.0; compatible; GPTBot/1.2\"\n");
}

TEST(CombinedLine, HasDashesForWhatIsAbsent) {
    EXPECT_EQ(line_of(minimal(), combined()),
              "- - - [24/Nov/2026:12:00:00 +0000] \"-\" 000 0 \"-\" \"-\"\n");
}

TEST(CombinedLine, EscapesAllButPrintableAscii) {
    AccessRecord record = minimal();
    record.user_agent = "a\"b\\c\x01\x7f\u00e9 z";
    record.method = "G\"T";
    record.path = "/\n";
    record.protocol = "HTTP/1.1";
    EXPECT_EQ(line_of(record, combined()),
              "- - - [24/Nov/2026:12:00:00 +0000] \"G\\x22T /\\x0A HTTP/1.1\" 000 0 \"-\" "
              "\"a\\x22b\\x5Cc\\x01\\x7F\\xC3\\xA9 z\"\n");
}

TEST(CombinedLine, HonoursQueryAndAddressOptions) {
    Options options = combined();
    options.query = false;
    options.address = Options::AddressDetail::prefix;
    EXPECT_EQ(line_of(complete(), options).substr(0, 75),
              "198.51.100.0 - - [24/Nov/2026:12:00:00 +0000] \"GET /archive/1 HTTP/1.1\" 403");
    options.address = Options::AddressDetail::none;
    EXPECT_EQ(line_of(complete(), options).substr(0, 7), "- - - [");
}

TEST(OperationalLog, WritesOneLineAnEventToStderr) {
    testing::internal::CaptureStderr();
    log_warning("from a\nclient\x1b[2J {}");
    const std::string text = testing::internal::GetCapturedStderr();
    EXPECT_NE(text.find("Z warning: from a\\x0Aclient\\x1B[2J {}\n"), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), text.size() - 1);
}

}  // namespace
}  // namespace turnpike::telemetry
