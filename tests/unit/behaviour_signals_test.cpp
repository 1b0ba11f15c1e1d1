// Signals as data: what is installed, how it adds up, and what a file of one's own may not say.
// After a change of rules/behaviour:
//   TURNPIKE_REWRITE=1 build/release/tests/behaviour_signals_test     writes docs/behaviour.md anew
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "behaviour/behaviour.hpp"
#include "support/source_tree.hpp"

namespace turnpike::behaviour {
namespace {

using Level = Behaviour::Level;

constexpr std::string_view start = R"(version: 1
thresholds: { likely: 4, certain: 7 }
groups: { reading: 4.5, people: 6 }
signals:
)";

std::unique_ptr<const Signals> load(const std::string& text, Diagnostics& out) {
    const SignalFile file{.name = "signals.yaml", .text = text};
    return Signals::load({&file, 1}, out);
}

std::string complaint(std::string_view signal) {
    Diagnostics out;
    load(std::string(start) + std::string(signal), out);
    return out.to_string();
}

std::string signal(std::string_view name, std::string_view rest) {
    return "  - { name: " + std::string(name) + ", meaning: a, mistakes: b, source: c, " +
           std::string(rest) + " }\n";
}

Measures of(std::initializer_list<std::pair<Measure, float>> values) {
    Measures measures{};
    for (const auto& [measure, value] : values) measures[static_cast<std::size_t>(measure)] = value;
    return measures;
}

TEST(Signals, AreInstalled) {
    const auto signals = Signals::installed();
    ASSERT_TRUE(signals);
    EXPECT_GE(signals->all().size(), 20);
    for (const Signal& each : signals->all()) EXPECT_NE(each.weight, 0) << each.name;
}

TEST(Signals, OfOneGroupNeverReachCertain) {
    const auto signals = Signals::installed();
    for (const Group& group : signals->groups()) {
        EXPECT_LT(group.limit, signals->certain()) << group.name;
    }
}

TEST(Signals, OfHeadersAloneAreNothing) {
    const auto signals = Signals::installed();
    const Behaviour found = signals->judge({}, ~Checks{0}, Category::browser);
    EXPECT_EQ(found.level, Level::normal);
    EXPECT_NE(found.signals, 0);
}

TEST(Signals, AddUpWithinTheLimitOfTheirGroup) {
    Diagnostics out;
    const auto signals =
        load(std::string(start) + signal("a", "group: reading, weight: 4, when: { pages: 5.. }") +
                 signal("b", "group: reading, weight: 4, when: { pages: 10.. }") +
                 signal("c", "group: people, weight: -1, when: { assets_per_page: 1.. }"),
             out);
    ASSERT_TRUE(signals) << out.to_string();
    const auto level = [&](std::initializer_list<std::pair<Measure, float>> values) {
        return signals->judge(of(values), 0, Category::browser).level;
    };
    EXPECT_EQ(level({{Measure::pages, 4}}), Level::normal);
    EXPECT_EQ(level({{Measure::pages, 5}}), Level::likely);
    EXPECT_EQ(level({{Measure::pages, 100}}), Level::likely);  // 4.5, not 8
    EXPECT_EQ(level({{Measure::pages, 5}, {Measure::assets_per_page, 2}}), Level::normal);
    EXPECT_EQ(signals->judge(of({{Measure::pages, 5}}), 0, Category::seo), Behaviour{});
}

TEST(Signals, AreReadStrictly) {
    EXPECT_EQ(complaint(signal("a", "group: reading, weight: 1, when: { pages: 5.. }")), "");
    const auto complains = [](std::string_view text, std::string_view about) {
        EXPECT_NE(complaint(text).find(about), std::string::npos) << complaint(text);
    };
    complains(signal("a", "group: reading, weight: 1, when: { page: 5.. }"), "'pages'");
    complains(signal("a", "group: reading, weight: 1, when: { pages: 5 }"), "8..");
    complains(signal("a", "group: reading, weight: 1, when: { pages: 9..5 }"), "no bounds");
    complains(signal("a", "group: reading, weight: 1, when: { pages: .. }"), "no bounds");
    complains(signal("a", "group: readin, weight: 1, when: { pages: 5.. }"), "'reading'");
    complains(signal("a", "group: reading, weight: much, when: { pages: 5.. }"), "not a number");
    complains(signal("a", "group: reading, weight: 1"), "asks nothing");
    complains(signal("a", "group: reading, weight: 1, check: [hints]"), "nothing is checked");
    complains(signal("likely", "group: reading, weight: 1, when: { pages: 5.. }"), "not a name");
    complains(signal("a", "group: reading, weight: 1, when: { pages: 5.. }, colour: red"),
              "'colour'");
    complains(signal("a", "group: reading, weight: 1, category: people, when: { pages: 5.. }"),
              "no category");
    complains(signal("a", "group: reading, weight: 1, when: { pages: 5.. }") +
                  signal("a", "group: reading, weight: 1, when: { pages: 5.. }"),
              "already");
}

TEST(Signals, NeedThresholds) {
    Diagnostics out;
    EXPECT_FALSE(load("version: 1\n", out));
    EXPECT_NE(out.to_string().find("thresholds"), std::string::npos);
}

/// As a number is written in the file.
std::string number(float value) {
    std::ostringstream text;
    text << value;
    return text.str();
}

std::string reference() {
    const auto signals = Signals::installed();
    std::string text = "| signal | counts | means | why it may be wrong |\n|---|---|---|---|\n";
    for (const Group& group : signals->groups()) {
        text += "| **" + group.name + "** | at most " + number(group.limit) + " | | |\n";
        for (const Signal& each : signals->all()) {
            if (&signals->groups()[each.group] != &group) continue;
            text += "| `" + each.name + "` | " + number(each.weight) + " | " + each.meaning +
                    " | " + each.mistakes + " |\n";
        }
    }
    return text;
}

TEST(Signals, AreDocumented) {
    const std::string path = std::string(TURNPIKE_SOURCE) + "/docs/behaviour.md";
    const std::string text = test::read_file(path);
    constexpr std::string_view opener = "<!-- signals -->\n";
    const std::size_t begin = text.find(opener) + opener.size();
    const std::size_t end = text.find("<!-- end -->", begin);
    ASSERT_NE(end, std::string::npos);
    if (std::getenv("TURNPIKE_REWRITE") != nullptr) {
        std::ofstream(path) << text.substr(0, begin) << reference() << text.substr(end);
        return;
    }
    EXPECT_EQ(text.substr(begin, end - begin), reference()) << "see the head of this file";
}

}  // namespace
}  // namespace turnpike::behaviour
