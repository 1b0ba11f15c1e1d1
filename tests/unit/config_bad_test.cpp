// One file for each way to be wrong, tests/config/bad/*.yaml, and beside it word for word what is
// said of it. `turnpike-…` files are read as turnpike.yaml, `site-…` files as sites.
//   TURNPIKE_REWRITE=1 build/release/tests/config_bad_test     writes the expectations anew
#include <gtest/gtest.h>

#include "support/sites.hpp"
#include "support/source_tree.hpp"

namespace turnpike::test {
namespace {

std::string said_of_settings(const std::string& name, const std::string& text) {
    Diagnostics out;
    const auto document = config::Document::parse(name, text, out);
    if (document) (void)config::Settings::read(*document, out);
    return out.to_string();
}

std::string said_of_site(const std::string& name, const std::string& text) {
    const Loaded loaded = load({{name, text}});
    EXPECT_FALSE(loaded.sites) << name;
    return loaded.said;
}

TEST(BadConfiguration, IsSaidWordForWord) {
    const auto files = read_tree({"tests/config/bad"}, {".yaml"});
    EXPECT_GE(files.size(), 50U);
    for (const Source& file : files) {
        const std::filesystem::path name = std::filesystem::path(file.path).filename();
        const bool settings = name.string().starts_with("turnpike-");
        ASSERT_TRUE(settings || name.string().starts_with("site-")) << file.path;
        const std::string said =
            settings ? said_of_settings(name, file.text) : said_of_site(name, file.text);
        EXPECT_NE(said.find(": error: "), said.npos) << file.path;
        const std::string expected = "tests/config/bad/" + name.stem().string() + ".expected";
        EXPECT_EQ(said, written(expected, said))
            << file.path << "\nto write it anew:"
            << "\n  TURNPIKE_REWRITE=1 build/release/tests/config_bad_test";
    }
}

TEST(BadConfiguration, EveryExpectationHasItsFile) {
    for (const Source& expected : read_tree({"tests/config/bad"}, {".expected"})) {
        auto file = std::filesystem::path(TURNPIKE_SOURCE) / expected.path;
        EXPECT_TRUE(std::filesystem::exists(file.replace_extension(".yaml"))) << expected.path;
        EXPECT_NE(expected.text, "");
    }
}

}  // namespace
}  // namespace turnpike::test
