// Sites for tests: a handful of crawlers in place of the catalogue, site files as texts, and the
// questions that a request would put.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/arena.hpp"
#include "core/path.hpp"
#include "policy/policy.hpp"

namespace turnpike::test {

inline Crawler crawler(std::string name, std::string operator_name, Category category) {
    Crawler made;
    made.name = std::move(name);
    made.operator_name = std::move(operator_name);
    made.category = category;
    return made;
}

/// One crawler of each AI category, and some that are none.
inline const std::vector<Crawler>& crawlers() {
    static const std::vector<Crawler> list = {
        crawler("GPTBot", "OpenAI", Category::ai_training),
        crawler("OAI-SearchBot", "OpenAI", Category::ai_search),
        crawler("ChatGPT-User", "OpenAI", Category::ai_assistant),
        crawler("ClaudeBot", "Anthropic", Category::ai_training),
        crawler("NovaAct", "Amazon", Category::ai_agent),
        crawler("Diffbot", "Diffbot", Category::ai_scraper),
        crawler("Bytespider", "ByteDance", Category::ai_undocumented),
        crawler("Googlebot", "Google", Category::search_engine),
        crawler("AhrefsBot", "Ahrefs", Category::seo),
    };
    return list;
}

inline const Crawler* find_crawler(std::string_view name) {
    const auto found = std::find_if(crawlers().begin(), crawlers().end(),
                                    [&](const Crawler& known) { return known.name == name; });
    return found == crawlers().end() ? nullptr : &*found;
}

inline policy::Vocabulary vocabulary() {
    policy::Vocabulary words;
    words.find_crawler = find_crawler;
    for (const Crawler& known : crawlers()) {
        words.crawlers.push_back(known.name);
        if (std::find(words.operators.begin(), words.operators.end(), known.operator_name) ==
            words.operators.end()) {
            words.operators.push_back(known.operator_name);
        }
    }
    words.signals = {"quick", "trap"};
    return words;
}

using Files = std::map<std::string, std::string>;

/// What loading said, and the sites if it went well. `presets` are files that can be read.
struct Loaded {
    std::optional<Sites> sites;
    std::string said;
};

inline Loaded load(const Files& files, const Files& presets = {}) {
    const policy::Vocabulary words = vocabulary();
    Diagnostics out;
    const auto read_file = [&](const std::string& path) -> std::optional<std::string> {
        const auto found = presets.find(path);
        if (found == presets.end()) return std::nullopt;
        return found->second;
    };
    const policy::Context context{
        .vocabulary = words,
        .read_file = read_file,
        .environment = {},
        .out = out,
        .default_trap = [](const std::string& site) { return "/made/for/" + site; }};
    std::vector<policy::SiteFile> list;
    for (const auto& [name, text] : files) list.push_back({name, text});
    Loaded loaded;
    loaded.sites = policy::load_sites(list, context);
    loaded.said = out.to_string();
    return loaded;
}

/// A site file with what every site needs, and `rest`.
inline std::string site_text(const std::string& rest) {
    return "site: example\nhosts: [example.com]\norigin: http://127.0.0.1:3000\n" + rest;
}

/// Who asks: the crawlers named, or else somebody of `category`.
struct Client {
    std::vector<std::string> names = {};
    Category category = Category::browser;
    std::string user_agent = "";
    Proof proof = Proof::none;
};

inline Identity identity_of(const Client& client) {
    Identity identity;
    identity.claims[0] = {
        .crawler = nullptr, .category = client.category, .proof = client.proof, .token = {}};
    for (std::size_t i = 0; i < client.names.size(); ++i) {
        const Crawler* named = find_crawler(client.names[i]);
        identity.claims[i] = {.crawler = named,
                              .category = named->category,
                              .proof = client.proof,
                              .token = named->name};
        identity.claim_count = static_cast<std::uint8_t>(i + 1);
    }
    return identity;
}

/// What else a request says, for rules that ask.
struct Sent {
    std::string method = "GET";
    std::string host = "example.com";
    std::string query = "";
    std::string address = "192.0.2.1";
    std::vector<std::pair<std::string, std::string>> fields = {};
    Behaviour behaviour = {};
};

/// A question with all that it points at.
struct Asked {
    Asked(const Client& client, std::string_view path, const Sent& sent)
        : sent_(sent), agent_(client.user_agent), identity_(identity_of(client)), line_(agent_) {
        if (const auto readings = normalise_path(path, arena_)) readings_ = *readings;
        for (const auto& [name, value] : sent_.fields) {
            const bool cookie = name == "Cookie" || name == "cookie";
            fields_.push_back({name, value, cookie ? FieldId::cookie : FieldId::other});
        }
        head_.method_name = sent_.method;
        head_.query = sent_.query;
        head_.authority = sent_.host;
        head_.fields = fields_;
    }
    Asked(const Asked&) = delete;
    /// Nothing where the path is refused with 400.
    std::optional<Question> question() const {
        if (readings_.empty()) return std::nullopt;
        return Question{.readings = readings_,
                        .user_agents = {&line_, 1},
                        .identity = &identity_,
                        .head = &head_,
                        .client = *Address::parse(sent_.address),
                        .behaviour = sent_.behaviour};
    }

private:
    Arena arena_;
    Sent sent_;
    std::string agent_;
    Identity identity_;
    std::string_view line_;
    std::span<const std::string_view> readings_;
    std::vector<Field> fields_;
    RequestHead head_;
};

/// As the gate asks; nothing where the path is refused with 400.
inline std::optional<Decision> judge(const Site& site, const Client& client, std::string_view path,
                                     const Sent& sent = {}) {
    const Asked asked(client, path, sent);
    const auto question = asked.question();
    if (!question) return std::nullopt;
    return decide(site, *question);
}

/// What `turnpike explain` says of each rule.
inline std::vector<RuleTrace> explain(const Site& site, const Client& client, std::string_view path,
                                      const Sent& sent = {}) {
    const Asked asked(client, path, sent);
    const Question question = asked.question().value();
    return trace(site, question, decide(site, question));
}

/// The action's name, or `400`.
inline std::string action_for(const Site& site, const Client& client, std::string_view path) {
    const auto decision = judge(site, client, path);
    return decision ? std::string(name_of(decision->action)) : "400";
}

}  // namespace turnpike::test
