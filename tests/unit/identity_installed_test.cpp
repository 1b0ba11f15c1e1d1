// The catalogue that ships: it loads without a complaint (so every entry's examples and look-alikes
// hold), finds what it names, stays small, and no person's device or app is taken for a bot.
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "../support/allocations.hpp"
#include "core/embedded.hpp"
#include "identity/identity.hpp"

namespace turnpike {
extern const EmbeddedFile embedded_catalogue[];
}

namespace turnpike::identity {
namespace {

class InstalledCatalogue : public testing::Test {
protected:
    static void SetUpTestSuite() {
        catalogue_ = Catalogue::installed().release();
        ASSERT_NE(catalogue_, nullptr);
    }
    static void TearDownTestSuite() { delete catalogue_; }
    static const Catalogue* catalogue_;
};
const Catalogue* InstalledCatalogue::catalogue_ = nullptr;

TEST(InstalledFiles, LoadWithoutAComplaint) {
    std::vector<CatalogueFile> files;
    for (const EmbeddedFile* file = embedded_catalogue; file->name != nullptr; ++file) {
        files.push_back({.name = file->name, .text = std::string(file->text())});
    }
    Diagnostics diagnostics;
    EXPECT_NE(Catalogue::load(files, diagnostics), nullptr);
    EXPECT_EQ(diagnostics.to_string(), "");
}

TEST_F(InstalledCatalogue, FindsEveryNameAndGivesEachToOneCrawler) {
    EXPECT_GE(catalogue_->crawlers().size(), 1000U);
    for (const Crawler* crawler : catalogue_->crawlers()) {
        EXPECT_EQ(catalogue_->find(crawler->name), crawler) << crawler->name;
        for (const std::string& alias : crawler->aliases) {
            EXPECT_EQ(catalogue_->find(alias), crawler) << crawler->name << ": " << alias;
        }
    }
}

TEST_F(InstalledCatalogue, TakesLessThanTwoMebibytes) {
    EXPECT_LT(catalogue_->memory(), 2U << 20);
}

TEST_F(InstalledCatalogue, TakesNoPersonForABot) {
    std::ifstream corpus(TURNPIKE_SOURCE "/tests/corpora/device-names.tsv");
    std::size_t rows = 0;
    for (std::string line; std::getline(corpus, line); ++rows) {
        const std::size_t tab = line.find('\t');
        ASSERT_NE(tab, std::string::npos) << line;
        const std::string_view agent = std::string_view(line).substr(tab + 1);
        const Identity identity = catalogue_->identify({&agent, 1});
        EXPECT_TRUE(identity.main().category == Category::browser ||
                    identity.main().category == Category::unknown)
            << line.substr(0, tab) << ": " << to_tsv(identity, agent);
    }
    EXPECT_GE(rows, 100U);
}

TEST_F(InstalledCatalogue, IdentifiesWithoutAllocating) {
    const std::string_view agents[] = {
        "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
        "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot) ClaudeBot CCBot "
        "Bytespider",
        "Mozilla/5.0 (compatible; FennecLLMBot/1.0; +https://fennec.ai/bot)"};
    const test::Allocations allocations;
    const Identity identity = catalogue_->identify(agents);
    EXPECT_EQ(allocations.count(), 0U);
    EXPECT_EQ(identity.claim_count, Identity::max_claims);
}

TEST_F(InstalledCatalogue, CallsRobotsOnlyTokensForged) {
    for (const std::string_view agent : {"Google-Extended", "x/1.0 Applebot-Extended/0.1"}) {
        EXPECT_EQ(catalogue_->identify({&agent, 1}).main().proof, Proof::forged) << agent;
    }
    const std::string_view honest = "Mozilla/5.0 (compatible; Applebot/0.1)";
    EXPECT_EQ(catalogue_->identify({&honest, 1}).main().proof, Proof::none);
}

}  // namespace
}  // namespace turnpike::identity
