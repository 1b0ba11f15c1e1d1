// Overrides: who is let in by one, who is not, and what is said of it.
#include "gate/overrides.hpp"

#include <gtest/gtest.h>

#include "gate/judge.hpp"

namespace turnpike::gate {
namespace {

constexpr std::string_view gptbot = "GPTBot/1.2";
constexpr std::string_view firefox =
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
constexpr std::string_view forged = "Mozilla/5.0 (compatible; Google-Extended/1.0)";

const Override::Time noon{std::chrono::sys_days{std::chrono::November / 26 / 2026} +
                          std::chrono::hours(12)};

/// Before a site that denies AI crawlers, and browsers on /members.
class OverridesTest : public testing::Test {
protected:
    OverridesTest() {
        knowledge_.catalogue = identity::Catalogue::installed();
        std::vector<Site> sites;
        for (const char* name : {"example", "other"}) {
            Site& site = sites.emplace_back();
            site.name = name;
            site.hosts = {name + std::string(".com")};
            site.open_paths.add("/robots.txt");
            Rule ai;
            ai.name = "no-ai";
            ai.then = Action::deny;
            when::Categories categories;
            for (std::size_t i = 0; is_ai(static_cast<Category>(i)); ++i) {
                categories.set.add(static_cast<Category>(i));
            }
            ai.when.add(categories);
            site.rules.push_back(std::move(ai));
            Rule members;
            members.name = "members";
            members.then = Action::throttle;
            members.rate = Rate{};
            members.when.add(when::Paths{{"/members"}});
            site.rules.push_back(std::move(members));
        }
        knowledge_.sites = Sites(std::move(sites));
    }
    void allow(const char* address, std::string crawler = {}, std::string site = {}) {
        Override each;
        each.number = static_cast<std::uint32_t>(list_.size() + 1);
        if (address != nullptr) each.address = Prefix::parse(address);
        each.crawler = std::move(crawler);
        each.site = std::move(site);
        each.expires = noon;
        list_.push_back(std::move(each));
    }
    void observe(std::string site = {}) {
        Override each;
        each.kind = Override::Kind::observe;
        each.site = std::move(site);
        list_.push_back(std::move(each));
    }
    Judgement ask(std::string_view agent, const char* from = "203.0.113.7",
                  std::string_view path = "/", std::string_view host = "example.com") {
        overrides_ = std::make_unique<Overrides>(list_);
        const Field field{"User-Agent", agent, FieldId::user_agent};
        RequestHead head;
        head.authority = host;
        head.path = path;
        head.fields = std::span(&field, 1);
        const Address client = *Address::parse(from);
        return *judge(knowledge_, {head, client, arena_, overrides_.get()}, nullptr);
    }
    Action action(std::string_view agent, const char* from = "203.0.113.7") {
        return ask(agent, from).decision.action;
    }

    Knowledge knowledge_;
    Arena arena_;
    std::vector<Override> list_;
    std::unique_ptr<Overrides> overrides_;
};

TEST_F(OverridesTest, LetInWhoComesFromTheAddress) {
    allow("203.0.113.7");
    allow("2001:db8:1::/48");
    EXPECT_EQ(action(gptbot), Action::allow);
    EXPECT_EQ(action(gptbot, "2001:db8:1::9"), Action::allow);
    EXPECT_EQ(action(gptbot, "203.0.113.8"), Action::deny);
    EXPECT_EQ(action(gptbot, "2001:db8:2::9"), Action::deny);
}

TEST_F(OverridesTest, SayWhoseDoingItIsAndForHowLong) {
    allow("203.0.113.7");
    const Decision decision = ask(gptbot).decision;
    EXPECT_EQ(decision.rule, "override");
    EXPECT_EQ(decision.where, nullptr);
    EXPECT_EQ(decision.reason, "override 1 lets it in until 2026-11-26 12:00 UTC");
}

TEST_F(OverridesTest, LetInACrawlerByItsName) {
    allow(nullptr, "GPTBot");
    EXPECT_EQ(action(gptbot), Action::allow);
    EXPECT_EQ(action("ClaudeBot/1.0"), Action::deny);
}

TEST_F(OverridesTest, LetInOnlyTheClaimThatTheyName) {
    allow(nullptr, "GPTBot");
    const Judgement both = ask("GPTBot/1.2 ClaudeBot/1.0");
    EXPECT_EQ(both.decision.action, Action::deny);
    EXPECT_EQ(both.decision.rule, "no-ai");
    EXPECT_EQ(both.identity.claims[both.decision.claim].crawler->name, "ClaudeBot");
    allow("203.0.113.7", "ClaudeBot");
    EXPECT_EQ(action("GPTBot/1.2 ClaudeBot/1.0"), Action::allow);
    EXPECT_EQ(action("GPTBot/1.2 ClaudeBot/1.0", "203.0.113.8"), Action::deny);
}

TEST_F(OverridesTest, LetInACrawlerFromAnAddressOnlyWhereBothAreSo) {
    allow("203.0.113.7", "GPTBot");
    EXPECT_EQ(action(gptbot), Action::allow);
    EXPECT_EQ(action(gptbot, "203.0.113.8"), Action::deny);
    EXPECT_EQ(action("ClaudeBot/1.0"), Action::deny);
}

TEST_F(OverridesTest, LetInABorrowedNameOnlyByItsAddress) {
    ASSERT_EQ(ask(forged).decision.rule, "forged");
    allow(nullptr, "Google-Extended");
    EXPECT_EQ(action(forged), Action::deny);
    allow("203.0.113.7", "Google-Extended");
    EXPECT_EQ(action(forged), Action::allow);
    EXPECT_EQ(action(forged, "203.0.113.8"), Action::deny);
}

TEST_F(OverridesTest, MayBeForOneSite) {
    allow(nullptr, "GPTBot", "other");
    EXPECT_EQ(ask(gptbot, "203.0.113.7", "/", "example.com").decision.action, Action::deny);
    EXPECT_EQ(ask(gptbot, "203.0.113.7", "/", "other.com").decision.action, Action::allow);
}

TEST_F(OverridesTest, LiftRates) {
    ASSERT_EQ(ask(firefox, "203.0.113.7", "/members").decision.action, Action::throttle);
    allow("203.0.113.7");
    const Decision decision = ask(firefox, "203.0.113.7", "/members").decision;
    EXPECT_EQ(decision.action, Action::allow);
    EXPECT_EQ(decision.rate, nullptr);
}

TEST_F(OverridesTest, LeaveAloneWhoGetsInAnyway) {
    allow("203.0.113.7");
    EXPECT_EQ(ask(firefox).decision.rule, "default");
    EXPECT_EQ(ask(gptbot, "203.0.113.7", "/robots.txt").decision.rule, "open-path");
}

TEST_F(OverridesTest, MakeASiteObserveOrAll) {
    observe("other");
    EXPECT_EQ(ask(gptbot).mode, Mode::enforce);
    EXPECT_EQ(ask(gptbot, "203.0.113.7", "/", "other.com").mode, Mode::observe);
    EXPECT_EQ(ask(gptbot, "203.0.113.7", "/", "other.com").decision.action, Action::deny);
    observe();
    EXPECT_EQ(ask(gptbot).mode, Mode::observe);
}

}  // namespace
}  // namespace turnpike::gate
