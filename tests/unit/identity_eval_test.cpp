// What the installed catalogue scores on labelled user agents that may not ship with the project:
// $TURNPIKE_SHARED/data/eval/dev-*.tsv, rows of set, label, user agent. Skipped without them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "identity/identity.hpp"

namespace turnpike::identity {
namespace {

struct Row {
    std::string label;
    std::string agent;
    Identity identity;
};

class Evaluation : public testing::Test {
protected:
    void SetUp() override {
        if (std::getenv("TURNPIKE_SHARED") == nullptr) GTEST_SKIP() << "TURNPIKE_SHARED is not set";
    }
    std::vector<Row> rows_of(const std::string& set) {
        const std::string path = std::getenv("TURNPIKE_SHARED");
        std::ifstream file(path + "/data/eval/dev-" + set + ".tsv");
        std::vector<Row> rows;
        for (std::string line; std::getline(file, line);) {
            const std::size_t first = line.find('\t');
            const std::size_t second = line.find('\t', first + 1);
            const std::string_view agent = std::string_view(line).substr(second + 1);
            rows.push_back({.label = line.substr(first + 1, second - first - 1),
                            .agent = std::string(agent),
                            .identity = catalogue_->identify({&agent, 1})});
        }
        EXPECT_FALSE(rows.empty()) << set;
        return rows;
    }
    std::unique_ptr<const Catalogue> catalogue_ = Catalogue::installed();
};

/// Names that are called AI by some and not by others: no verdict on them is wrong.
bool is_disputed(std::string_view agent) {
    for (const std::string_view name :
         {"Applebot", "GoogleOther", "OAI-AdsBot", "Google-Pinpoint", "PetalBot", "AspiegelBot",
          "Bravebot", "anscient", "Awario", "YaK", "AddSearchBot", "EchoboxBot", "SemrushBot-OCOB",
          "SemrushBot-SWA", "scrapy", "Scrapy", "Lightpanda"}) {
        if (agent.find(name) != std::string_view::npos) return true;
    }
    return false;
}

TEST_F(Evaluation, CallsEveryAiCrawlerAnAi) {
    for (const char* set : {"ai", "synthetic"}) {
        for (const Row& row : rows_of(set)) {
            EXPECT_TRUE(is_ai(row.identity.main().category)) << to_tsv(row.identity, row.agent);
        }
    }
}

TEST_F(Evaluation, CallsFewOtherBotsAnAi) {
    const auto rows = rows_of("bot");
    std::size_t wrong = 0;
    std::string which;
    for (const Row& row : rows) {
        if (!is_ai(row.identity.main().category) || is_disputed(row.agent)) continue;
        ++wrong;
        which += row.label + "\t" + to_tsv(row.identity, row.agent) + "\n";
    }
    EXPECT_LE(static_cast<double>(wrong), 0.002 * static_cast<double>(rows.size())) << which;
    RecordProperty("other_bots_called_ai", std::to_string(wrong));
}

TEST_F(Evaluation, CallsNoBrowserAnythingElse) {
    for (const Row& row : rows_of("browser")) {
        const Category category = row.identity.main().category;
        EXPECT_TRUE(category == Category::browser || category == Category::unknown)
            << to_tsv(row.identity, row.agent);
    }
}

}  // namespace
}  // namespace turnpike::identity
