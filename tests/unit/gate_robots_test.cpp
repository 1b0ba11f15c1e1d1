// What a policy says in robots.txt, and how a gate answers with it.
#include "gate/robots.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/gate_test.hpp"
#include "support/sites.hpp"

namespace turnpike::test {
namespace {

using namespace std::chrono_literals;

robots::Wishes wishes_with(const std::string& lines) {
    static const auto catalogue = identity::Catalogue::installed();
    policy::Vocabulary words;
    words.find_crawler = [](std::string_view name) { return catalogue->find(name); };
    Diagnostics out;
    const policy::Context context{
        .vocabulary = words,
        .read_file = {},
        .environment = {},
        .out = out,
        .default_trap = [](const std::string& site) { return "/made/for/" + site; }};
    const policy::SiteFile file{"a.yaml", site_text(lines)};
    const auto sites = policy::load_sites({&file, 1}, context);
    EXPECT_TRUE(sites) << out.to_string();
    return sites ? gate::wishes_of(sites->all().front(), *catalogue) : robots::Wishes();
}

bool is_denied(const robots::Wishes& wishes, const std::string& token) {
    for (const auto& section : wishes.denied) {
        for (const std::string& each : section.tokens) {
            if (each == token) return true;
        }
    }
    return false;
}

TEST(Wishes, DenyWhomThePolicyDenies) {
    const robots::Wishes wishes = wishes_with("");
    EXPECT_TRUE(is_denied(wishes, "GPTBot"));
    EXPECT_TRUE(is_denied(wishes, "ChatGPT-User"));
    EXPECT_TRUE(is_denied(wishes, "Google-Extended")) << "it only controls a use";
    EXPECT_FALSE(is_denied(wishes, "Googlebot"));
    EXPECT_EQ(wishes.content_signal, "search=yes, ai-input=no, ai-train=no");
    EXPECT_EQ(wishes.content_usage, "search=y, train-ai=n");
    EXPECT_EQ(wishes.trap, "/made/for/example");
}

TEST(Wishes, FollowTheRulesOfTheSite) {
    const robots::Wishes wishes = wishes_with(R"(preset: block-training
trap: off
rules:
  - { name: partner, when: { crawler: GPTBot }, then: allow }
  - { name: not-here, when: { crawler: OAI-SearchBot }, then: deny }
  - { name: not-there, when: { crawler: ChatGPT-User, path: "/private/**" }, then: deny }
)");
    EXPECT_FALSE(is_denied(wishes, "GPTBot"));
    EXPECT_TRUE(is_denied(wishes, "OAI-SearchBot"));
    EXPECT_FALSE(is_denied(wishes, "ChatGPT-User")) << "only in one place";
    EXPECT_TRUE(is_denied(wishes, "ClaudeBot"));
    EXPECT_EQ(wishes.content_signal, "search=yes, ai-train=no") << "of whom no rule names";
    EXPECT_EQ(wishes.trap, "");
}

TEST(Wishes, DenyNobodyWhoMayPay) {
    const robots::Wishes wishes = wishes_with("preset: charge-ai\nprice: USD 0.01\n");
    EXPECT_FALSE(is_denied(wishes, "GPTBot"));
    EXPECT_EQ(wishes.content_signal, "search=yes, ai-input=no, ai-train=no");
}

TEST(Wishes, SayNothingWhereEverybodyIsLetIn) {
    const robots::Wishes wishes = wishes_with("preset: allow-all\n");
    EXPECT_TRUE(wishes.denied.empty());
    EXPECT_EQ(wishes.content_signal, "") << "letting in grants no use";
    EXPECT_EQ(wishes.content_usage, "");
}

TEST(Wishes, NameEachTokenOnceAndInOrder) {
    const robots::Wishes wishes = wishes_with("rules: [{ name: nobody, then: deny }]\n");
    std::set<std::string> seen;
    for (const auto& section : wishes.denied) {
        for (const std::string& token : section.tokens) {
            EXPECT_TRUE(seen.insert(token).second) << token << " stands twice";
        }
    }
    EXPECT_GT(seen.size(), 100U);
    EXPECT_EQ(wishes.content_signal, "search=no, ai-input=no, ai-train=no");
}

class GateRobots : public GateTest {
protected:
    void publish(const std::string& text, bool is_final = true) {
        auto files = std::make_shared<gate::RobotsFiles>();
        const auto served = compliance::History().with(text, loop_.clock().wall());
        files->emplace("example", std::make_shared<gate::RobotsFile>(text, served, is_final));
        gate_->use(files);
    }
    std::unique_ptr<FakeRequest> ask(const std::string& known_tag = "") {
        auto request = std::make_unique<FakeRequest>("/robots.txt");
        if (!known_tag.empty()) request->add("If-None-Match", known_tag);
        serve(*request);
        return request;
    }
};

TEST_F(GateRobots, IsAnsweredHereAndKeptByWhoHasItAlready) {
    open();
    publish("User-agent: *\nDisallow: /a\n");
    const auto first = ask();
    EXPECT_EQ(first->outlet.status, 200);
    EXPECT_EQ(first->outlet.body, "User-agent: *\nDisallow: /a\n");
    const std::string tag = first->outlet.field("ETag");
    const auto again = ask("W/" + tag);
    EXPECT_EQ(again->outlet.status, 304);
    EXPECT_EQ(again->outlet.body, "");
    publish("User-agent: *\nDisallow: /b\n");
    EXPECT_EQ(ask(tag)->outlet.status, 200);
}

TEST_F(GateRobots, IsWaitedForAMomentWhereItIsNotThereYet) {
    open();
    publish("# not all of it\n", false);
    const auto first = ask();
    EXPECT_FALSE(first->outlet.started());
    publish("# all of it\n");
    EXPECT_TRUE(until_all_end());
    EXPECT_EQ(first->outlet.body, "# all of it\n");
    publish("# not all of it\n", false);
    const auto second = ask();
    pass(1900ms);
    EXPECT_FALSE(second->outlet.started());
    pass(300ms);
    EXPECT_EQ(second->outlet.body, "# not all of it\n");
    EXPECT_TRUE(until_all_end());
}

TEST_F(GateRobots, IsTheOriginsWhereNothingIsPublished) {
    open();
    const auto request = ask();
    Peer origin = accept();
    origin.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    EXPECT_TRUE(until_all_end());
    EXPECT_EQ(request->outlet.body, "hi");
}

}  // namespace
}  // namespace turnpike::test
