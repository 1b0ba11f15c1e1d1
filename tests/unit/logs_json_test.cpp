// Lines of JSON logs: ours, Caddy's, nginx's and Traefik's, and what is no JSON.
#include <gtest/gtest.h>

#include "logs/logs.hpp"

namespace turnpike::logs {
namespace {

constexpr std::int64_t second = 1'000'000'000;

class LogsJson : public testing::Test {
protected:
    Reading read(std::string_view line) { return reader_.read(line, entry_, arena_); }
    LineReader reader_{Format::json};
    Entry entry_;
    Arena arena_;
};

TEST_F(LogsJson, OurOwnLineSaysWhatWasDecided) {
    ASSERT_EQ(
        read(R"({"time":"2026-11-25T10:00:00.250Z","id":"abc","site":"s","client":"192.0.2.1",)"
             R"("peer":"10.0.0.1","method":"GET","host":"example.com","path":"/a","query":"b=c",)"
             R"("protocol":"HTTP/1.1","status":403,"outcome":"refused","action":"deny",)"
             R"("mode":"enforce","rule":"no-ai","where":"x.yaml:3","category":"ai-training",)"
             R"("bytes_in":0,"bytes_out":512,"duration_ms":0.1,"user_agent":"GPTBot/1"})"),
        Reading::request)
        << reader_.why();
    EXPECT_TRUE(entry_.is_own);
    EXPECT_EQ(entry_.time, 1795600800LL * second + second / 4);
    EXPECT_EQ(entry_.client, "192.0.2.1");
    EXPECT_EQ(entry_.host, "example.com");
    EXPECT_EQ(entry_.target, "/a?b=c");
    EXPECT_EQ(entry_.bytes, 512U);
    EXPECT_EQ(entry_.status, 403);
    EXPECT_EQ(entry_.rule, "no-ai");
    EXPECT_EQ(entry_.where, "x.yaml:3");
    EXPECT_EQ(entry_.action, "deny");
    EXPECT_EQ(entry_.outcome, "refused");
    EXPECT_EQ(entry_.user_agent, "GPTBot/1");
}

TEST_F(LogsJson, CaddysLineIsReadThroughItsObjects) {
    ASSERT_EQ(
        read(R"({"level":"info","ts":1646861401.5241024,"logger":"http.log.access",)"
             R"("msg":"handled request","request":{"remote_ip":"127.0.0.1","remote_port":"413",)"
             R"("client_ip":"203.0.113.9","proto":"HTTP/2.0","method":"GET","host":"localhost",)"
             R"("uri":"/x?y","headers":{"User-Agent":["curl/7.82.0"],"Accept":["*/*"],)"
             R"("Referer":["https://claude.ai/"]},"tls":{"resumed":false,"version":772}},)"
             R"("bytes_read":0,"user_id":"","duration":0.000929675,"size":10900,"status":200,)"
             R"("resp_headers":{"Server":["Caddy"],"host":["not this"]}})"),
        Reading::request)
        << reader_.why();
    EXPECT_EQ(entry_.time / second, 1646861401);
    EXPECT_EQ(entry_.client, "203.0.113.9");
    EXPECT_EQ(entry_.host, "localhost");
    EXPECT_EQ(entry_.target, "/x?y");
    EXPECT_EQ(entry_.user_agent, "curl/7.82.0");
    EXPECT_EQ(entry_.referer, "https://claude.ai/");
    EXPECT_EQ(entry_.bytes, 10900U);
    EXPECT_FALSE(entry_.is_own);
}

TEST_F(LogsJson, NginxVariablesAreKnownByTheirNames) {
    ASSERT_EQ(
        read(R"({ "time_local": "25/Nov/2026:10:00:00 +0000", "remote_addr": "192.0.2.1",)"
             R"( "request": "GET /a?b HTTP/1.1", "status": "200", "body_bytes_sent": "17",)"
             R"( "http_referer": "-", "http_user_agent": "a \"b\" \u00e9\ud83d\ude00\/",)"
             R"( "http_x_forwarded_for": "198.51.100.2", "server_name": "_", "http_host":"a.b"})"),
        Reading::request)
        << reader_.why();
    EXPECT_EQ(entry_.time, 1795600800LL * second);
    EXPECT_EQ(entry_.target, "/a?b");
    EXPECT_EQ(entry_.status, 200);
    EXPECT_EQ(entry_.bytes, 17U);
    EXPECT_EQ(entry_.referer, "");
    EXPECT_EQ(entry_.host, "a.b");
    EXPECT_EQ(entry_.forwarded_for, "198.51.100.2");
    EXPECT_EQ(entry_.user_agent, "a \"b\" \u00e9\U0001F600/");
}

TEST_F(LogsJson, TraefiksLineIsRead) {
    ASSERT_EQ(read(R"({"ClientHost":"192.0.2.1","DownstreamContentSize":19,"DownstreamStatus":404,)"
                   R"("RequestHost":"x.example","RequestMethod":"GET","RequestPath":"/p",)"
                   R"("StartUTC":"2026-11-25T10:00:00.1Z","request_User-Agent":"curl"})"),
              Reading::request)
        << reader_.why();
    EXPECT_EQ(entry_.host, "x.example");
    EXPECT_EQ(entry_.status, 404);
    EXPECT_EQ(entry_.user_agent, "curl");
}

TEST_F(LogsJson, TimesAreReadAsPeopleWriteThem) {
    for (const auto& [time, seconds] : {std::pair{R"("2026-11-25T12:00:00+02:00")", 1795600800LL},
                                        {R"("2026-11-25 10:00:00")", 1795600800LL},
                                        {"1795600800", 1795600800LL},
                                        {R"("1795600800.123")", 1795600800LL},
                                        {"1795600800123", 1795600800LL},
                                        {R"("1969-12-31T00:00:00Z")", -1LL},
                                        {R"("yesterday")", -1LL},
                                        {"true", -1LL}}) {
        const std::string line =
            std::string(R"({"time":)") + time + R"(,"method":"GET","path":"/"})";
        const bool good = read(line) == Reading::request;
        EXPECT_EQ(good ? entry_.time / second : -1, seconds) << line;
    }
}

TEST_F(LogsJson, WhatIsNoRequestIsNoMistake) {
    EXPECT_EQ(read(R"({"ts":1,"status":400,"request":""})"), Reading::no_request);
    EXPECT_EQ(read(R"({"ts":1,"method":"PRI","path":"nowhere"})"), Reading::no_request);
    EXPECT_EQ(read(R"({"time":"2026-11-25T10:00:00Z","id":"a","outcome":"failed","status":408})"),
              Reading::no_request);
}

TEST_F(LogsJson, WhatIsNoJsonIsBroken) {
    const std::string whole = R"({"ts":1,"a":[1,{"b":"]"}],"method":"GET","uri":"/"})";
    ASSERT_EQ(read(whole), Reading::request) << reader_.why();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const std::string line = whole.substr(0, i);
        EXPECT_EQ(read(line), Reading::broken) << line;
    }
    for (const char* line :
         {"[1]", R"({"ts":1,"method":"GET","uri":"/"} x)", R"({"ts":1 "method":"GET","uri":"/"})",
          R"({"ts":1,"method":"GET","uri":"/","x":nope})",
          R"({"ts":1,"method":"GET","uri":"\u12"})", R"({"ts":1,"method":"GET","uri":"/\q"})",
          R"({"ts":1})", R"({"method":"GET","uri":"/"})"}) {
        EXPECT_EQ(read(line), Reading::broken) << line;
    }
    EXPECT_EQ(read(R"({"ts":1,"x":)" + std::string(100, '[') + std::string(100, ']') + "}"),
              Reading::broken);
}

}  // namespace
}  // namespace turnpike::logs
