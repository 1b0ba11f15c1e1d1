// Refusals and apologies: status by action, format by Accept, and nothing from outside that a
// format could take for its own syntax.
#include "gate/refusal.hpp"

#include <gtest/gtest.h>

#include <boost/json/src.hpp>
#include <optional>
#include <string>
#include <vector>

#include "support/fake_exchange.hpp"

namespace turnpike::gate {
namespace {

constexpr std::string_view id = "0123456789abcdef";
constexpr std::string_view browser_accept = "text/html,application/xhtml+xml,*/*;q=0.8";

std::string_view field(const ResponseHead& head, std::string_view name) {
    for (const Field& each : head.fields) {
        if (each.name == name) return each.value;
    }
    return "(none)";
}

class Refusal : public testing::Test {
protected:
    Refusal() {
        crawler_.name = "GPTBot";
        crawler_.category = Category::ai_training;
        site_.contact = "mailto:web@example.com";
        judgement_.site = &site_;
        judgement_.identity.claims[0] = {&crawler_, Category::ai_training, Proof::none, "GPTBot"};
        judgement_.decision.action = Action::deny;
        judgement_.decision.rule = "no-training";
        judgement_.decision.reason = "Training is not allowed here.";
    }

    /// The refusal for a client with this Accept field; null: none.
    OwnResponse refuse(const char* accept, std::string_view path = "/") {
        request_.emplace(path);
        if (accept != nullptr) request_->add("Accept", accept);
        refusals_.emplace(pages_);
        return check(refusals_->make(request_->exchange(), judgement_, id));
    }
    OwnResponse apologise(const char* accept, const Error& error) {
        request_.emplace("/");
        if (accept != nullptr) request_->add("Accept", accept);
        refusals_.emplace(pages_);
        return check(refusals_->apologise(request_->exchange(), error, id));
    }
    boost::json::object problem() {
        const OwnResponse response = refuse("application/json");
        return boost::json::parse(
                   boost::json::string_view(response.body.data(), response.body.size()))
            .as_object();
    }

    const Pages pages_;
    std::optional<Refusals> refusals_;  // each time anew: nothing from memory
    Crawler crawler_;
    Site site_;
    Judgement judgement_;

private:
    /// What holds for every answer of ours.
    static OwnResponse check(const OwnResponse& response) {
        EXPECT_EQ(response.head.framing, Framing::length);
        EXPECT_TRUE(response.head.has_content_length);
        EXPECT_EQ(response.head.content_length, response.body.size());
        EXPECT_EQ(field(response.head, "X-Turnpike-Id"), id);
        EXPECT_EQ(field(response.head, "Cache-Control"), "no-store");
        EXPECT_NE(response.body.find(id), std::string_view::npos);
        EXPECT_EQ(response.body.back(), '\n');
        return response;
    }

    std::optional<test::FakeRequest> request_;
};

TEST_F(Refusal, HasTheStatusOfItsAction) {
    EXPECT_EQ(refuse(nullptr).head.status, 403);
    judgement_.decision.action = Action::pay;
    EXPECT_EQ(refuse(nullptr).head.status, 402);
    judgement_.decision.action = Action::throttle;
    EXPECT_EQ(refuse(nullptr).head.status, 429);
}

TEST_F(Refusal, ComesInTheFormatThatAcceptNames) {
    constexpr std::string_view text = "text/plain; charset=utf-8";
    constexpr std::string_view html = "text/html; charset=utf-8";
    constexpr std::string_view problem_json = "application/problem+json";
    const auto type = [&](const char* accept) {
        return std::string(field(refuse(accept).head, "Content-Type"));
    };
    EXPECT_EQ(type(nullptr), text);
    EXPECT_EQ(type(""), text);
    EXPECT_EQ(type("*/*"), text);
    EXPECT_EQ(type("image/png"), text);
    EXPECT_EQ(type(browser_accept.data()), html);
    EXPECT_EQ(type("application/json"), problem_json);
    EXPECT_EQ(type("application/problem+json, */*"), problem_json);
}

TEST_F(Refusal, SaysWhoWhyByWhichRuleAndWhomToAsk) {
    for (const char* accept : {"*/*", browser_accept.data(), "application/json"}) {
        const std::string body(refuse(accept).body);
        for (const char* said :
             {"GPTBot", "Training is not allowed here.", "no-training", "web@example.com"}) {
            EXPECT_NE(body.find(said), std::string::npos) << accept << ": " << said;
        }
    }
}

TEST_F(Refusal, IsNeverHtmlForRobotsTxt) {
    EXPECT_EQ(field(refuse(browser_accept.data(), "/robots.txt").head, "Content-Type"),
              "text/plain; charset=utf-8");
    EXPECT_EQ(field(refuse("application/json", "/robots.txt").head, "Content-Type"),
              "text/plain; charset=utf-8");
}

TEST_F(Refusal, NamesTheCategoryWhereNoCrawlerIsKnown) {
    judgement_.identity.claims[0] = {nullptr, Category::http_library, Proof::none, "curl"};
    EXPECT_EQ(problem().at("category").as_string(), "http-library");
    EXPECT_FALSE(problem().contains("crawler"));
    EXPECT_NE(refuse(nullptr).body.find("We take you for: an HTTP library, by your User-Agent\n"),
              std::string_view::npos);
}

TEST_F(Refusal, SaysThatANameIsBorrowedWhereItIsForged) {
    judgement_.identity.claims[0].proof = Proof::forged;
    EXPECT_NE(refuse(nullptr).body.find("somebody who borrows the name GPTBot"),
              std::string_view::npos);
}

TEST_F(Refusal, TellsWhatEveryKindOfClientIs) {
    for (std::size_t i = 0; i < category_count; ++i) {
        judgement_.identity.claims[0] = {nullptr, static_cast<Category>(i), Proof::none, {}};
        const std::string body(refuse(nullptr).body);
        const bool article =
            body.find("for: a ") != body.npos || body.find("for: an ") != body.npos;
        EXPECT_TRUE(article) << body;
    }
}

TEST_F(Refusal, LinksTheContactWhereItIsAnAddress) {
    const auto link = [&](const char* contact) {
        site_.contact = contact;
        const std::string body(refuse(browser_accept.data()).body);
        const std::size_t start = body.find("href=\"");
        if (start == body.npos) return std::string("none");
        return body.substr(start + 6, body.find("</a>", start) - start - 6);
    };
    EXPECT_EQ(link("mailto:web@example.com"),
              "mailto:web@example.com?subject=Refused%200123456789abcdef\">web@example.com");
    EXPECT_EQ(link("web@example.com"),
              "mailto:web@example.com?subject=Refused%200123456789abcdef\">web@example.com");
    EXPECT_EQ(link("mailto:web@example.com?cc=me@example.com"),
              "mailto:web@example.com?cc=me@example.com&amp;subject=Refused%200123456789abcdef\">"
              "web@example.com");
    EXPECT_EQ(link("https://example.com/contact"),
              "https://example.com/contact\">https://example.com/contact");
    for (const char* words :
         {"ask at the desk", "javascript:alert(1)", "data:text/html,x", "@", ""}) {
        EXPECT_EQ(link(words), "none") << words;
    }
}

TEST_F(Refusal, LetsItsHtmlLoadNothing) {
    const ResponseHead head = refuse(browser_accept.data()).head;
    EXPECT_EQ(field(head, "Content-Security-Policy"),
              "default-src 'none'; style-src 'unsafe-inline'");
    EXPECT_EQ(field(refuse(nullptr).head, "Content-Security-Policy"), "(none)");
}

TEST_F(Refusal, NamesTheClaimThatDecided) {
    judgement_.identity.claims[1] = {nullptr, Category::monitor, Proof::none, {}};
    judgement_.identity.claim_count = 2;
    judgement_.decision.claim = 1;
    EXPECT_EQ(problem().at("category").as_string(), "monitor");
}

TEST_F(Refusal, SendsThePersonBehindAnAssistantToTheBrowser) {
    EXPECT_FALSE(problem().contains("advice"));
    for (const Category category : {Category::ai_assistant, Category::ai_agent}) {
        judgement_.identity.claims[0].category = category;
        EXPECT_NE(std::string(problem().at("advice").as_string()).find("browser"),
                  std::string::npos);
    }
}

TEST_F(Refusal, TellsThePriceInFieldAndBody) {
    EXPECT_EQ(field(refuse(nullptr).head, "crawler-price"), "(none)");
    const Money price{"USD", 10'000};
    judgement_.decision.action = Action::pay;
    judgement_.decision.price = &price;
    const OwnResponse response = refuse(nullptr);
    EXPECT_EQ(field(response.head, "crawler-price"), "USD 0.01");
    EXPECT_NE(response.body.find("Price: USD 0.01\n"), std::string_view::npos);
    EXPECT_EQ(problem().at("price").as_string(), "USD 0.01");
}

TEST_F(Refusal, LeavesOutWhatIsNotKnown) {
    site_.contact.clear();
    EXPECT_FALSE(problem().contains("contact"));
    EXPECT_EQ(refuse(nullptr).body.find("Contact"), std::string_view::npos);
    EXPECT_EQ(refuse(browser_accept.data()).body.find("Contact"), std::string_view::npos);
}

/// Texts that would mean something to a format if it did not escape them.
const std::vector<std::string>& hostile_texts() {
    static const std::vector<std::string> texts = {
        "<script>alert(1)</script>",
        "</title><img src=x onerror=alert(1)>",
        R"(quote " and backslash \ and both \")",
        "&lt;b&gt; &amp;amp;",
        std::string("tab\t, escape\x1b, nothing\0.", 24),
        "two\r\nSet-Cookie: a=b\r\n\r\nlines",
        R"(","rule":"another)",
        "Stra\xc3\x9f"
        "e, \xe6\x9d\xb1\xe4\xba\xac, \xf0\x9f\x9a\xa7, delete\x7f",
        std::string(5000, '"'),
        std::string(5000, '\1'),
    };
    return texts;
}

TEST_F(Refusal, JsonGivesBackHostileTextsAsTheyAre) {
    for (const std::string& text : hostile_texts()) {
        crawler_.name = site_.contact = text;
        judgement_.decision.rule = judgement_.decision.reason = text;
        const boost::json::object said = problem();
        for (const char* member : {"crawler", "rule", "contact", "detail"}) {
            EXPECT_EQ(std::string(said.at(member).as_string()), text) << member;
        }
        EXPECT_EQ(said.at("title").as_string(), "Forbidden");
        EXPECT_EQ(said.at("type").as_string(), "about:blank");
        EXPECT_EQ(said.at("status").as_int64(), 403);
        EXPECT_EQ(said.at("id").as_string(), boost::json::string_view(id.data(), id.size()));
        EXPECT_EQ(said.size(), 9u);
    }
}

/// The texts between tags with the entities resolved, and the tags.
struct Html {
    explicit Html(std::string_view page) {
        while (!page.empty()) {
            const bool tag = page.front() == '<';
            const std::size_t end =
                tag ? page.find('>') + 1 : std::min(page.find('<'), page.size());
            (tag ? tags : texts) += resolved(page.substr(0, end));
            page.remove_prefix(end);
        }
    }
    static std::string resolved(std::string_view text) {
        std::string out(text);
        const std::pair<const char*, const char*> entities[] = {
            {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};
        for (const auto& [entity, sign] : entities) {
            for (std::size_t at = 0; (at = out.find(entity, at)) != std::string::npos; ++at) {
                out.replace(at, std::string_view(entity).size(), sign);
            }
        }
        return out;
    }
    std::string tags;
    std::string texts;
};

TEST_F(Refusal, HtmlShowsHostileTextsAndNeverObeysThem) {
    site_.contact = "ask at the desk";
    const std::string harmless = Html(refuse(browser_accept.data()).body).tags;
    for (const std::string& text : hostile_texts()) {
        crawler_.name = site_.contact = text;
        judgement_.decision.rule = judgement_.decision.reason = text;
        const Html page(refuse(browser_accept.data()).body);
        EXPECT_EQ(page.tags, harmless) << text;
        for (const char* label : {"We take you for", "Rule", "contact "}) {
            EXPECT_NE(page.texts.find(label + text), std::string::npos) << text;
        }
    }
}

TEST_F(Refusal, HostileTextsChangeNoField) {
    for (const std::string& text : hostile_texts()) {
        crawler_.name = site_.contact = text;
        judgement_.decision.rule = judgement_.decision.reason = text;
        const ResponseHead head = refuse(nullptr).head;
        ASSERT_EQ(head.fields.size(), 3u);
        for (const Field& each : head.fields) {
            EXPECT_EQ(each.value.find_first_of("\r\n"), std::string_view::npos);
        }
    }
}

// Refusals keeps what it made: whatever was asked before, the answer is the one made anew.
TEST_F(Refusal, IsTheSameFromMemory) {
    const std::vector<std::string> rules = {"no-training", "pay-up", "slow-down"};
    const Money price{"USD", 10'000};
    std::vector<Crawler> crawlers(20);
    for (std::size_t i = 0; i < crawlers.size(); ++i) crawlers[i].name = "Bot" + std::to_string(i);
    Site other;
    other.contact = "mailto:other@example.org";
    Refusals refusals(pages_);
    int compared = 0;
    const auto compare = [&](const char* accept, std::string_view path) {
        const std::string new_id = "id-of-" + std::to_string(1'000'000'000 + compared++);
        test::FakeRequest request(path);
        request.add("Accept", accept);
        Refusals anew(pages_);
        const OwnResponse made = anew.make(request.exchange(), judgement_, new_id);
        const OwnResponse kept = refusals.make(request.exchange(), judgement_, new_id);
        ASSERT_EQ(kept.body, made.body);
        ASSERT_EQ(kept.head.status, made.head.status);
        ASSERT_EQ(kept.head.content_length, made.body.size());
        ASSERT_EQ(kept.head.fields.size(), made.head.fields.size());
        for (std::size_t i = 0; i < made.head.fields.size(); ++i) {
            ASSERT_EQ(kept.head.fields[i].name, made.head.fields[i].name);
            ASSERT_EQ(kept.head.fields[i].value, made.head.fields[i].value);
        }
    };
    for (int round = 0; round < 2; ++round) {
        for (std::size_t i = 0; i < 3 * crawlers.size(); ++i) {
            const auto category = i % 2 == 0 ? Category::ai_training : Category::ai_assistant;
            const Crawler* crawler = i % 7 == 0 ? nullptr : &crawlers[i / 3];
            judgement_.identity.claims[0] = {crawler, category, Proof::none, {}};
            judgement_.site = i % 5 == 0 ? &other : &site_;
            judgement_.decision.rule = rules[i % 3];
            judgement_.decision.action =
                std::array{Action::deny, Action::pay, Action::throttle}[i % 3];
            judgement_.decision.price = i % 3 == 1 ? &price : nullptr;
            for (const char* accept : {"*/*", browser_accept.data(), "application/json"}) {
                compare(accept, "/");
                compare(accept, "/robots.txt");
            }
        }
    }
    EXPECT_EQ(compared, 720);
}

TEST_F(Refusal, AnApologyHasTheErrorsStatusAndWords) {
    const Error error{Fault::timed_out, Side::origin, 504, "the origin did not answer in time"};
    const OwnResponse text = apologise(nullptr, error);
    EXPECT_EQ(text.head.status, 504);
    EXPECT_EQ(text.body,
              "Gateway Timeout\n\nThe origin did not answer in time.\n\nId: 0123456789abcdef\n");
    const OwnResponse json = apologise("application/json", error);
    const auto said =
        boost::json::parse(boost::json::string_view(json.body.data(), json.body.size()));
    EXPECT_EQ(said.at("status").as_int64(), 504);
    EXPECT_EQ(said.at("detail").as_string(), "the origin did not answer in time");
    EXPECT_EQ(field(apologise(browser_accept.data(), error).head, "Content-Type"),
              "text/html; charset=utf-8");
}

}  // namespace
}  // namespace turnpike::gate
