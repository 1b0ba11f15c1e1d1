// The format of our own answers, as real clients and strange ones ask for it.
#include "gate/format.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/fake_exchange.hpp"

namespace turnpike::gate {
namespace {

std::string name(Format format) {
    return std::string(content_type(format).substr(0, content_type(format).find(';')));
}

/// The format by these lines of Accept; asked of the memory twice, which must agree.
std::string format(const std::vector<std::string>& accept, std::string_view path = "/") {
    test::FakeRequest request(path);
    for (const std::string& line : accept) request.add("Accept", line);
    static FormatMemory memory;
    const Format wanted = wanted_format(request.head);
    EXPECT_EQ(memory.wanted(request.head), wanted);
    EXPECT_EQ(memory.wanted(request.head), wanted);
    return name(wanted);
}

constexpr const char* text = "text/plain";
constexpr const char* html = "text/html";
constexpr const char* problem = "application/problem+json";

TEST(Format, BrowsersGetHtml) {
    for (const char* accept :
         {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
          "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
          "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
          "text/html, text/sgml, text/css, application/xhtml+xml, */*;q=0.01",
          "text/html, application/xhtml+xml, image/jxr, */*", "TEXT/HTML"}) {
        EXPECT_EQ(format({accept}), html) << accept;
    }
}

TEST(Format, WhoDoesNotCareGetsText) {
    EXPECT_EQ(format({}), text);
    for (const char* accept : {"*/*", "", "image/avif,image/webp,*/*;q=0.8", "image/png", "text/*",
                               "text/html;q=0", "*/*;q=0", "text/css,*/*;q=0.1", "nonsense",
                               "text/plain, text/html", "text/html;q=0.5, */*"}) {
        EXPECT_EQ(format({accept}), text) << accept;
    }
}

TEST(Format, ProgramsThatReadJsonGetAProblem) {
    for (const char* accept :
         {"application/json", "application/problem+json", "application/json, text/plain, */*",
          "application/json, text/javascript, */*; q=0.01", "application/json;charset=utf-8",
          "application/vnd.github+json", "application/activity+json, application/ld+json",
          "application/*", "application/json;q=0.5, text/html;q=0.4", "APPLICATION/JSON, */*",
          "text/plain;q=0, text/html;q=0, */*", "application/json, text/html"}) {
        EXPECT_EQ(format({accept}), problem) << accept;
    }
    EXPECT_EQ(format({"text/html, application/json"}), html);
    EXPECT_EQ(format({"application/+json, text/html;q=0.1"}), html);
}

// RFC 9110 §12.5.1: the most specific range that fits has the say.
TEST(Format, TheClosestRangeDecides) {
    EXPECT_EQ(format({"text/*;q=0.3, text/html;q=0.7, application/json;q=0.5"}), html);
    EXPECT_EQ(format({"text/*;q=0.6, text/html;q=0.4, application/json;q=0.5"}), text);
    EXPECT_EQ(format({"*/*, application/json;q=0.2, text/plain;q=0.1"}), html);
    EXPECT_EQ(format({"application/json;q=0.2, application/problem+json;q=0.9, text/html;q=0.5"}),
              problem);
}

TEST(Format, SeveralLinesAreOneList) {
    EXPECT_EQ(format({"text/plain;q=0.5", "text/html"}), html);
    EXPECT_EQ(format({"image/png", "application/json"}), problem);
}

TEST(Format, RobotsTxtIsAlwaysText) {
    EXPECT_EQ(format({"text/html"}, "/robots.txt"), text);
    EXPECT_EQ(format({"application/json"}, "/robots.txt"), text);
}

TEST(Format, MemoryKeepsLinesApartThatLookAlike) {
    const std::string padding(180, 'x');
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(format({"text/html, a/b"}), html);
        EXPECT_EQ(format({"text/htm1, a/b"}), text);
        EXPECT_EQ(format({"text/html;a=" + padding}), html);
        EXPECT_EQ(format({"text/htmm;a=" + padding}), text);
        EXPECT_EQ(format({"text/html;a=" + padding + padding}), html);
        EXPECT_EQ(format({"text/htmm;a=" + padding + padding}), text);
    }
}

}  // namespace
}  // namespace turnpike::gate
