// The house style as a test: banned idioms, sizes, heads of files. It reads the tree; each rule
// also proves on a bad snippet that it can fail. Modules and documentation: structure_test.cpp.
#include <gtest/gtest.h>

#include <array>

#include "support/source_tree.hpp"

namespace turnpike::test {
namespace {

constexpr std::size_t longest_line = 100;
constexpr std::size_t longest_file = 400;
constexpr std::size_t longest_function = 70;

struct Ban {
    std::string_view idiom;
    std::string_view instead;
    std::vector<std::string_view> except;  ///< Paths where it may stand.
};

// Product code only; tests may do what they must.
const std::vector<Ban> bans = {
    {"detached", "start it in a Nursery", {}},
    {"shared_from_this", "a coroutine's locals are the connection", {}},
    {"std::cout", "the access log, spdlog or the command's own output function", {}},
    {"std::cerr", "the access log, spdlog or the command's own output function", {}},
    {"std::regex", "a parser of our own", {}},
    {"using namespace std;", "say std::", {}},
    {"http::async_read", "sans-I/O codecs", {}},
    {"http::async_write", "sans-I/O codecs", {}},
    {"steady_clock::now", "time is a parameter", {"src/core/clock.cpp", "src/cli/"}},
    {"system_clock::now", "time is a parameter", {"src/core/clock.cpp", "src/cli/"}},
    {"getenv", "configuration is a value", {"src/config/", "src/cli/"}},
    {"upstream", "client and origin", {}},
    {"downstream", "client and origin", {}},
};

Complaints banned_idioms(const Source& source) {
    Complaints complaints;
    const std::string code = code_of(source.text);
    for (const Ban& ban : bans) {
        if (starts_with_any(source.path, ban.except)) continue;
        for (std::size_t found = find_word(code, ban.idiom); found != std::string::npos;
             found = find_word(code, ban.idiom, found + 1)) {
            complaints.push_back(at(source, found,
                                    "'" + std::string(ban.idiom) + "' is not written here; " +
                                        std::string(ban.instead)));
        }
    }
    return complaints;
}

std::size_t closing(std::string_view code, std::size_t open) {
    const char opener = code[open];
    const char closer = opener == '(' ? ')' : opener == '[' ? ']' : '}';
    std::size_t depth = 0;
    for (std::size_t i = open; i < code.size(); ++i) {
        if (code[i] == opener) ++depth;
        if (code[i] == closer && --depth == 0) return i;
    }
    return code.size();
}

char last_before(std::string_view code, std::size_t offset) {
    while (offset > 0 && std::isspace(static_cast<unsigned char>(code[offset - 1])) != 0) --offset;
    return offset == 0 ? '\0' : code[offset - 1];
}

/// What is wrong with the awaited expression that begins at `start`; empty if nothing.
std::string_view hazard_in_await(std::string_view code, std::size_t start) {
    int depth = 0;
    for (std::size_t i = start; i < code.size(); ++i) {
        const char c = code[i];
        if (c == '(') ++depth;
        if (c == ')' && --depth < 0) return {};
        if (depth == 0 && (c == ';' || c == ',')) return {};
        if (c == '}') return {};
        if (c == '{') return "a brace within co_await";
        if (c != '[') continue;
        const std::size_t end = closing(code, i);
        const char before = last_before(code, i);
        if (is_word_character(before) || before == ')' || before == ']') continue;  // a subscript
        if (code.substr(i + 1, end - i - 1).find_first_not_of(" \n") != std::string_view::npos) {
            return "a capturing lambda within co_await";
        }
        const std::size_t body = code.find('{', end);
        i = body == std::string_view::npos ? code.size() : closing(code, body);
    }
    return {};
}

// g++ 12.2 destroys such temporaries twice (docs/decisions/0001-coroutines.md).
Complaints await_hazards(const Source& source) {
    Complaints complaints;
    const std::string code = code_of(source.text);
    for (std::size_t found = find_word(code, "co_await"); found != std::string::npos;
         found = find_word(code, "co_await", found + 1)) {
        const std::string_view hazard = hazard_in_await(code, found + 8);
        if (!hazard.empty()) {
            complaints.push_back(at(source, found, std::string(hazard) + "; name it above"));
        }
    }
    return complaints;
}

// g++ 12.2 never runs the body of such a loop (docs/decisions/0001-coroutines.md).
Complaints await_loops(const Source& source) {
    Complaints complaints;
    const std::string code = code_of(source.text);
    for (std::size_t found = find_word(code, "while"); found != std::string::npos;
         found = find_word(code, "while", found + 1)) {
        const std::size_t open = code.find('(', found);
        if (open == std::string::npos) break;
        const std::string condition = code.substr(open, closing(code, open) - open);
        if (find_word(condition, "co_await") != std::string::npos) {
            complaints.push_back(
                at(source, found, "co_await in a loop's condition; name it within"));
        }
    }
    return complaints;
}

Complaints unfinished_words(const Source& source) {
    // Put together from halves, so that this file may be read too.
    static const std::vector<std::string> words = {
        std::string("TO") + "DO",    std::string("FIX") + "ME",
        std::string("XX") + "X",     std::string("HA") + "CK",
        std::string("for ") + "now", std::string("place") + "holder",
        std::string("st") + "ub",    std::string("not impl") + "emented"};
    Complaints complaints;
    for (const std::string& word : words) {
        const std::size_t found = find_word(source.text, word);
        if (found != std::string::npos) {
            complaints.push_back(at(source, found, "unfinished: '" + word + "'"));
        }
    }
    return complaints;
}

Complaints machine_paths(const Source& source) {
    Complaints complaints;
    for (const std::string& path : {std::string("/wo") + "rk/", std::string("/fa") + "rm/"}) {
        const std::size_t found = source.text.find(path);
        if (found != std::string::npos) {
            complaints.push_back(at(source, found, "a path of somebody's machine"));
        }
    }
    return complaints;
}

Complaints long_lines_and_files(const Source& source) {
    Complaints complaints;
    const auto lines = lines_of(source.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto columns = std::count_if(lines[i].begin(), lines[i].end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // not a UTF-8 continuation
        });
        if (static_cast<std::size_t>(columns) > longest_line) {
            complaints.push_back(source.path + ":" + std::to_string(i + 1) + ": " +
                                 std::to_string(columns) + " columns");
        }
    }
    if (lines.size() > longest_file) {
        complaints.push_back(source.path + ": " + std::to_string(lines.size()) + " lines");
    }
    return complaints;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
        text.remove_prefix(1);
    }
    return text;
}

/// What stands before a `{` outside functions: does it open a function's body?
bool opens_function(std::string_view head) {
    head = trimmed(head);
    while (head.starts_with("template")) {
        int depth = 0;
        std::size_t i = head.find('<');
        for (; i < head.size(); ++i) {
            if (head[i] == '<') ++depth;
            if (head[i] == '>' && --depth == 0) break;
        }
        head = trimmed(head.substr(std::min(i + 1, head.size())));
    }
    static const std::vector<std::string_view> scopes = {
        "namespace", "inline namespace", "class ", "struct", "union", "enum", "extern"};
    return !starts_with_any(head, scopes) && head.find(')') != std::string_view::npos;
}

Complaints long_functions(const Source& source) {
    Complaints complaints;
    std::string code = code_of(source.text);
    for (std::size_t i = 0; i < code.size();) {  // preprocessor lines say nothing here
        const std::size_t end = std::min(code.find('\n', i), code.size());
        if (trimmed(std::string_view(code).substr(i, end - i)).starts_with('#')) {
            std::fill(code.begin() + static_cast<std::ptrdiff_t>(i),
                      code.begin() + static_cast<std::ptrdiff_t>(end), ' ');
        }
        i = end + 1;
    }
    std::size_t head = 0;
    for (std::size_t i = 0; i < code.size(); ++i) {
        if (code[i] == '{' && opens_function(std::string_view(code).substr(head, i - head))) {
            const std::size_t start = code.find_first_not_of(" \n", head);
            const std::size_t end = closing(code, i);
            const std::size_t length = line_at(code, end) - line_at(code, start) + 1;
            if (length > longest_function) {
                complaints.push_back(
                    at(source, start, "a function of " + std::to_string(length) + " lines"));
            }
            i = end;
            head = i + 1;
        } else if (code[i] == '{' || code[i] == '}' || code[i] == ';') {
            head = i + 1;
        }
    }
    return complaints;
}

Complaints heads_of_files(const Source& source) {
    Complaints complaints;
    const bool python = source.path.ends_with(".py");
    const bool has_head = python ? source.text.find("\"\"\"") < 100 : source.text.starts_with("//");
    if (!has_head) complaints.push_back(source.path + ": does not begin by saying what lives here");
    if (source.path.ends_with(".hpp") &&
        find_word(source.text, "#pragma once") == std::string::npos) {
        complaints.push_back(source.path + ": no #pragma once");
    }
    return complaints;
}

using Rule = Complaints (*)(const Source&);

std::string broken(Rule rule, const std::vector<Source>& sources) {
    std::string text;
    for (const Source& source : sources) {
        for (const std::string& complaint : rule(source)) text += complaint + "\n";
    }
    return text;
}

std::vector<Source> product() {
    return read_tree({"src", "include"}, {".cpp", ".hpp"});
}
std::vector<Source> everything_written() {
    return read_tree({"src", "include", "tests"}, {".cpp", ".hpp", ".py"});
}

std::string broken_by(Rule rule, std::string_view snippet, std::string path = "src/x/x.cpp") {
    return broken(rule, {{std::move(path), std::string(snippet)}});
}

TEST(Tidy, TheProductUsesNoBannedIdiom) {
    EXPECT_EQ(broken(banned_idioms, product()), "");
}
TEST(Tidy, NoTemporaryIsMadeWithinCoAwait) {
    EXPECT_EQ(broken(await_hazards, product()), "");
}
TEST(Tidy, NoLoopAwaitsInItsCondition) {
    EXPECT_EQ(broken(await_loops, product()), "");
}
TEST(Tidy, NothingIsLeftUnfinished) {
    EXPECT_EQ(broken(unfinished_words, everything_written()), "");
}
TEST(Tidy, NoPathOfAMachineIsNamed) {
    auto all = everything_written();
    for (Source& source : read_tree({"docs", "config", "rules"}, {".md", ".yaml"})) {
        all.push_back(std::move(source));
    }
    EXPECT_EQ(broken(machine_paths, all), "");
}
TEST(Tidy, LinesAndFilesAreShort) {
    EXPECT_EQ(broken(long_lines_and_files, everything_written()), "");
}
TEST(Tidy, FunctionsAreShort) {
    EXPECT_EQ(broken(long_functions, read_tree({"src", "include", "tests"}, {".cpp", ".hpp"})), "");
}
TEST(Tidy, EveryFileSaysWhatLivesInIt) {
    EXPECT_EQ(broken(heads_of_files, everything_written()), "");
}

// The rules themselves: each must be able to fail, and must not fail on its neighbours.

TEST(TidyRules, CodeIsSeenWithoutCommentsAndLiterals) {
    EXPECT_EQ(code_of("a(\"x\\\"y\"); // b\nc"), "a(\"    \");     \nc");
    EXPECT_EQ(code_of("f(R\"_(a\"b)_\", 'c', 1'000)"), "f(R        \", ' ', 1'000)");
}

TEST(TidyRules, ABannedIdiomIsFoundInCodeOnly) {
    EXPECT_EQ(broken_by(banned_idioms, "int a;\nspawn(detached);\n"),
              "src/x/x.cpp:2: 'detached' is not written here; start it in a Nursery\n");
    EXPECT_EQ(broken_by(banned_idioms, "// detached\nauto s = \"std::cout\"; undetached();"), "");
    EXPECT_NE(broken_by(banned_idioms, "auto t = steady_clock::now();"), "");
    EXPECT_EQ(broken_by(banned_idioms, "steady_clock::now();", "src/core/clock.cpp"), "");
}

TEST(TidyRules, TemporariesWithinCoAwaitAreFound) {
    for (const char* bad : {"co_await f(Options{name, 3});", "auto r = co_await g({a, b});",
                            "if (co_await f(Point{})) {}", "co_await h(ex, [s = 1] { return s; });",
                            "co_await h([&]() {});", "x = co_await one(two(1), std::string{});"}) {
        EXPECT_NE(broken_by(await_hazards, bad), "") << bad;
    }
    for (const char* good :
         {"if (co_await f(a[1])) { g({1}); }", "co_await f(); Options o{1};", "co_await f([] {});",
          "for (;;) { co_await x; }", "h(co_await f(), {1});", "co_await event_; }"}) {
        EXPECT_EQ(broken_by(await_hazards, good), "") << good;
    }
}

TEST(TidyRules, ALoopOverCoAwaitIsFound) {
    for (const char* bad : {"while (co_await f()) {}", "while (\n    !co_await f()) g();"}) {
        EXPECT_NE(broken_by(await_loops, bad), "") << bad;
    }
    for (const char* good : {"while (more) { co_await f(); }", "if (co_await f()) {}"}) {
        EXPECT_EQ(broken_by(await_loops, good), "") << good;
    }
}

TEST(TidyRules, UnfinishedWordsAndMachinePathsAreFound) {
    EXPECT_NE(broken_by(unfinished_words, std::string("// TO") + "DO(me): more"), "");
    EXPECT_NE(broken_by(unfinished_words, std::string("// good enough for ") + "now"), "");
    EXPECT_EQ(broken_by(unfinished_words, "// a stubborn XXXX mktemp"), "");
    EXPECT_NE(broken_by(machine_paths, std::string("cd /wo") + "rk/main"), "");
}

TEST(TidyRules, LengthIsCountedInCharactersAndLines) {
    EXPECT_EQ(broken_by(long_lines_and_files, std::string(100, 'x') + "\n"), "");
    EXPECT_EQ(broken_by(long_lines_and_files, "\n" + std::string(101, 'x')),
              "src/x/x.cpp:2: 101 columns\n");
    std::string signs;
    for (int i = 0; i < 100; ++i) signs += "\u2026";
    EXPECT_EQ(broken_by(long_lines_and_files, signs), "");
    EXPECT_EQ(broken_by(long_lines_and_files, std::string(400, '\n')), "");
    EXPECT_EQ(broken_by(long_lines_and_files, std::string(401, '\n')), "src/x/x.cpp: 401 lines\n");
}

TEST(TidyRules, ALongFunctionIsFoundWhereverItStands) {
    const std::string body = "{" + std::string(69, '\n') + "}\n";
    const std::string longer = "{" + std::string(70, '\n') + "}\n";
    EXPECT_EQ(broken_by(long_functions, "int f() " + body), "");
    EXPECT_EQ(broken_by(long_functions, "int f() " + longer),
              "src/x/x.cpp:1: a function of 71 lines\n");
    EXPECT_NE(broken_by(long_functions, "namespace a {\nstruct S {\nvoid f() const " + longer), "");
    EXPECT_NE(broken_by(long_functions, "template <class T>\nT g(T t) " + longer), "");
    EXPECT_NE(broken_by(long_functions, "#include <a>\nA::A() : a_{1}, b_(2) " + longer), "");
    EXPECT_EQ(broken_by(long_functions, "class A " + longer + "; int table[] = " + longer), "");
    EXPECT_EQ(broken_by(long_functions, "namespace { // f()\n" + longer), "");
}

TEST(TidyRules, AFileWithoutHeadOrGuardIsFound) {
    EXPECT_NE(broken_by(heads_of_files, "#include <a>\n"), "");
    EXPECT_NE(broken_by(heads_of_files, "// Says what.\n", "src/x/x.hpp"), "");
    EXPECT_EQ(broken_by(heads_of_files, "// Says what.\n#pragma once\n", "src/x/x.hpp"), "");
    EXPECT_NE(broken_by(heads_of_files, "import os\n", "tests/x.py"), "");
}

}  // namespace
}  // namespace turnpike::test
