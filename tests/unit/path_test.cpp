// Readings of paths: what is decoded, what is removed, when there is more than one.
#include "core/path.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace turnpike {
namespace {

using Texts = std::vector<std::string>;

/// `400` where the path is refused.
Texts readings(std::string_view path) {
    Arena arena;
    const auto found = normalise_path(path, arena);
    if (!found) return {std::to_string(found.error().status)};
    return {found->begin(), found->end()};
}

TEST(Path, APlainPathIsItsOwnReadingWithoutACopy) {
    Arena arena;
    const std::string path = "/a/b.c/~d_e-f/:@!$&'()*+,=";
    const auto found = normalise_path(path, arena);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().data(), path.data());
    EXPECT_EQ(found->front(), path);
}

// RFC 3986 §5.2.4, and `//` collapsed.
TEST(Path, DotSegmentsAndEmptySegmentsAreRemoved) {
    const std::pair<const char*, const char*> cases[] = {
        {"/", "/"},
        {"", "/"},
        {"*", "*"},
        {"/.", "/"},
        {"/..", "/"},
        {"/../../x", "/x"},
        {"/a/./b/../c", "/a/c"},
        {"/a/..", "/"},
        {"/a/b/..", "/a/"},
        {"/a/b/.", "/a/b/"},
        {"/a/", "/a/"},
        {"//a//b//", "/a/b/"},
        {"/a/.b", "/a/.b"},
        {"/a/..b/c", "/a/..b/c"},
        {"/a/...", "/a/..."},
        {"/robots.txt/../secret", "/secret"},
        {"/a/b/../../../c", "/c"},
        {"/.well-known/x", "/.well-known/x"},
        {"//../a", "/a"},
        {"a/b", "/a/b"},
    };
    for (const auto& [path, reading] : cases) EXPECT_EQ(readings(path), Texts{reading}) << path;
}

TEST(Path, EscapesAreDecodedOnce) {
    const std::pair<const char*, const char*> cases[] = {
        {"/%61%42", "/aB"},
        {"/%2e%2E/x", "/x"},
        {"/a/%2e./x", "/x"},
        {"/%252e%252e/x", "/%2e%2e/x"},
        {"/%25", "/%"},
        {"/%e2%82%ac", "/\xe2\x82\xac"},
        {"/a%20b", "/a b"},
        {"/a%3Fb%23", "/a?b#"},
        {"/ROBOTS.txt", "/ROBOTS.txt"},
    };
    for (const auto& [path, reading] : cases) EXPECT_EQ(readings(path), Texts{reading}) << path;
}

TEST(Path, APercentSignWithoutTwoHexDigitsStandsForItself) {
    for (const char* path : {"/%zz", "/%", "/100%", "/%2", "/%2g", "/%u00e9", "/%%"}) {
        EXPECT_EQ(readings(path), Texts{path});
    }
    EXPECT_EQ(readings("/%%61"), Texts{"/%a"});
}

TEST(Path, WhatMaySeparateOrEndASegmentGivesFurtherReadings) {
    const std::pair<const char*, Texts> cases[] = {
        {"/a%2Fb", {"/a%2Fb", "/a/b"}},
        {"/a%2fb", {"/a%2Fb", "/a/b"}},
        {"/a\\b", {"/a\\b", "/a/b"}},
        {"/a%5Cb", {"/a\\b", "/a/b"}},
        {"/a/..%2Fb", {"/a/..%2Fb", "/b"}},
        {"/x/..\\secret", {"/x/..\\secret", "/secret"}},
        {"/a;x=1", {"/a;x=1", "/a"}},
        {"/a;x=1/b", {"/a;x=1/b", "/a/b", "/a"}},
        {"/a%3Bx", {"/a;x", "/a"}},
        {"/favicon.ico/..;/secret", {"/favicon.ico/..;/secret", "/secret", "/"}},
        {"/secret;/../robots.txt", {"/robots.txt", "/secret"}},
        {"/;x/a", {"/;x/a", "/a", "/"}},
    };
    for (const auto& [path, wanted] : cases) EXPECT_EQ(readings(path), wanted) << path;
}

TEST(Path, ControlCharactersAreRefusedEscapedOrNot) {
    for (const char* path : {"/%00", "/robots.txt%00.html", "/%0a", "/%0D%0Ax", "/%7f", "/a\tb",
                             "/%1F", "/\x01", "/;%00"}) {
        EXPECT_EQ(readings(path), Texts{"400"}) << path;
    }
    EXPECT_EQ(readings(std::string_view("/a\0b", 4)), Texts{"400"});
    EXPECT_EQ(readings("/%20%80%ff").size(), 1U);
}

/// Paths made of the pieces that matter, so that each meets each.
std::string random_path(std::mt19937& random) {
    static const std::vector<std::string> pieces = {"/",  ".",   "..", "%2e", "%2E", "%2F", "%5c",
                                                    "\\", ";",   "a",  "bc%", "%41", "%25", "2F",
                                                    "//", "%zz", "*",  "?",   "%3b"};
    std::string path = "/";
    for (auto count = random() % 9; count > 0; --count) path += pieces[random() % pieces.size()];
    return path;
}

bool has_dot_segment(std::string_view path) {
    const std::string closed = std::string(path) + "/";
    return closed.find("/./") != closed.npos || closed.find("/../") != closed.npos ||
           path.find("//") != path.npos;
}

TEST(Path, EveryReadingBeginsWithASlashAndHoldsNoDotSegment) {
    std::mt19937 random(20261124);
    for (int round = 0; round < 200'000; ++round) {
        const std::string path = random_path(random);
        const Texts found = readings(path);
        ASSERT_FALSE(found.empty());
        for (const std::string& reading : found) {
            ASSERT_TRUE(reading.starts_with('/')) << path;
            ASSERT_FALSE(has_dot_segment(reading)) << path << " reads as " << reading;
            ASSERT_LE(reading.size(), path.size() + 1) << path;
        }
    }
}

TEST(Path, AReadingWithoutEscapesReadsAsItself) {
    std::mt19937 random(20261125);
    int tried = 0;
    for (int round = 0; round < 100'000; ++round) {
        for (const std::string& reading : readings(random_path(random))) {
            if (reading.find_first_of("%;\\") != reading.npos) continue;
            ++tried;
            ASSERT_EQ(readings(reading), Texts{reading});
        }
    }
    EXPECT_GT(tried, 10'000);
}

}  // namespace
}  // namespace turnpike
