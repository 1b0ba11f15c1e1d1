// The architecture as a test: includes go down the floors, each library stands in its own file,
// tests are registered, keys and metrics are documented. Style within a file: tidy_test.cpp.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>

#include "support/source_tree.hpp"

namespace turnpike::test {
namespace {

// docs/architecture.md says why. `turnpike` is include/turnpike.
const std::map<std::string, int, std::less<>> floors = {
    {"turnpike", 0},   {"core", 0},  // words
    {"config", 1},     {"net", 1},       {"http", 1},    {"robots", 1},
    {"crypto", 1},                                     // tools
    {"telemetry", 1},  {"pages", 1},     {"logs", 1},  //
    {"server", 2},     {"proxy", 2},     {"fetch", 2},   {"store", 2},
    {"signatures", 2},                                                   // machinery
    {"ledger", 2},                                                       //
    {"identity", 3},   {"behaviour", 3}, {"payment", 3}, {"policy", 3},  // judgement
    {"compliance", 3},                                                   //
    {"gate", 4},       {"admin", 4},                                     // product
    {"replay", 5},                                                       // rehearsal
    {"cli", 6},                                                          // program
};

struct Include {
    std::string_view name;
    bool quoted;
    std::size_t offset;
};

std::vector<Include> includes_of(std::string_view text) {
    std::vector<Include> includes;
    constexpr std::string_view directive = "#include ";
    for (std::size_t i = 0; i < text.size();
         i = std::min(text.find('\n', i), text.size() - 1) + 1) {
        const std::string_view rest = text.substr(i);
        if (!rest.starts_with(directive)) continue;
        const std::size_t end = rest.find_first_of(">\"\n", directive.size() + 1);
        includes.push_back({rest.substr(directive.size() + 1, end - directive.size() - 1),
                            rest[directive.size()] == '"', i});
    }
    return includes;
}

/// `src/net/loop.cpp` and `net/net.hpp` belong to `net`, `include/turnpike/x.hpp` to `turnpike`.
std::string module_of(std::string_view path) {
    for (const std::string_view top : {"src/", "include/"}) {
        if (path.starts_with(top)) path.remove_prefix(top.size());
    }
    return std::string(path.substr(0, path.find('/')));
}

Complaints floor_breaches(const Source& source) {
    Complaints complaints;
    const std::string module = module_of(source.path);
    const auto own = floors.find(module);
    if (own == floors.end()) return {source.path + ": a module that stands on no floor"};
    for (const Include& include : includes_of(source.text)) {
        if (!include.quoted) continue;
        const std::string other = module_of(include.name);
        const auto theirs = floors.find(other);
        const std::string name(include.name);
        if (theirs == floors.end()) {
            complaints.push_back(at(source, include.offset, name + " names no module"));
        } else if (module == "turnpike" && other != "turnpike") {
            complaints.push_back(at(source, include.offset, "the words know only words: " + name));
        } else if (other != module && own->second > 0 && theirs->second >= own->second) {
            complaints.push_back(at(source, include.offset, module + " may not know " + other));
        } else if (own->second == 0 && theirs->second > 0) {
            complaints.push_back(at(source, include.offset, module + " may not know " + other));
        }
    }
    return complaints;
}

// Each module shows one header; the words and core show all of theirs.
Complaints hidden_headers(const Source& source) {
    Complaints complaints;
    for (const Include& include : includes_of(source.text)) {
        const std::string other = module_of(include.name);
        if (!include.quoted || other == "turnpike" || other == "core") continue;
        if (other != module_of(source.path) && include.name != other + "/" + other + ".hpp") {
            complaints.push_back(at(source, include.offset,
                                    std::string(include.name) + " is not " + other + "'s face"));
        }
    }
    return complaints;
}

struct Library {
    std::string_view include;  ///< What its headers' names begin with.
    std::vector<std::string_view> at_home;
    std::size_t files = 1;  ///< How many files may name it.
};

constexpr std::size_t any_number = 1000;

const std::vector<Library> libraries = {
    {"boost/asio", {"src/net/", "src/core/task.hpp"}, any_number},
    {"boost/beast", {"src/http/", "src/fetch/"}, 1},
    {"boost/json", {"src/"}, any_number},
    {"boost/url", {"src/"}, any_number},
    {"boost/system/result.hpp", {"include/turnpike/error.hpp"}},
    {"yaml-cpp", {"src/config/yaml.cpp"}},
    {"prometheus", {"src/telemetry/"}},
    {"spdlog", {"src/telemetry/"}},
    {"fmt/", {"src/telemetry/"}},
    {"CLI/", {"src/cli/"}},
    {"zlib", {"src/logs/"}},
    {"kainjow/", {"src/pages/"}},
    {"openssl/", {"src/net/", "src/crypto/"}, 2},
    {"sqlite3", {"src/ledger/"}},
    {"ares", {"src/net/"}},
    {"nghttp2", {"src/http/"}},
    {"re2/", {"src/identity/"}},
    {"sys/socket.h", {"src/net/", "src/cli/"}, any_number},
    {"sys/epoll.h", {"src/net/"}, any_number},
};

/// Faces show no library at all, whatever their module may name inside.
bool is_face(std::string_view path) {
    const std::string module = module_of(path);
    return path == "src/" + module + "/" + module + ".hpp";
}

Complaints strange_libraries(const std::vector<Source>& sources) {
    Complaints complaints;
    std::map<std::string_view, std::set<std::string>> files;
    for (const Source& source : sources) {
        for (const Include& include : includes_of(source.text)) {
            for (const Library& library : libraries) {
                if (!include.name.starts_with(library.include)) continue;
                files[library.include].insert(source.path);
                const bool header_in_cpp_only =
                    library.include == "boost/json" && source.path.ends_with(".hpp");
                if (!starts_with_any(source.path, library.at_home) || is_face(source.path) ||
                    header_in_cpp_only) {
                    complaints.push_back(at(source, include.offset,
                                            std::string(include.name) + " is not at home here"));
                }
            }
        }
    }
    for (const Library& library : libraries) {
        if (files[library.include].size() <= library.files) continue;
        std::string all;
        for (const std::string& file : files[library.include]) all += " " + file;
        complaints.push_back(std::string(library.include) + " is named in too many files:" + all);
    }
    return complaints;
}

Complaints lazy_folders(const Source& source) {
    for (const std::string_view name :
         {"util", "utils", "common", "helper", "helpers", "manager", "misc"}) {
        if (find_word(source.path, name) != std::string::npos) {
            return {source.path + ": '" + std::string(name) + "' says nothing"};
        }
    }
    return {};
}

/// The keys that readers take: the literal in `take_string("key")`.
std::set<std::string> keys_taken(std::string_view text) {
    constexpr std::string_view opener = "take";
    std::set<std::string> found;
    for (std::size_t i = text.find(opener); i != std::string_view::npos;
         i = text.find(opener, i + 1)) {
        std::size_t start = i + opener.size();
        while (start < text.size() && is_word_character(text[start])) ++start;
        if (text.substr(start, 2) != "(\"") continue;
        start += 2;
        found.insert(std::string(text.substr(start, text.find('"', start) - start)));
    }
    return found;
}

/// The words that follow `opener`.
std::set<std::string> words_after(std::string_view text, std::string_view opener) {
    std::set<std::string> found;
    for (std::size_t i = text.find(opener); i != std::string_view::npos;
         i = text.find(opener, i + 1)) {
        const std::size_t start = i + opener.size();
        std::size_t end = start;
        while (end < text.size() && is_word_character(text[end])) ++end;
        found.insert(std::string(text.substr(start, end - start)));
    }
    return found;
}

Complaints undocumented_keys(const std::vector<Source>& sources, std::string_view documentation) {
    Complaints complaints;
    for (const Source& source : sources) {
        for (const std::string& key : keys_taken(source.text)) {
            if (documentation.find("`" + key + "`") == std::string_view::npos) {
                complaints.push_back(source.path + ": key '" + key + "' is not documented");
            }
        }
    }
    return complaints;
}

std::set<std::string> metrics_in(std::string_view text) {
    std::set<std::string> names;
    for (const std::string_view quote : {"\"", "`"}) {
        const std::string opener = std::string(quote) + "turnpike_";
        for (std::size_t i = text.find(opener); i != std::string_view::npos;
             i = text.find(opener, i + 1)) {
            std::size_t end = i + 1;
            while (end < text.size() && is_word_character(text[end])) ++end;
            if (text.substr(i + 1, end - i - 1) != "turnpike_") {
                names.insert(std::string(text.substr(i + 1, end - i - 1)));
            }
        }
    }
    return names;
}

Complaints difference(const std::set<std::string>& a, const std::set<std::string>& b,
                      std::string_view what) {
    Complaints complaints;
    for (const std::string& name : a) {
        if (!b.contains(name)) complaints.push_back(name + " " + std::string(what));
    }
    return complaints;
}

std::string joined(const Complaints& complaints) {
    std::string text;
    for (const std::string& complaint : complaints) text += complaint + "\n";
    return text;
}

std::string broken(Complaints (*rule)(const Source&), const std::vector<Source>& sources) {
    Complaints all;
    for (const Source& source : sources) {
        for (std::string& complaint : rule(source)) all.push_back(std::move(complaint));
    }
    return joined(all);
}

const std::vector<Source>& product() {
    static const std::vector<Source> sources = read_tree({"src", "include"}, {".cpp", ".hpp"});
    return sources;
}

std::string read_project_file(const std::string& path) {
    return read_file(std::filesystem::path(TURNPIKE_SOURCE) / path);
}

TEST(Structure, IncludesGoDownTheFloors) {
    EXPECT_EQ(broken(floor_breaches, product()), "");
}
TEST(Structure, OnlyFacesAreSeenFromOutside) {
    EXPECT_EQ(broken(hidden_headers, product()), "");
}
TEST(Structure, EachLibraryStaysInItsOwnFile) {
    EXPECT_EQ(joined(strange_libraries(product())), "");
}
TEST(Structure, NoFolderIsALumberRoom) {
    EXPECT_EQ(broken(lazy_folders, product()), "");
}

TEST(Structure, EveryTestIsRegistered) {
    struct Kind {
        const char* folder;
        const char* ending;
        const char* list;
        const char* function;
    };
    for (const Kind& kind :
         {Kind{"tests/unit", "_test.cpp", "tests/list.cmake", "turnpike_test("},
          Kind{"tests/fuzz", "_fuzz.cpp", "tests/fuzz.cmake", "turnpike_fuzz("},
          Kind{"tests/bench", "_bench.cpp", "tests/bench.cmake", "turnpike_bench("}}) {
        if (!std::filesystem::exists(std::filesystem::path(TURNPIKE_SOURCE) / kind.folder))
            continue;
        const std::string list = read_project_file(kind.list);
        for (const Source& source : read_tree({kind.folder}, {kind.ending})) {
            std::string name = std::filesystem::path(source.path).filename().string();
            name.resize(name.size() - std::string_view(kind.ending).size());
            EXPECT_NE(find_word(list, kind.function + name), std::string::npos)
                << source.path << " is not in " << kind.list;
        }
    }
}

TEST(Structure, EveryFuzzTargetHasSeeds) {
    const auto targets = words_after(read_project_file("tests/fuzz.cmake"), "turnpike_fuzz(");
    EXPECT_FALSE(targets.empty());
    for (const std::string& target : targets) {
        EXPECT_FALSE(read_tree({"tests/fuzz/corpus/" + target}, {""}).empty()) << target;
    }
}

TEST(Structure, EveryConfigurationKeyIsDocumented) {
    std::vector<Source> readers;
    for (const Source& source : product()) {
        if (source.path == "src/config/settings.cpp" || source.path.starts_with("src/policy/") ||
            source.path.starts_with("src/cli/")) {
            readers.push_back(source);
        }
    }
    EXPECT_EQ(joined(undocumented_keys(readers, read_project_file("docs/configuration.md"))), "");
}

TEST(Structure, MetricsAndTheirDocumentationAgree) {
    std::set<std::string> made;
    for (const Source& source : product()) {
        if (source.path.starts_with("src/telemetry/") && source.path.ends_with(".cpp")) {
            made.merge(metrics_in(source.text));
        }
    }
    const std::set<std::string> documented = metrics_in(read_project_file("docs/metrics.md"));
    EXPECT_FALSE(made.empty());
    EXPECT_EQ(joined(difference(made, documented, "is not in docs/metrics.md")), "");
    EXPECT_EQ(joined(difference(documented, made, "is documented but not made")), "");
}

// The rules themselves: each must be able to fail, and must not fail on its neighbours.

TEST(StructureRules, GoingUpOrSidewaysIsFound) {
    const auto breach = [](std::string path, std::string text) {
        return broken(floor_breaches, {{std::move(path), std::move(text)}});
    };
    EXPECT_EQ(breach("src/proxy/a.cpp", "#include <map>\n#include \"server/server.hpp\"\n"),
              "src/proxy/a.cpp:2: proxy may not know server\n");
    EXPECT_NE(breach("src/http/a.cpp", "#include \"gate/gate.hpp\"\n"), "");
    EXPECT_NE(breach("src/core/a.cpp", "#include \"config/config.hpp\"\n"), "");
    EXPECT_NE(breach("include/turnpike/a.hpp", "#include \"core/arena.hpp\"\n"), "");
    EXPECT_NE(breach("src/gate/a.cpp", "#include \"nowhere/a.hpp\"\n"), "");
    EXPECT_NE(breach("src/nowhere/a.cpp", ""), "");
    EXPECT_EQ(breach("src/gate/a.cpp",
                     "#include \"gate/page.hpp\"\n#include \"proxy/proxy.hpp\"\n"
                     "#include \"core/arena.hpp\"\n#include \"turnpike/facts.hpp\""),
              "");
}

TEST(StructureRules, LookingBehindAFaceIsFound) {
    const auto behind = [](std::string text) {
        return broken(hidden_headers, {{"src/gate/a.cpp", std::move(text)}});
    };
    EXPECT_NE(behind("#include \"http/parser.hpp\"\n"), "");
    EXPECT_EQ(behind("#include \"http/http.hpp\"\n#include \"core/arena.hpp\"\n"
                     "#include \"gate/page.hpp\"\n#include \"turnpike/facts.hpp\"\n"),
              "");
}

TEST(StructureRules, ALibraryOutsideItsFileIsFound) {
    const auto strange = [](const std::vector<Source>& sources) {
        return joined(strange_libraries(sources));
    };
    EXPECT_NE(strange({{"src/gate/a.cpp", "#include <boost/asio/buffer.hpp>\n"}}), "");
    EXPECT_NE(strange({{"src/net/net.hpp", "#include <boost/asio/buffer.hpp>\n"}}), "");
    EXPECT_NE(strange({{"src/cli/a.hpp", "#include <boost/json.hpp>\n"}}), "");
    EXPECT_NE(strange({{"src/telemetry/a.cpp", "#include <spdlog/spdlog.h>\n"},
                       {"src/telemetry/b.cpp", "#include <spdlog/spdlog.h>\n"}}),
              "");
    EXPECT_EQ(strange({{"src/net/a.cpp", "#include <boost/asio/buffer.hpp>\n"},
                       {"src/net/b.cpp", "#include <boost/asio/buffer.hpp>\n"},
                       {"src/config/yaml.cpp", "#include <yaml-cpp/yaml.h>\n"}}),
              "");
}

TEST(StructureRules, ALumberRoomIsFound) {
    EXPECT_NE(broken(lazy_folders, {{"src/util/a.cpp", ""}}), "");
    EXPECT_EQ(broken(lazy_folders, {{"src/utility_poles/a.cpp", ""}}), "");
}

TEST(StructureRules, AnUndocumentedKeyOrMetricIsFound) {
    const std::vector<Source> reader = {{"s.cpp", "m.take_string(\"host\"); m.take(\"port\");"}};
    EXPECT_EQ(joined(undocumented_keys(reader, "| `host` | the port |")),
              "s.cpp: key 'port' is not documented\n");
    EXPECT_EQ(joined(undocumented_keys(reader, "`host` `port`")), "");
    EXPECT_EQ(metrics_in("family(\"turnpike_a_total\", `turnpike_b{site}`; turnpike_c"),
              (std::set<std::string>{"turnpike_a_total", "turnpike_b"}));
    EXPECT_EQ(joined(difference({"a", "b"}, {"b"}, "is missing")), "a is missing\n");
}

}  // namespace
}  // namespace turnpike::test
