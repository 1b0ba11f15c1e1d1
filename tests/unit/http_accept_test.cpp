// Media ranges of Accept and their weights, RFC 9110 §12.5.1.
#include <gtest/gtest.h>

#include <string>

#include "http/http.hpp"

namespace turnpike::http {
namespace {

/// Every range as `type/subtype=thousandths`, in order.
std::string ranges(std::string_view accept) {
    std::string all;
    while (const auto range = take_media_range(accept)) {
        all += (all.empty() ? "" : " ") + std::string(range->type) + "/" +
               std::string(range->subtype) + "=" + std::to_string(range->weight);
    }
    return all;
}

TEST(Accept, IsAListOfRangesWithWeights) {
    EXPECT_EQ(ranges("text/html"), "text/html=1000");
    EXPECT_EQ(ranges("text/html,application/xml;q=0.9,*/*;q=0.8"),
              "text/html=1000 application/xml=900 */*=800");
    EXPECT_EQ(ranges(" text/* ; q=0.25 ,, audio/basic"), "text/*=250 audio/basic=1000");
    EXPECT_EQ(ranges(""), "");
    EXPECT_EQ(ranges(" , ,"), "");
}

TEST(Accept, WeightsHaveAtMostThreeDecimals) {
    EXPECT_EQ(ranges("a/b;q=0"), "a/b=0");
    EXPECT_EQ(ranges("a/b;q=1"), "a/b=1000");
    EXPECT_EQ(ranges("a/b;q=1.000"), "a/b=1000");
    EXPECT_EQ(ranges("a/b;q=0.5"), "a/b=500");
    EXPECT_EQ(ranges("a/b;q=0.123"), "a/b=123");
    EXPECT_EQ(ranges("a/b;Q=0.5"), "a/b=500");
    EXPECT_EQ(ranges("a/b;q=0."), "a/b=0");
    for (const char* bad : {"0.1234", "1.001", "2", "-1", "x", "", ".", "0.x", "1.0 0"}) {
        EXPECT_EQ(ranges("a/b;q=" + std::string(bad)).find("a/b"), std::string::npos) << bad;
    }
}

// java.net.HttpURLConnection sends this with every request.
TEST(Accept, WhatOldJavaSendsIsUnderstood) {
    EXPECT_EQ(ranges("text/html, image/gif, *; q=.2, */*; q=.2"),
              "text/html=1000 image/gif=1000 */*=200 */*=200");
}

TEST(Accept, ParametersAreSkippedQuotesMinded) {
    EXPECT_EQ(ranges("text/html;level=1;q=0.4"), "text/html=400");
    EXPECT_EQ(ranges("a/b;x=\"1,c/d;q=0\";q=0.3,e/f"), "a/b=300 e/f=1000");
    EXPECT_EQ(ranges("a/b;x=\"\\\",\";q=0.3"), "a/b=300");
    EXPECT_EQ(ranges("a/b;x=\"never closed, c/d"), "a/b=1000");
    EXPECT_EQ(ranges("a/b;"), "a/b=1000");
    EXPECT_EQ(ranges("a/b;flag"), "a/b=1000");
    EXPECT_EQ(ranges("a/b;x=\"\\"), "a/b=1000");
}

TEST(Accept, WhatIsNoRangeIsPassedOver) {
    for (const char* bad : {"text", "/", "text/", "/html", "*/html", "te xt/html", "text/ht@ml",
                            "text//html", "\"text/html\"", ";q=1"}) {
        EXPECT_EQ(ranges(bad), "") << bad;
        EXPECT_EQ(ranges(std::string(bad) + ", a/b"), "a/b=1000") << bad;
    }
}

}  // namespace
}  // namespace turnpike::http
