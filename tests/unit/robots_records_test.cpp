// What is kept of a robots.txt beside its rules, where, and how much of it.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "robots/robots.hpp"

namespace turnpike::robots {
namespace {

const Record* find(std::span<const Record> records, Field field) {
    for (const Record& record : records) {
        if (record.field == field) return &record;
    }
    return nullptr;
}

TEST(RobotsRecords, AreKeptWithTheirLines) {
    const auto file = File::parse(
        "# hoo\nLicense: https://a.example/license.xml\n\nUser-agent: *\n"
        "Content-Signal: /docs search=yes, ai-train=no # reserved\nCONTENT-USAGE : train-ai=n\n"
        "crawl-delay: 2.5\nlicense: https://a.example/other.xml\nDisallow: /a\n"
        "Sitemap: https://a.example/s.xml\nNoindex: /b\n");
    struct Expected {
        Field field;
        std::uint32_t line;
        std::string_view value;
    };
    const std::vector<Expected> expected = {
        {Field::license, 2, "https://a.example/license.xml"},
        {Field::user_agent, 4, "*"},
        {Field::content_signal, 5, "/docs search=yes, ai-train=no"},
        {Field::content_usage, 6, "train-ai=n"},
        {Field::crawl_delay, 7, "2.5"},
        {Field::license, 8, "https://a.example/other.xml"},
        {Field::disallow, 9, "/a"},
        {Field::sitemap, 10, "https://a.example/s.xml"},
        {Field::other, 11, "/b"}};
    ASSERT_EQ(file.records().size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(file.records()[i].field, expected[i].field) << i;
        EXPECT_EQ(file.records()[i].line, expected[i].line);
        EXPECT_EQ(file.records()[i].value, expected[i].value);
        EXPECT_FALSE(file.records()[i].mended);
    }
    EXPECT_EQ(file.records().back().text, "Noindex: /b");
}

TEST(RobotsRecords, BelongToTheirGroupOrToTheWholeFile) {
    const auto file = File::parse(
        "License: https://a.example/all.xml\nUser-agent: Owl\nUser-agent: Wren\nCrawl-delay: 1\n"
        "Disallow: /a\nUser-agent: *\nAllow: /\nCrawl-delay: 9\n");
    const auto groups = file.groups(Reading::rfc9309);
    ASSERT_EQ(groups.size(), 2U);
    ASSERT_EQ(file.preamble(Reading::rfc9309).size(), 1U);
    EXPECT_EQ(file.preamble(Reading::rfc9309).front().field, Field::license);
    EXPECT_EQ(groups[0].records.size(), 4U);
    EXPECT_EQ(find(groups[0].records, Field::crawl_delay)->value, "1");
    EXPECT_EQ(find(groups[1].records, Field::crawl_delay)->value, "9");
    EXPECT_EQ(find(groups[1].records, Field::license), nullptr);
}

TEST(RobotsRecords, MisspeltOnesCountForGoogleOnly) {
    const auto file = File::parse("Site-map: a\nuseragent: Owl\nDisallow: /\n");
    ASSERT_EQ(file.records().size(), 3U);
    EXPECT_EQ(file.records()[0].field, Field::sitemap);
    EXPECT_FALSE(counts(file.records()[0], Reading::rfc9309));
    EXPECT_TRUE(counts(file.records()[0], Reading::google));
    EXPECT_TRUE(file.groups(Reading::rfc9309).empty());
    EXPECT_EQ(file.preamble(Reading::rfc9309).size(), 3U);
    EXPECT_EQ(file.preamble(Reading::google).size(), 1U);
}

TEST(RobotsRecords, AFileIsAValue) {
    auto text = std::make_unique<std::string>("User-agent: Owl\nDisallow: /\n");
    auto file = std::make_unique<File>(File::parse(*text));
    text.reset();
    const File copy = *file;
    file.reset();
    Arena arena;
    EXPECT_EQ(copy.match("owl", read_target("/", arena), Reading::rfc9309).rule, "Disallow: /");
}

// §2.5

bool disallows(const File& file, std::string_view path) {
    Arena arena;
    return !file.match("Owl", read_target(path, arena), Reading::rfc9309).allowed;
}

TEST(RobotsLimits, OfALongFileTheFirst500KibCount) {
    const std::string start = "User-agent: Owl\nDisallow: /early\n";
    const std::string end = "\nDisallow: /late\n";
    const auto file = File::parse(start + std::string(10'000'000, '#') + end);
    EXPECT_TRUE(file.was_cut());
    EXPECT_TRUE(disallows(file, "/early"));
    EXPECT_FALSE(disallows(file, "/late"));
    EXPECT_EQ(file.records().size(), 2U);
}

TEST(RobotsLimits, TheCutFallsBehindACompleteLine) {
    const std::string start = "User-agent: Owl\n";
    const std::string last = "Disallow: /late";
    const std::string filling(longest_file - start.size() - last.size() - 1, '#');
    const std::string full = start + filling + "\n" + last;
    ASSERT_EQ(full.size(), longest_file);
    EXPECT_TRUE(disallows(File::parse(full), "/late"));
    EXPECT_FALSE(File::parse(full).was_cut());
    EXPECT_TRUE(disallows(File::parse(full + "\nDisallow: /x\n"), "/late"));
    EXPECT_FALSE(disallows(File::parse(full + "\nDisallow: /x\n"), "/x"));
    const auto within = File::parse(full + "st\nDisallow: /x\n");
    EXPECT_FALSE(disallows(within, "/late")) << "half a rule would forbid too much";
    EXPECT_TRUE(within.was_cut());
    EXPECT_TRUE(File::parse(std::string(longest_file + 1, 'a')).records().empty());
}

TEST(RobotsLimits, OfALongLineTheBeginningCounts) {
    const std::string key = "Disallow: ";
    const std::string path = "/" + std::string(longest_line - key.size() - 2, 'a') + "/";
    const auto file = File::parse("User-agent: Owl\n" + key + path + "more\nDisallow: /b\n");
    EXPECT_TRUE(disallows(file, path + "other"));
    EXPECT_TRUE(disallows(file, "/b"));
}

}  // namespace
}  // namespace turnpike::robots
