// Reader, schema and page say the same, since all three are made of one table. After a change:
//   TURNPIKE_REWRITE=1 build/release/tests/config_reference_test     writes schema and page anew
#include <gtest/gtest.h>

#include <set>

#include "support/reference.hpp"
#include "support/sites.hpp"
#include "support/source_tree.hpp"

namespace turnpike::test::reference {
namespace {

constexpr const char* page = "docs/configuration.md";
constexpr const char* remedy =
    "\nmade of the tables of keys; to write it anew:"
    "\n  TURNPIKE_REWRITE=1 build/release/tests/config_reference_test";

bool is_table(const Field& field) {
    return field.fields != nullptr && field.fields->any == nullptr;
}

/// `fields`, and every mapping that can stand below it.
void collect(const Fields& fields, std::map<std::string_view, const Fields*>& found) {
    if (!found.emplace(fields.name, &fields).second) return;
    for (const Field& field : fields.rows) {
        if (is_table(field)) collect(*field.fields, found);
    }
}

std::map<std::string_view, const Fields*> all_mappings() {
    std::map<std::string_view, const Fields*> found;
    for (const Fields* root :
         {&config::turnpike_fields, &policy::site_fields, &policy::preset_fields}) {
        collect(*root, found);
    }
    return found;
}

/// The page with each table between `<!-- keys: NAME -->` and `<!-- end -->` as it should be.
std::string with_tables(std::string text, std::set<std::string_view>& seen) {
    constexpr std::string_view opener = "<!-- keys: ";
    constexpr std::string_view closer = "<!-- end -->";
    const auto mappings = all_mappings();
    for (std::size_t at = text.find(opener); at != text.npos; at = text.find(opener, at + 1)) {
        const std::size_t name_end = text.find(" -->", at);
        const auto found =
            mappings.find(text.substr(at + opener.size(), name_end - at - opener.size()));
        const std::size_t start = text.find('\n', at) + 1;
        const std::size_t end = text.find(closer, start);
        if (found == mappings.end() || end == text.npos) return "no table at " + text.substr(at);
        seen.insert(found->first);
        text.replace(start, end - start, page_table(*found->second));
    }
    return text;
}

enum class Show : bool { defaults, examples };

/// A mapping with every key that can be shown so, in one line of YAML; empty where what it needs
/// has no default.
std::string in_yaml(const Fields& fields, Show show) {
    std::string text;
    for (const Field& field : fields.rows) {
        std::string value(field.default_value);
        const bool again = field.fields == &fields;
        if (is_table(field) && !again && (show == Show::examples || value.empty())) {
            value = in_yaml(*field.fields, show);
            if (field.list && !value.empty()) value = "[" + value + "]";
        } else if (show == Show::examples && !field.example.empty()) {
            value = field.example;
        }
        if (value.empty() && field.required) return "";
        if (!value.empty()) {
            text += (text.empty() ? "" : ", ") + std::string(field.name) + ": " + value;
        }
    }
    return "{ " + text + " }";
}

config::Settings read(const std::string& text) {
    Diagnostics out;
    const auto document = config::Document::parse("turnpike.yaml", text, out);
    const auto settings = document ? config::Settings::read(*document, out) : config::Settings();
    EXPECT_EQ(out.to_string(), "") << text;
    return settings;
}

TEST(Reference, TheSchemasAreMadeOfTheTables) {
    const auto check = [](const std::string& name, const Fields& fields, std::string_view title) {
        const std::string schema = Schema().make(fields, title);
        EXPECT_EQ(written("share/" + name + ".schema.json", schema), schema) << remedy;
    };
    check("turnpike", config::turnpike_fields, "Turnpike: the instance, turnpike.yaml");
    check("site", policy::site_fields, "Turnpike: a site, sites.d/*.yaml");
    check("preset", policy::preset_fields, "Turnpike: a preset, rules that sites share");
}

TEST(Reference, ThePageIsMadeOfTheTables) {
    std::set<std::string_view> seen;
    const std::string text = with_tables(written(page), seen);
    EXPECT_EQ(written(page, text), text) << remedy;
    for (const auto& [name, fields] : all_mappings()) {
        EXPECT_TRUE(seen.contains(name)) << name << " has no table on the page";
    }
}

TEST(Reference, EveryRowShowsAValueAndSaysWhatItMeans) {
    for (const auto& [name, fields] : all_mappings()) {
        for (const Field& field : fields->rows) {
            const std::string where = std::string(name) + "." + std::string(field.name);
            EXPECT_FALSE(field.default_value.empty() && field.example.empty()) << where;
            EXPECT_TRUE(field.meaning.ends_with('.')) << where;
            EXPECT_EQ(field.meaning.find('|'), field.meaning.npos) << where << " breaks its table";
            EXPECT_FALSE(field.type == Type::mapping && field.fields == nullptr) << where;
            EXPECT_FALSE(field.type == Type::choice && field.words.empty()) << where;
            EXPECT_FALSE(field.type == Type::integer && field.least.empty()) << where;
        }
    }
}

TEST(Reference, EveryRowIsRead) {
    // A key that its reader does not take would be unknown.
    EXPECT_TRUE(read(in_yaml(config::turnpike_fields, Show::examples)).metrics);
    // Not every example goes with every other.
    const std::string preset = in_yaml(policy::preset_fields, Show::examples) + "\n";
    const std::string site = in_yaml(policy::site_fields, Show::examples) + "\n";
    EXPECT_EQ(load({{"site.yaml", site}}).said.find("unknown key"), std::string::npos) << site;
    const std::string user = site_text("preset: p.yaml\n");
    EXPECT_EQ(load({{"site.yaml", user}}, {{"p.yaml", preset}}).said.find("unknown key"),
              std::string::npos)
        << preset;
}

TEST(Reference, WordsAreThoseOfTheProgram) {
    const auto words = [](const Fields& fields, std::string_view key) {
        const auto found = fields.find(key)->words;
        return std::set<std::string>(found.begin(), found.end());
    };
    const std::vector<std::string> presets = policy::preset_names();
    EXPECT_EQ(words(policy::site_fields, "preset"),
              std::set<std::string>(presets.begin(), presets.end()));
    std::set<std::string> categories{"ai-*"};
    for (std::size_t i = 0; i < category_count; ++i) {
        categories.emplace(name_of(static_cast<Category>(i)));
    }
    EXPECT_EQ(words(policy::when_fields, "category"), categories);
    for (const std::string& action : words(policy::rule_fields, "then")) {
        EXPECT_TRUE(action_named(action)) << action;
    }
}

TEST(Reference, DefaultsAreWhatTheTablesSay) {
    const config::Settings said = read(in_yaml(config::turnpike_fields, Show::defaults));
    const config::Settings made;
    EXPECT_EQ(said.threads, made.threads);
    EXPECT_EQ(said.listen, made.listen);
    EXPECT_EQ(said.admin, made.admin);
    EXPECT_EQ(said.admin_token_file, made.admin_token_file);
    EXPECT_EQ(said.metrics, made.metrics);
    EXPECT_EQ(said.catalogue, made.catalogue);
    EXPECT_EQ(said.sites, made.sites);
    EXPECT_EQ(said.state_dir, made.state_dir);
    EXPECT_EQ(said.mode, made.mode);
    EXPECT_EQ(said.access_log, made.access_log);
    EXPECT_EQ(said.limits, made.limits);
    for (const char* inside : {"127.0.0.1", "::1"}) {
        EXPECT_TRUE(said.trusted_proxies.contains(*Address::parse(inside)));
        EXPECT_TRUE(made.trusted_proxies.contains(*Address::parse(inside)));
    }
    const auto metrics = all_mappings().at("metrics");
    EXPECT_EQ(metrics->find("max_series")->default_value, std::to_string(made.max_series));
}

}  // namespace
}  // namespace turnpike::test::reference
