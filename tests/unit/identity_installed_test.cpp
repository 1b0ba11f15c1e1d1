// The catalogue that ships: it loads without a complaint (so every entry's examples and look-alikes
// hold), finds what it names, stays small, and no person's device or app is taken for a bot.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>

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

    static Category category_of(std::string_view agent) {
        return catalogue_->identify({&agent, 1}).main().category;
    }
    /// The rows of a file of tests/corpora, each in its columns; comments are left out.
    static std::vector<std::vector<std::string>> rows_of(const std::string& name) {
        std::ifstream corpus(TURNPIKE_SOURCE "/tests/corpora/" + name);
        std::vector<std::vector<std::string>> rows;
        for (std::string line; std::getline(corpus, line);) {
            if (line.empty() || line[0] == '#') continue;
            auto& columns = rows.emplace_back();
            std::stringstream stream(line);
            for (std::string column; std::getline(stream, column, '\t');) {
                columns.push_back(column);
            }
        }
        return rows;
    }

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

/// Sites' rules use names: one that was shipped once is found for ever, if only as an alias.
TEST_F(InstalledCatalogue, FindsEveryNameThatWasEverShipped) {
    std::set<std::string> shipped;
    for (const auto& row : rows_of("shipped-names.txt")) {
        shipped.insert(row[0]);
        EXPECT_NE(catalogue_->find(row[0]), nullptr)
            << row[0] << ": give it to its successor as an alias";
    }
    for (const Crawler* crawler : catalogue_->crawlers()) {
        EXPECT_EQ(shipped.count(crawler->name), 1U)
            << crawler->name << ": add it to tests/corpora/shipped-names.txt";
        for (const std::string& alias : crawler->aliases) {
            EXPECT_EQ(shipped.count(alias), 1U)
                << alias << ": add it to tests/corpora/shipped-names.txt";
        }
    }
}

/// Every entry's own look-alikes: a letter before its name or behind it makes another name.
TEST_F(InstalledCatalogue, TakesNoLongerNameForAShorterOne) {
    const auto claims = [](const Crawler* crawler, const std::string& agent) {
        const std::string_view view = agent;
        const Identity identity = catalogue_->identify({&view, 1});
        const auto all = identity.all();
        return std::any_of(all.begin(), all.end(),
                           [&](const Claim& claim) { return claim.crawler == crawler; });
    };
    for (const Crawler* crawler : catalogue_->crawlers()) {
        // Of a crawler with aliases, one name may well be part of another.
        if (!crawler->aliases.empty()) continue;
        EXPECT_FALSE(claims(crawler, "Not" + crawler->name)) << crawler->name;
        if (std::isalnum(crawler->name.back()) == 0) continue;
        EXPECT_FALSE(claims(crawler, crawler->name + "anyApp/1.0")) << crawler->name;
    }
}

TEST_F(InstalledCatalogue, TakesLessThanTwoMebibytes) {
    EXPECT_LT(catalogue_->memory(), 2U << 20);
}

TEST_F(InstalledCatalogue, TakesNoPersonForABot) {
    const auto rows = rows_of("device-names.tsv");
    EXPECT_GE(rows.size(), 200U);
    for (const auto& row : rows) {
        const Category category = category_of(row[1]);
        EXPECT_TRUE(category == Category::browser || category == Category::unknown)
            << row[0] << ": " << name_of(category) << " " << row[1];
    }
}

TEST_F(InstalledCatalogue, TakesAiBotsThatItDoesNotKnowForAi) {
    const auto rows = rows_of("unseen-ai.tsv");
    EXPECT_GE(rows.size(), 40U);
    for (const auto& row : rows) EXPECT_TRUE(is_ai(category_of(row[1]))) << row[1];
}

TEST_F(InstalledCatalogue, TakesWhatOnlySoundsLikeAiForWhatItIs) {
    const auto rows = rows_of("sounds-like-ai.tsv");
    EXPECT_GE(rows.size(), 25U);
    for (const auto& row : rows) {
        EXPECT_EQ(name_of(category_of(row[2])), row[0]) << row[1] << ": " << row[2];
    }
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
