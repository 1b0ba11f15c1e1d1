// Site, identity, decision: which site is meant, what cannot be judged, and that the judgement sees
// every User-Agent line and every reading of the path.
#include "gate/judge.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "http/http.hpp"

namespace turnpike::gate {
namespace {

constexpr std::string_view gptbot =
    "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)";
constexpr std::string_view firefox =
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

Rule rule(std::string name, Action then) {
    Rule made;
    made.name = std::move(name);
    made.then = then;
    return made;
}

/// Denies AI training, and /secret to everybody; /open is open.
Site some_site(std::string name, std::vector<std::string> hosts) {
    Site site;
    site.name = std::move(name);
    site.hosts = std::move(hosts);
    site.open_paths.add("/open/**");
    Rule no_training = rule("no-training", Action::deny);
    when::Categories training;
    training.set.add(Category::ai_training);
    no_training.when.add(training);
    site.rules.push_back(std::move(no_training));
    Rule secret = rule("secret", Action::deny);
    secret.when.add(when::Paths{{"/secret/**"}});
    site.rules.push_back(std::move(secret));
    return site;
}

class Judge : public testing::Test {
protected:
    Judge() {
        knowledge_.catalogue = identity::Catalogue::installed();
        serve({some_site("example", {"example.com"})});
    }
    void serve(std::vector<Site> sites) { knowledge_.sites = Sites(std::move(sites)); }

    Result<Judgement> ask(std::string_view host, std::string_view path,
                          const std::vector<std::string_view>& user_agents = {firefox}) {
        fields_.clear();
        for (const std::string_view line : user_agents) {
            fields_.push_back({"User-Agent", line, FieldId::user_agent});
            fields_.push_back({"Accept", "*/*", FieldId::accept});
        }
        RequestHead head;
        head.authority = host;
        head.path = path;
        head.fields = fields_;
        return judge(knowledge_, {head, Address{}, arena_}, cache_);
    }
    /// Where judging must succeed.
    Judgement judged(std::string_view host, std::string_view path,
                     const std::vector<std::string_view>& user_agents = {firefox}) {
        const Result<Judgement> judgement = ask(host, path, user_agents);
        if (!judgement) throw std::runtime_error(std::string(judgement.error().what));
        return *judgement;
    }
    Action action(std::string_view path, const std::vector<std::string_view>& user_agents) {
        return judged("example.com", path, user_agents).decision.action;
    }
    std::uint16_t status(std::string_view host, std::string_view path) {
        const Result<Judgement> judgement = ask(host, path);
        return judgement ? std::uint16_t{0} : judgement.error().status;
    }

    Knowledge knowledge_;
    identity::Verdicts verdicts_;
    identity::Verdicts* cache_ = &verdicts_;
    Arena arena_;
    std::vector<Field> fields_;
};

TEST_F(Judge, FindsTheSiteThatTheHostNames) {
    serve({some_site("one", {"one.example"}), some_site("many", {"*.example"})});
    EXPECT_EQ(judged("one.example", "/").site->name, "one");
    EXPECT_EQ(judged("ONE.example.:8080", "/").site->name, "one");
    EXPECT_EQ(judged("two.example", "/").site->name, "many");
}

TEST_F(Judge, AnswersAHostThatNoSiteHasWith421) {
    EXPECT_EQ(status("elsewhere.example", "/"), 421);
    EXPECT_EQ(status("example.com.evil.example", "/"), 421);
    EXPECT_EQ(ask("elsewhere.example", "/").error().fault, Fault::misdirected);
    EXPECT_EQ(ask("elsewhere.example", "/").error().side, Side::client);
}

TEST_F(Judge, AnswersNoHostWith400UnlessOneSiteTakesAll) {
    EXPECT_EQ(status("", "/"), 400);
    serve({some_site("any", {"*"})});
    EXPECT_EQ(judged("", "/").site->name, "any");
    EXPECT_EQ(judged("whatever.example", "/").site->name, "any");
}

TEST_F(Judge, AnswersAPathThatNobodyCanReadWith400) {
    EXPECT_EQ(status("example.com", "/a%00b"), 400);
    EXPECT_EQ(status("example.com", "/a%0ab"), 400);
    EXPECT_EQ(ask("example.com", "/a%00b").error().side, Side::client);
}

TEST_F(Judge, LetsABrowserInAndKeepsATrainerOut) {
    const Judgement person = judged("example.com", "/");
    EXPECT_EQ(person.decision.action, Action::allow);
    EXPECT_EQ(person.identity.main().category, Category::browser);
    const Judgement trainer = judged("example.com", "/", {gptbot});
    EXPECT_EQ(trainer.decision.action, Action::deny);
    EXPECT_EQ(trainer.decision.rule, "no-training");
    EXPECT_EQ(trainer.identity.main().crawler->name, "GPTBot");
}

TEST_F(Judge, KeepsOpenPathsOpen) {
    const Judgement open = judged("example.com", "/open/terms", {gptbot});
    EXPECT_EQ(open.decision.action, Action::allow);
    EXPECT_EQ(open.decision.rule, "open-path");
}

TEST_F(Judge, SeesEveryReadingOfThePath) {
    for (const char* path :
         {"/secret/x", "//secret/x", "/./secret/x", "/a/../secret/x", "/%73ecret/x", "/secret%2Fx",
          "/a/..%2Fsecret/x", "/secret;v=1/x", "/secret%5Cx", "/open/..%2F..%2Fsecret/x"}) {
        EXPECT_EQ(action(path, {firefox}), Action::deny) << path;
    }
    EXPECT_EQ(action("/secrets/x", {firefox}), Action::allow);
    // Open in one reading only is not open.
    EXPECT_EQ(action("/open/..%2Fpage", {gptbot}), Action::deny);
    EXPECT_EQ(action("/open%2Fpage", {gptbot}), Action::deny);
}

TEST_F(Judge, SeesEveryUserAgentLine) {
    EXPECT_EQ(action("/", {firefox, gptbot}), Action::deny);
    EXPECT_EQ(action("/", {gptbot, firefox}), Action::deny);
    EXPECT_EQ(action("/", {firefox, firefox}), Action::allow);
    EXPECT_EQ(action("/", {}), Action::allow);
    EXPECT_EQ(action("/", {""}), Action::allow);
}

TEST_F(Judge, SaysTheSameWithoutTheCacheAndTheSecondTime) {
    for (const std::string_view agent : {gptbot, firefox, std::string_view()}) {
        cache_ = &verdicts_;
        const Judgement first = judged("example.com", "/", {agent});
        const Judgement second = judged("example.com", "/", {agent});
        cache_ = nullptr;
        const Judgement bare = judged("example.com", "/", {agent});
        for (const Judgement* other : {&second, &bare}) {
            EXPECT_EQ(first.decision.action, other->decision.action) << agent;
            EXPECT_EQ(first.decision.rule, other->decision.rule) << agent;
            EXPECT_EQ(first.identity.main().crawler, other->identity.main().crawler) << agent;
            EXPECT_EQ(first.identity.main().category, other->identity.main().category) << agent;
        }
    }
}

TEST_F(Judge, ObservesWhereTheSiteSaysSo) {
    Site watched = some_site("watched", {"watched.example"});
    watched.mode = Mode::observe;
    serve({some_site("example", {"example.com"}), std::move(watched)});
    EXPECT_EQ(judged("example.com", "/", {gptbot}).mode, Mode::enforce);
    const Judgement trainer = judged("watched.example", "/", {gptbot});
    EXPECT_EQ(trainer.mode, Mode::observe);
    EXPECT_EQ(trainer.decision.action, Action::deny) << "the decision is what it would have been";
}

TEST_F(Judge, ObservesEverywhereAtThePanicSwitch) {
    knowledge_.observe = true;
    const Judgement trainer = judged("example.com", "/", {gptbot});
    EXPECT_EQ(trainer.mode, Mode::observe);
    EXPECT_EQ(trainer.decision.action, Action::deny);
}

}  // namespace
}  // namespace turnpike::gate
