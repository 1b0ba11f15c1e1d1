// The presets: every cell of the table that the documentation shows.
#include <gtest/gtest.h>

#include "support/sites.hpp"

namespace turnpike::test {
namespace {

struct Row {
    const char* preset;
    const char* actions;  // training search assistant agent scraper undocumented
};
// A allow, D deny, P pay
constexpr Row table[] = {
    {"block-ai", "DDDDDD"},
    {"block-training", "DAAADD"},
    {"charge-ai", "PPPPPD"},
    {"allow-all", "AAAAAA"},
};

const Site& site_with(const Loaded& loaded) {
    return loaded.sites->all().front();
}

Action action_of(char letter) {
    return letter == 'A' ? Action::allow : letter == 'P' ? Action::pay : Action::deny;
}

TEST(Presets, EveryCellOfTheTableHolds) {
    for (const Row& row : table) {
        const std::string preset = row.preset;
        const Loaded loaded =
            load({{"a.yaml", site_text("preset: " + preset + "\nprice: USD 0.01\n")}});
        ASSERT_TRUE(loaded.sites) << loaded.said;
        EXPECT_EQ(loaded.said, "");
        for (std::size_t i = 0; i < 6; ++i) {
            const auto category = static_cast<Category>(i);
            const auto decision =
                judge(site_with(loaded), {.names = {}, .category = category}, "/");
            EXPECT_EQ(decision->action, action_of(row.actions[i]))
                << preset << " for " << name_of(category);
            EXPECT_EQ(decision->price != nullptr, decision->action == Action::pay);
        }
    }
}

TEST(Presets, NobodyElseIsRefused) {
    for (const Row& row : table) {
        const std::string preset = row.preset;
        const Loaded loaded =
            load({{"a.yaml", site_text("preset: " + preset + "\nprice: USD 0.01\n")}});
        for (std::size_t i = 6; i < category_count; ++i) {
            const auto category = static_cast<Category>(i);
            const auto decision =
                judge(site_with(loaded), {.names = {}, .category = category}, "/");
            EXPECT_EQ(decision->action, Action::allow) << preset << " for " << name_of(category);
            EXPECT_EQ(decision->rule, "default");
        }
    }
}

/// What becomes of a client of that category that behaves so.
Decision decision_for(const Site& site, Category category, const Behaviour& behaviour) {
    Identity identity;
    identity.claims[0].category = category;
    const std::string_view path = "/";
    return decide(site, {.readings = {&path, 1},
                         .user_agents = {},
                         .identity = &identity,
                         .head = &no_request,
                         .client = {},
                         .behaviour = behaviour});
}

TEST(Presets, PeopleAreSlowedDownWhereOthersAreRefusedForTheirBehaviour) {
    using Level = Behaviour::Level;
    for (const Row& row : table) {
        const std::string preset = row.preset;
        if (preset == "allow-all") continue;
        const Loaded loaded =
            load({{"a.yaml", site_text("preset: " + preset + "\nprice: USD 0.01\n")}});
        const Site& site = site_with(loaded);
        for (std::size_t i = 6; i < category_count; ++i) {
            const auto category = static_cast<Category>(i);
            const auto action = [&](const Behaviour& behaviour) {
                return decision_for(site, category, behaviour).action;
            };
            const bool person = stands_for_people(category);
            EXPECT_TRUE(site.watched.has(category)) << preset;
            EXPECT_EQ(action({.level = Level::likely}), Action::throttle) << name_of(category);
            EXPECT_EQ(action({.level = Level::likely, .damning = true}), Action::throttle);
            EXPECT_EQ(action({.level = Level::certain}), person ? Action::throttle : Action::deny)
                << name_of(category);
            EXPECT_EQ(action({.level = Level::certain, .damning = true}), Action::deny);
        }
    }
}

TEST(Presets, ThatRefuseAllOfAKindDoNotWatchHowItBehaves) {
    const Loaded loaded = load({{"a.yaml", site_text("")}});
    for (std::size_t i = 0; is_ai(static_cast<Category>(i)); ++i) {
        EXPECT_FALSE(site_with(loaded).watched.has(static_cast<Category>(i)));
    }
    const Loaded all = load({{"a.yaml", site_text("preset: allow-all\n")}});
    EXPECT_FALSE(site_with(all).watched.has(Category::browser));
}

TEST(Presets, TheTableNamesAllThatAreInTheBinary) {
    std::vector<std::string> named;
    for (const Row& row : table) named.emplace_back(row.preset);
    std::vector<std::string> known = policy::preset_names();
    std::sort(named.begin(), named.end());
    std::sort(known.begin(), known.end());
    EXPECT_EQ(known, named);
}

TEST(Presets, AMultiPurposeCrawlerIsJudgedByItsMainCategory) {
    Crawler several = crawler("Googlebot", "Google", Category::search_engine);
    several.also = {Category::ai_training};
    Identity identity;
    identity.claims[0].crawler = &several;
    identity.claims[0].category = several.category;
    for (const Row& row : table) {
        const std::string preset = row.preset;
        const Loaded loaded =
            load({{"a.yaml", site_text("preset: " + preset + "\nprice: USD 0.01\n")}});
        const std::string_view path = "/";
        const Decision decision = decide(
            site_with(loaded), {.readings = {&path, 1}, .user_agents = {}, .identity = &identity});
        EXPECT_EQ(decision.action, Action::allow) << preset;
    }
}

TEST(Presets, AreTakenWhereASiteNamesNone) {
    const Loaded loaded = load({{"a.yaml", site_text("")}});
    ASSERT_TRUE(loaded.sites) << loaded.said;
    EXPECT_EQ(site_with(loaded).preset, "block-ai");
    const auto decision = judge(site_with(loaded), {.names = {"GPTBot"}}, "/");
    EXPECT_EQ(decision->action, Action::deny);
    EXPECT_EQ(decision->rule, "no-ai");
    EXPECT_EQ(decision->reason, "this site denies AI crawlers");
    EXPECT_EQ(decision->where->file, "config/presets/block-ai.yaml");
    EXPECT_GT(decision->where->line, 1U);
}

TEST(Presets, NoFileAtAllIsEveryHostWithBlockAi) {
    const policy::Vocabulary words = vocabulary();
    Diagnostics out;
    const policy::Context context{
        .vocabulary = words, .read_file = {}, .environment = {}, .out = out};
    const auto sites = policy::default_sites("http://127.0.0.1:3000", context);
    ASSERT_TRUE(sites) << out.to_string();
    for (const char* host : {"example.com", "", "[::1]:80"}) {
        const Site* site = sites->find(host);
        ASSERT_NE(site, nullptr) << host;
        EXPECT_EQ(site->name, "default");
        EXPECT_EQ(site->origin.address.authority(), "127.0.0.1:3000");
        EXPECT_EQ(action_for(*site, {.names = {"GPTBot"}}, "/"), "deny");
        EXPECT_EQ(action_for(*site, {.names = {"GPTBot"}}, "/robots.txt"), "allow");
        EXPECT_EQ(action_for(*site, {}, "/"), "allow");
    }
    EXPECT_FALSE(policy::default_sites("ftp://x", context));
    EXPECT_EQ(out.to_string(),
              "--origin: error: 'ftp://x' is not an origin: write http://host:port or "
              "unix:/path\n");
}

}  // namespace
}  // namespace turnpike::test
