// The strict reader on its own: values, units, expansion, suggestions, and how diagnostics look.
// Mistakes in whole files: config_bad_test.cpp.
#include "config/config.hpp"

#include <gtest/gtest.h>

namespace turnpike::config {
namespace {

using std::chrono::milliseconds;

Document parse(std::string_view text, const Environment& environment = {}) {
    Diagnostics out;
    auto document = Document::parse("f.yaml", text, out, environment);
    EXPECT_EQ(out.to_string(), "");
    if (!document) throw std::runtime_error("not parsed");
    return std::move(*document);
}

/// What parsing says; empty where all is well.
std::string complaints(std::string_view text, const Environment& environment = {}) {
    Diagnostics out;
    const auto document = Document::parse("f.yaml", text, out, environment);
    EXPECT_EQ(document.has_value(), !out.has_errors());
    return out.to_string();
}

TEST(Document, KeepsPlacesAndTellsQuotedFromPlain) {
    const Document document = parse("a: x\nb:\n  - 'it''s'\n  - \"q\\u0041\"\nc: {d: , e: ~}\n");
    Diagnostics out;
    Mapping top(document.root(), out);
    std::vector<std::string> keys;
    for (const Node& key : top.node().keys()) keys.push_back(key.text());
    EXPECT_EQ(keys, (std::vector<std::string>{"a", "b", "c"}));
    const auto a = top.take("a");
    EXPECT_EQ(a->text(), "x");
    EXPECT_EQ(a->where(), (Where{"f.yaml", 1}));
    EXPECT_EQ(a->column(), 4U);
    EXPECT_FALSE(a->is_quoted());
    const auto items = top.take("b")->items();
    ASSERT_EQ(items.size(), 2U);
    EXPECT_EQ(items[0].text(), "it's");
    EXPECT_TRUE(items[0].is_quoted());
    EXPECT_EQ(items[1].text(), "qA");
    EXPECT_EQ(items[1].where().line, 4U);
    Mapping inner(*top.take("c"), out);
    EXPECT_TRUE(inner.take("d")->is_null());
    EXPECT_TRUE(inner.take("e")->is_null());
    top.finish();
    inner.finish();
    EXPECT_EQ(out.to_string(), "");
}

TEST(Document, MayBeEmptyOrBeginWithAByteOrderMark) {
    EXPECT_TRUE(parse("").root().is_null());
    EXPECT_TRUE(parse("# nothing\n").root().is_null());
    EXPECT_TRUE(parse("\xEF\xBB\xBF"
                      "a: b\n")
                    .root()
                    .is_mapping());
}

TEST(Document, LinesMayEndInCarriageReturns) {
    const Document document = parse("a: x\r\nb: [\"y\", z]\r\n");
    Diagnostics out;
    Mapping top(document.root(), out);
    EXPECT_EQ(top.take_string("a"), "x");
    EXPECT_EQ(top.take_strings("b"), (std::vector<std::string>{"y", "z"}));
    report(out, *top.take("b"), "here");
    EXPECT_EQ(out.to_string(), "f.yaml:2:4: error: here\n    b: [\"y\", z]\n       ^\n");
}

TEST(Document, BlockScalarsMayHaveManyLines) {
    const Document document = parse("a: |\n  one\n  two\nb: >-\n  three\n  four\n");
    Diagnostics out;
    Mapping top(document.root(), out);
    EXPECT_EQ(top.take_string("a"), "one\ntwo\n");
    EXPECT_EQ(top.take_string("b"), "three four");
}

const char* variables(const std::string& name) {
    if (name == "HOME_DIR") return "/srv";
    if (name == "EMPTY") return "";
    if (name == "LIST") return "[a, b]";
    return nullptr;
}

TEST(Expansion, HappensInScalarsAfterParsing) {
    const Document document = parse(
        "a: ${HOME_DIR}/x\nb: '${NONE:-d}${EMPTY:-e}'\nc: ${LIST}\nd: $HOME_DIR $ {x}\n"
        "e: ${EMPTY}\nf: \"${HOME_DIR}${HOME_DIR}\"\ng: ${NONE:-}\n${KEY}: k\n",
        variables);
    Diagnostics out;
    Mapping top(document.root(), out);
    EXPECT_EQ(top.take_string("a"), "/srv/x");
    EXPECT_EQ(top.take_string("b"), "de");
    EXPECT_EQ(top.take_string("c"), "[a, b]");
    EXPECT_EQ(top.take_string("d"), "$HOME_DIR $ {x}");
    EXPECT_EQ(top.take_string("e"), "");
    EXPECT_EQ(top.take_string("f"), "/srv/srv");
    EXPECT_EQ(top.take_string("g"), "");
    EXPECT_EQ(top.take_string("${KEY}"), "k");
    EXPECT_FALSE(out.has_errors());
}

TEST(Expansion, NeedsAnEnvironmentAndAValue) {
    EXPECT_EQ(complaints("a: ${NONE}\n"), "");
    EXPECT_EQ(complaints("a: ${NONE}\nb: x ${a b}\nc: ${\n", variables),
              "f.yaml:1:4: error: the environment variable 'NONE' is not set\n"
              "    a: ${NONE}\n"
              "       ^ '${NONE:-default}' gives it a default\n"
              "f.yaml:2:4: error: '${a b}' names no variable\n"
              "    b: x ${a b}\n"
              "       ^ write ${NAME} or ${NAME:-default}\n"
              "f.yaml:3:4: error: '${' without '}'\n"
              "    c: ${\n"
              "       ^\n");
}

TEST(Mapping, TakesWhatIsThereInItsType) {
    const Document document = parse(
        "text: 5\nyes: true\nno: false\nnumber: 12\nsize: 32KiB\ntime: 250ms\nmoney: USD 0.01\n"
        "one: x\nmany: [x, y]\nnone: []\nchoice: b\nversion: 1\n");
    Diagnostics out;
    Mapping top(document.root(), out);
    EXPECT_EQ(top.take_string("text"), "5");
    EXPECT_EQ(top.take_bool("yes"), true);
    EXPECT_EQ(top.take_bool("no"), false);
    EXPECT_EQ(top.take_integer("number", 1, 12), 12);
    EXPECT_EQ(top.take_size("size"), 32768U);
    EXPECT_EQ(top.take_duration("time"), milliseconds(250));
    EXPECT_EQ(top.take_money("money"), (Money{"USD", 10'000}));
    EXPECT_EQ(top.take_strings("one"), (std::vector<std::string>{"x"}));
    EXPECT_EQ(top.take_strings("many"), (std::vector<std::string>{"x", "y"}));
    EXPECT_TRUE(top.take_strings("none").empty());
    EXPECT_EQ(top.take_choice("choice", {"a", "b"}), 1U);
    top.take_version();
    EXPECT_FALSE(top.take_string("absent"));
    EXPECT_FALSE(top.take_bool("absent"));
    EXPECT_FALSE(top.take_integer("absent", 0, 1));
    EXPECT_TRUE(top.take_list("absent").empty());
    top.finish();
    EXPECT_EQ(out.to_string(), "");
}

/// What `take` says of the value; empty where it takes it.
template <class Take>
std::string refusal(const std::string& value, Take take) {
    const Document document = parse("k: " + value + "\n");
    Diagnostics out;
    Mapping top(document.root(), out);
    take(top);
    top.finish();
    if (out.list().empty()) return "";
    return out.list().front().message + "; " + out.list().front().hint;
}

TEST(Mapping, RefusesWhatYamlWouldGuess) {
    const auto flag = [](Mapping& top) { EXPECT_FALSE(top.take_bool("k")); };
    EXPECT_EQ(refusal("no", flag), "'k' must be true or false; write false");
    EXPECT_EQ(refusal("On", flag), "'k' must be true or false; write true");
    EXPECT_EQ(refusal("'true'", flag), "'k' must be true or false; without quotes");
    EXPECT_EQ(refusal("1", flag), "'k' must be true or false; ");
    EXPECT_EQ(refusal("[true]", flag), "'k' must be true or false; ");
    const auto number = [](Mapping& top) { EXPECT_FALSE(top.take_integer("k", 0, 100)); };
    for (const char* text : {"010", "0x10", "0o10", "+1", "-1", "1.0", "1e1", "1_0", "101", "ten",
                             "4294967296", "99999999999999999999", "~", "[1]", "{}"}) {
        EXPECT_EQ(refusal(text, number), "'k' must be a whole number from 0 to 100; ") << text;
    }
    EXPECT_EQ(refusal("'5'", number), "'k' must be a whole number from 0 to 100; without quotes");
    const auto text = [](Mapping& top) { EXPECT_FALSE(top.take_string("k")); };
    for (const char* value : {"~", "null", "", "[a]", "{a: b}"}) {
        EXPECT_EQ(refusal(value, text), "'k' must be text; ") << value;
    }
    const auto list = [](Mapping& top) { EXPECT_TRUE(top.take_strings("k").empty()); };
    EXPECT_EQ(refusal("{a: b}", list), "'k' must be a list; ");
    EXPECT_EQ(refusal("", list), "'k' must be a list; an empty one is written []");
    EXPECT_EQ(refusal("[[a]]", list), "an item of 'k' must be text; ");
}

TEST(Mapping, OfSomethingElseIsReportedOnceAndTakesNothing) {
    const Document document = parse("[a, b]\n");
    Diagnostics out;
    Mapping top(document.root(), out);
    EXPECT_FALSE(top.ok());
    EXPECT_FALSE(top.take_string("a"));
    EXPECT_TRUE(top.node().keys().empty());
    top.take_version();
    top.finish();
    EXPECT_EQ(out.to_string(),
              "f.yaml:1:1: error: expected a mapping, that is lines of 'key: value'\n"
              "    [a, b]\n"
              "    ^\n");
}

TEST(Units, AreStrict) {
    EXPECT_EQ(parse_duration("10s"), milliseconds(10'000));
    EXPECT_EQ(parse_duration("5m"), milliseconds(300'000));
    EXPECT_EQ(parse_duration("1h"), milliseconds(3'600'000));
    EXPECT_EQ(parse_duration("2d"), milliseconds(172'800'000));
    EXPECT_EQ(parse_duration("0s"), milliseconds(0));
    EXPECT_EQ(parse_duration("999999999d"), milliseconds(86'399'999'913'600'000));
    for (const char* text : {"", "10", "s", "10 s", "-1s", "1.5s", "10S", "1s1s", "010s",
                             "1000000000s", "10sec", " 1s", "1min"}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
    EXPECT_EQ(parse_size("512B"), 512U);
    EXPECT_EQ(parse_size("1MiB"), 1'048'576U);
    EXPECT_EQ(parse_size("2GiB"), 2'147'483'648U);
    for (const char* text : {"", "512", "1KB", "1kib", "1 KiB", "1k", "KiB", "1.5MiB"}) {
        EXPECT_FALSE(parse_size(text)) << text;
    }
    EXPECT_EQ(parse_money("USD 0.01"), (Money{"USD", 10'000}));
    EXPECT_EQ(parse_money("EUR 5"), (Money{"EUR", 5'000'000}));
    EXPECT_EQ(parse_money("JPY 0.000001"), (Money{"JPY", 1}));
    EXPECT_EQ(parse_money("USD 999999999.999999"), (Money{"USD", 999'999'999'999'999}));
    for (const char* text :
         {"", "USD", "USD ", "0.01", "usd 1", "USD1", "USD  1", "USD .5", "USD 1.", "USD -1",
          "USD 0.0000001", "USD 1e3", "USD 1,5", "$ 1", "USD 01", "USD 1.5x", "EURO 1"}) {
        EXPECT_FALSE(parse_money(text)) << text;
    }
}

TEST(Nearest, FindsTypingMistakesAndNothingElse) {
    const std::vector<std::string> words{"action", "name", "price", "then", "GPTBot"};
    EXPECT_EQ(nearest("acton", words), "action");
    EXPECT_EQ(nearest("actoin", words), "action");
    EXPECT_EQ(nearest("Price", words), "price");
    EXPECT_EQ(nearest("gptbot", words), "GPTBot");
    EXPECT_EQ(nearest("the", words), "then");
    EXPECT_EQ(nearest("colour", words), "");
    EXPECT_EQ(nearest("training", {"other", "ai-training"}), "ai-training");
    EXPECT_EQ(nearest("ai", {"search-engine", "ai-training", "ai-*"}), "ai-*");
    EXPECT_EQ(nearest("claude", {"GPTBot", "ClaudeBot"}), "ClaudeBot");
    EXPECT_EQ(nearest("Block", {"allow", "deny"}), "deny");
    EXPECT_EQ(nearest("bot", {"not", "crawler"}), "crawler");
    EXPECT_EQ(nearest("", words), "");
    EXPECT_EQ(nearest("x", {}), "");
    EXPECT_EQ(did_you_mean("acton", words), "did you mean 'action'?");
    EXPECT_EQ(did_you_mean("colour", words), "");
}

TEST(Diagnostics, LookLikeACompilersAndStandInOrder) {
    const Document document = parse("rules:\n  - name: a\n    acton: block\nb: 1\n");
    Diagnostics out;
    Mapping top(document.root(), out);
    const Node rule = top.take_list("rules").front();
    top.finish();
    Mapping mapping(rule, out);
    mapping.take("name");
    mapping.take("action");
    mapping.finish();
    Diagnostic whole;
    whole.file = "a.yaml";
    whole.message = "cannot be read";
    whole.hint = "is it there?";
    whole.severity = Severity::warning;
    out.add(whole);
    EXPECT_EQ(out.to_string(),
              "a.yaml: warning: cannot be read\n"
              "    is it there?\n"
              "f.yaml:3:5: error: unknown key 'acton'\n"
              "        acton: block\n"
              "        ^ did you mean 'action'?\n"
              "f.yaml:4:1: error: unknown key 'b'\n"
              "    b: 1\n"
              "    ^\n");
    EXPECT_TRUE(out.has_errors());
}

TEST(Diagnostics, TheCaretStandsUnderItsCharacter) {
    EXPECT_EQ(complaints("k: {\xc3\xa9\xe2\x82\xac: 1, a: 1, a: 2}\n"),
              "f.yaml:1:21: error: the key 'a' stands twice\n"
              "    k: {\xc3\xa9\xe2\x82\xac: 1, a: 1, a: 2}\n"
              "                     ^ first in line 1\n");
    EXPECT_EQ(complaints("k:\t{a: 1, a: 2}\n"),
              "f.yaml:1:11: error: the key 'a' stands twice\n"
              "    k:\t{a: 1, a: 2}\n"
              "      \t       ^ first in line 1\n");
}

TEST(Diagnostics, WarningsAloneAreNoErrors) {
    Diagnostics out;
    EXPECT_FALSE(out.has_errors());
    Diagnostic warning;
    warning.severity = Severity::warning;
    out.add(warning);
    EXPECT_FALSE(out.has_errors());
}

}  // namespace
}  // namespace turnpike::config
