// The cache of verdicts: the same answers as without it, also after a reload, and no allocation.
#include <gtest/gtest.h>

#include "../support/allocations.hpp"
#include "identity/identity.hpp"

namespace turnpike::identity {
namespace {

std::unique_ptr<const Catalogue> catalogue_with(const char* category) {
    const std::vector<CatalogueFile> files = {
        {.name = "a.yaml",
         .text = std::string("version: 1\noperator: x\nsource: x\ndate: 2026-11-24\ncrawlers:\n") +
                 "  - {token: Foobot, category: " + category + "}\n"},
        {.name = "b.yaml",
         .text = "version: 1\ndate: 2026-11-24\nendings: {everywhere: {other-bot: [bot]}}\n"}};
    Diagnostics diagnostics;
    return Catalogue::load(files, diagnostics);
}

TEST(Verdicts, AreTheCataloguesOwn) {
    const auto catalogue = catalogue_with("seo");
    Verdicts verdicts(8);  // fewer slots than user agents: some push each other out
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 40; ++i) {
            const std::string agent =
                "x" + std::to_string(i) + (i % 3 == 0 ? " Foobot" : " wexbot");
            const std::string_view view = agent;
            const Identity expected = catalogue->identify({&view, 1});
            const Identity cached = verdicts.identify(*catalogue, agent);
            ASSERT_EQ(cached.claim_count, expected.claim_count);
            EXPECT_EQ(cached.main().crawler, expected.main().crawler);
            EXPECT_EQ(cached.main().category, expected.main().category);
            EXPECT_EQ(cached.main().token.data(), expected.main().token.data()) << agent;
            EXPECT_EQ(cached.main().token, expected.main().token) << agent;
        }
    }
}

TEST(Verdicts, PointIntoTheUserAgentTheyWereAskedAbout) {
    const auto catalogue = catalogue_with("seo");
    Verdicts verdicts;
    const std::string first = "x wexbot/1";
    const std::string second = first;
    EXPECT_EQ(verdicts.identify(*catalogue, first).main().token.data(), first.data() + 2);
    EXPECT_EQ(verdicts.identify(*catalogue, second).main().token.data(), second.data() + 2);
}

TEST(Verdicts, ForgetWithTheCatalogue) {
    Verdicts verdicts;
    const auto before = catalogue_with("seo");
    EXPECT_EQ(verdicts.identify(*before, "Foobot").main().category, Category::seo);
    const auto after = catalogue_with("ai-training");
    EXPECT_NE(before->generation(), after->generation());
    EXPECT_EQ(verdicts.identify(*after, "Foobot").main().category, Category::ai_training);
    EXPECT_EQ(verdicts.identify(*before, "Foobot").main().category, Category::seo);
}

TEST(Verdicts, AreGivenForUserAgentsTooLongToKeep) {
    const auto catalogue = catalogue_with("seo");
    Verdicts verdicts;
    for (const std::size_t size : {0, 505, 506, 507, 5000}) {
        const std::string agent = std::string(size, ' ') + "Foobot";
        for (int round = 0; round < 2; ++round) {
            EXPECT_EQ(verdicts.identify(*catalogue, agent).main().category, Category::seo) << size;
        }
    }
    EXPECT_EQ(verdicts.identify(*catalogue, {}).main().category, Category::unknown);
}

TEST(Verdicts, DoNotAllocate) {
    const auto catalogue = catalogue_with("seo");
    Verdicts verdicts;
    const test::Allocations allocations;
    verdicts.identify(*catalogue, "Mozilla/5.0 Foobot");
    verdicts.identify(*catalogue, "Mozilla/5.0 Foobot");
    EXPECT_EQ(allocations.count(), 0U);
}

}  // namespace
}  // namespace turnpike::identity
