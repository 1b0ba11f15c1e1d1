// The tables of tests/policy: what each request gets at each site, with the real catalogue, the
// real parser and the real presets; and that every decision names the place where its rule stands.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "gate/judge.hpp"
#include "http/http.hpp"
#include "policy/policy.hpp"
#include "support/policy_tables.hpp"

namespace turnpike::test {
namespace {

policy::Vocabulary words_of(const identity::Catalogue& catalogue) {
    policy::Vocabulary words;
    words.find_crawler = [&catalogue](std::string_view name) { return catalogue.find(name); };
    for (const Crawler* crawler : catalogue.crawlers()) {
        words.crawlers.push_back(crawler->name);
        words.operators.push_back(crawler->operator_name);
    }
    return words;
}

std::set<std::string> all_examples() {
    std::set<std::string> paths;
    for (const Source& source : read_tree({"config/examples"}, {".yaml"})) {
        if (source.path.find("/fronts/") == std::string::npos) paths.insert(source.path);
    }
    return paths;
}

class Tables : public testing::Test {
protected:
    gate::Knowledge knowledge_of(const PolicyTable& table, const std::string& site) {
        gate::Knowledge knowledge;
        knowledge.catalogue = catalogue_;
        const policy::Vocabulary words = words_of(*catalogue_);
        Diagnostics out;
        const policy::Context context{
            .vocabulary = words, .read_file = {}, .environment = {}, .out = out};
        const TableSite& one = table.sites.at(site);
        const policy::SiteFile file{one.file, one.text};
        auto sites = policy::load_sites({&file, 1}, context);
        EXPECT_FALSE(out.has_errors()) << table.file << " " << site << "\n" << out.to_string();
        if (sites) knowledge.sites = std::move(*sites);
        return knowledge;
    }

    /// Whether the line that a decision names is that of its rule.
    void check_where(const PolicyTable& table, const std::string& site, const Decision& decision) {
        if (decision.where == nullptr) return;
        const std::string rule(decision.rule);
        const auto listed = table.rules.find(rule);
        ASSERT_NE(listed, table.rules.end())
            << table.file << " does not say where " << rule << " is";
        const auto& files = listed->second;
        EXPECT_TRUE(std::find(files.begin(), files.end(), decision.where->file) != files.end())
            << rule << " stands in " << decision.where->file;
        const TableSite& one = table.sites.at(site);
        const std::string text =
            decision.where->file == one.file
                ? one.text
                : read_file(std::filesystem::path(TURNPIKE_SOURCE) / decision.where->file);
        const auto lines = lines_of(text);
        ASSERT_LE(decision.where->line, lines.size());
        EXPECT_NE(lines[decision.where->line - 1].find("name: " + rule), std::string::npos)
            << decision.where->file << ":" << decision.where->line;
    }

    void check(const PolicyTable& table, const std::string& site, const TableRow& row) {
        const gate::Knowledge& knowledge = knowledge_[table.file + site];
        Arena arena;
        http::RequestParser parser(arena, {});
        const auto length = parser.parse(row.head);
        ASSERT_TRUE(length && *length) << row.head;
        const Address client = Address::parse(row.from).value();
        const auto judged =
            gate::judge(knowledge, gate::Inquiry{parser.head(), client, arena}, nullptr);
        ASSERT_TRUE(judged);
        const Decision& decision = judged->decision;
        EXPECT_EQ(std::string(name_of(decision.action)) + " " + std::string(decision.rule),
                  row.gets.at(site));
        check_where(table, site, decision);
        ASSERT_EQ(decision.observed_count, row.observed.size());
        for (std::size_t i = 0; i < row.observed.size(); ++i) {
            EXPECT_EQ(decision.observed[i]->name, row.observed[i]);
        }
    }

    std::shared_ptr<const identity::Catalogue> catalogue_ = identity::Catalogue::installed();
    std::map<std::string, gate::Knowledge> knowledge_;
};

TEST_F(Tables, EveryRequestGetsWhatTheTableSays) {
    for (const PolicyTable& table : policy_tables()) {
        for (const auto& entry : table.sites) {
            const std::string& site = entry.first;
            knowledge_[table.file + site] = knowledge_of(table, site);
            for (const TableRow& row : table.rows) {
                SCOPED_TRACE(table.file + ":" + std::to_string(row.line) + ": " + row.who + " at " +
                             site);
                check(table, site, row);
            }
        }
    }
}

TEST_F(Tables, SayOfSixtyRequestsWhatEveryPresetAndExampleMakesOfThem) {
    std::size_t requests = 0;
    for (const PolicyTable& table : policy_tables()) {
        std::set<std::string> presets;
        std::set<std::string> examples;
        for (const auto& [name, site] : table.sites) {
            if (site.text.find("\npreset: " + name) != std::string::npos) presets.insert(name);
            if (site.file != table.file) examples.insert(site.file);
        }
        const auto known = policy::preset_names();
        if (presets == std::set(known.begin(), known.end()) && examples == all_examples()) {
            requests += table.rows.size();
        }
    }
    EXPECT_GE(requests, 60U);
}

TEST_F(Tables, NameNoRuleThatDecidesNothing) {
    for (const PolicyTable& table : policy_tables()) {
        for (const auto& listed : table.rules) {
            const bool decides =
                std::any_of(table.rows.begin(), table.rows.end(), [&](const TableRow& row) {
                    return std::any_of(row.gets.begin(), row.gets.end(), [&](const auto& gets) {
                        return gets.second.ends_with(" " + listed.first);
                    });
                });
            EXPECT_TRUE(decides) << table.file << ": " << listed.first;
        }
    }
}

}  // namespace
}  // namespace turnpike::test
