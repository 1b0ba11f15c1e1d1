// What rules/unknown-bots.yaml makes of bots that no catalogue knows, and of people who only look
// like them. No crawler is known here: the catalogue has that one file.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "identity/identity.hpp"

namespace turnpike::identity {
namespace {

class UnknownBots : public testing::Test {
protected:
    static void SetUpTestSuite() {
        std::ifstream file(TURNPIKE_SOURCE "/rules/unknown-bots.yaml");
        std::stringstream text;
        text << file.rdbuf();
        const CatalogueFile rules{.name = "unknown-bots.yaml", .text = text.str()};
        Diagnostics diagnostics;
        catalogue_ = Catalogue::load({&rules, 1}, diagnostics).release();
        ASSERT_EQ(diagnostics.to_string(), "");
    }
    static void TearDownTestSuite() { delete catalogue_; }

    static Claim claim(std::string_view agent) { return catalogue_->identify({&agent, 1}).main(); }
    static void expect(std::string_view category, const std::vector<const char*>& agents) {
        for (const char* agent : agents) {
            EXPECT_EQ(name_of(claim(agent).category), category) << agent;
            EXPECT_EQ(claim(agent).crawler, nullptr);
        }
    }

    static const Catalogue* catalogue_;
};
const Catalogue* UnknownBots::catalogue_ = nullptr;

TEST_F(UnknownBots, AreTakenAtTheirWordWhereTheirNameSaysAi) {
    expect("ai-undocumented",
           {"FennecLLMBot/1.0 (+https://fennec.example/bot)", "fennecllmbot",
            "Cinder-training-data-crawler/2.1", "NimbusRAGFetcher/1.0 python-httpx/0.28",
            "Mozilla/5.0 (compatible; VellumGPT/0.3)", "Brindle-AI-Search/1.2", "AcmeAIScraper",
            "Mozilla/5.0 (compatible; Acme-AI/1.0)", "genai-indexer/0.1", "embedding-crawler",
            "WexChatbot/2.0", "wex-ai", "WexGPT/1.0", "wex-claude-reader/0.2", "mcp-wex/1",
            "wex.ai/1.0", "DeepResearchAgent/1.0 (+https://wex.example)",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; OrrinAI-User/1.0; "
            "+https://orrin.example/bot) Chrome/150.0.0.0 Safari/537.36",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/150.0.0.0 Safari/537.36; OrrinGPTBot/1.0"});
}

TEST_F(UnknownBots, AreTakenAtTheirWordWhereTheirContactSaysAi) {
    expect("ai-undocumented",
           {"Mozilla/5.0 (compatible; Wexcrawler/1.0; +https://wex.ai/bot)",
            "Wexbot (crawler@openai.example)", "Wexbot/1.0 (+https://wex.example/llm/crawler)",
            "Mozilla/5.0 (compatible; Wex/1.0; +https://docs.wex.ai/)",
            "Mozilla/5.0 (X11; Wexbot; +https://wex.ai/bot) Gecko/20100101 Firefox/150.0"});
}

TEST_F(UnknownBots, AreTakenForAiWhereTheyFetchForAPersonsQuestion) {
    expect(
        "ai-undocumented",
        {"Wex-User/1.0", "Mozilla/5.0 (compatible; Wex-User; +https://wex.example)",
         "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Wex-User/0.1) "
         "Chrome/119.0.6045.214 Safari/537.36",
         "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/132.0.0.0 Safari/537.36; Wex-User/1.0"});
    // A build of Android, a machine for many, a word of its own.
    expect("browser",
           {"Mozilla/5.0 (Linux; U; Android 1.6; de-de; Garminfone Build/DRC79) AppleWebKit/528.5+ "
            "(KHTML, like Gecko) Version/3.1.2 Mobile Safari/525.20.1; A50-V4.0.25-user-20100722",
            "Mozilla/5.0 (X11; Multi-User Linux) Gecko/20100101 Firefox/140.0"});
    expect("unknown", {"WexUser/1.0", "wex-user/1.0", "Wex-User-Tools/1.0", "End-Users"});
}

TEST_F(UnknownBots, AreOtherBotsWhereNothingSaysAi) {
    expect(
        "other-bot",
        {"Wexbot", "wex-crawler/0.5", "Wexbot2/1.0", "videootv Bot", "SpeedySpider",
         "Mozilla/5.0 (compatible; Wex/1.0; +http://wex.example/about)",
         "Wex/1.0 (http://wex.example/)", "Mozilla/5.0 (compatible; Wex/1.0; +wex.com)",
         "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
         "Safari/537.36 (Wex/1.0; +https://wex.example)",
         "Mozilla/5.0 (iPhone; CPU iPhone OS 8_3 like Mac OS X) AppleWebKit/600.1.4 (KHTML, like "
         "Gecko) Version/8.0 Mobile/12F70 Safari/600.1.4 (compatible; Wexbot/0.1)",
         "DoCoMo/2.0 P900i(c100;TB;W24H11) (compatible; wexbot/mobile; +http://wex.example/)"});
}

TEST_F(UnknownBots, AreSeenInTheWayTheyIntroduceThemselves) {
    expect("other-bot",
           {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko; compatible; "
            "Wex-Agent)",
            "Mozilla/5.0 (iPad; CPU OS 9_1 like Mac OS X) AppleWebKit/601.1 (KHTML, like Gecko; "
            "compatible; wexburst) CriOS/79.0.3945.117 Mobile/13B143 Safari/601.1.46",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; wexler/0.1.0",
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/150.0.0.0 Safari/537.36 (compatible; Wexverifier/2.0)",
            "Mozilla/5.0 (compatible; wex-renamer/1.0)"});
    EXPECT_EQ(claim("Mozilla/5.0 (compatible; wex-renamer/1.0)").token, "wex-renamer");
    // Old browsers and mail programs, which say on what they run.
    expect("browser", {"Mozilla/5.0 (compatible; Konqueror/3.5; Linux) KHTML/3.5.5 (like Gecko)",
                       "Mozilla/5.0 (compatible; Konqueror/3.1)",
                       "Mozilla/4.5 (compatible; iCab 2.9.9; Macintosh; U; 68K)"});
    expect("unknown", {"Mozilla/4.0 (compatible; Lotus-Notes/6.0; Windows-NT)",
                       "Mozilla/5.0 (compatible; ABrowse 0.4; Syllable)"});
}

TEST_F(UnknownBots, AreOfTheKindThatTheirNameSays) {
    expect("monitor", {"Wex Uptime/1.0", "WexMonitor/2"});
    expect("archiver", {"WexArchiver/2"});
    expect("feed-reader", {"WexFeedFetcher/1.0"});
    expect("link-preview", {"Wex-Preview/1.0"});
    expect("security-scanner", {"wex-scanner"});
}

TEST_F(UnknownBots, DoNotMakeAnAiOfWhatOnlySoundsLikeOne) {
    expect("other-bot", {"HallmarkBot/1.0", "ThaiBot", "RagtimeCrawler/1.0", "SailBot", "MailBot",
                         "Airbot/2", "Fragbot", "Wexbot (+https://wex.example/mail/contact)",
                         "Wexbot (+https://aix.wex.example/)", "Trainspotbot"});
}

TEST_F(UnknownBots, AreNotSeenInDevicesAndApps) {
    expect("browser",
           {"Mozilla/5.0 (Linux; Android 6.0; VR BOT 552) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/72.0.3626.121 Mobile Safari/537.36",
            "Mozilla/5.0 (Linux; U; Linux; GPT-BOT AI) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/72.0 Safari/537.36",
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) CamScanner/6.2 "
            "Chrome/120.0.0.0 Safari/537.36",
            "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1; http://bsalsa.com)",
            "CUBOT/1.0 Profile/MIDP-2.0 Configuration/CLDC-1.1"});
    expect("unknown", {"AIChatBot/3.2 (iPhone; iOS 17.0; Scale/3.00)", "NotGPTBotanyApp",
                       "Podbot/21 CFNetwork/1335 Darwin/21.6.0", "pyannoteAI", "Mozilla/5.0", "-",
                       "Wex-AI/1.0 (iPhone)", "Bonsai/1.0", "SGPT13/1.0"});
}

TEST_F(UnknownBots, AreGivenByTheNameThatDecided) {
    const std::string_view named = "Mozilla/5.0 (compatible; FennecLLMBot/1.0; +https://x.example)";
    EXPECT_EQ(claim(named).token, "FennecLLMBot");
    EXPECT_EQ(claim(named).token.data(), named.data() + 25);
    EXPECT_EQ(claim("Wex/1.0 (+https://wex.example/x)").token, "https://wex.example/x");
    EXPECT_EQ(claim("Mozilla/5.0 (X11) Gecko/1").token, "");
}

TEST_F(UnknownBots, AreJudgedInLinearTime) {
    for (const char* piece : {"bot/", "(", ")", "x@", "a.ai/", "(compatible;bot", "1bot", "+"}) {
        std::string agent = "Mozilla/5.0 (compatible; bot; +http://";
        while (agent.size() < 1'000'000) agent += piece;
        EXPECT_NE(claim(agent).category, Category::browser) << piece;
    }
}

TEST(UnknownRules, SayWhatIsWrongWithThem) {
    const CatalogueFile rules{.name = "u.yaml", .text = R"(version: 1
date: yesterday
endings: {everywhere: {other-bt: [bot], monitor: [up]}}
people: {browsers: ["-x-"]}
ais: []
)"};
    Diagnostics diagnostics;
    EXPECT_EQ(Catalogue::load({&rules, 1}, diagnostics), nullptr);
    EXPECT_EQ(diagnostics.to_string(), R"(u.yaml:1:1: error: needs a 'date' like 2026-11-24
    version: 1
    ^
u.yaml:3:24: error: unknown key 'other-bt'
    endings: {everywhere: {other-bt: [bot], monitor: [up]}}
                           ^ did you mean 'other-bot'?
u.yaml:3:51: error: 'up' is too short
    endings: {everywhere: {other-bt: [bot], monitor: [up]}}
                                                      ^
u.yaml:4:9: error: '-x-' must begin with a letter or a digit
    people: {browsers: ["-x-"]}
            ^
u.yaml:5:1: error: unknown key 'ais'
    ais: []
    ^ did you mean 'ai'?
)");
}

}  // namespace
}  // namespace turnpike::identity
