// What is said of a rule to whoever meets it.
#include "policy/sentences.hpp"

namespace turnpike::policy {
namespace {

constexpr std::size_t most_named = 4;

/// What a sentence tells of conditions. What only the site's owner should know (secrets in fields
/// and cookies, networks) is not in it.
struct Told {
    std::vector<std::string> whom;
    std::vector<std::string> where;
    std::vector<std::string> how;
    bool otherwise = false;  ///< There are conditions that are not told.

    void add(const when::Crawlers& crawlers) {
        for (const Crawler* crawler : crawlers.known) whom.push_back(crawler->name);
        for (const TokenPattern& token : crawlers.tokens) whom.push_back(token.text());
    }
    void add(const when::UserAgents& agents) {
        for (const TokenPattern& token : agents.tokens) whom.push_back(token.text());
    }
    void add(const when::Operators& operators) {
        for (const std::string& name : operators.names) whom.push_back("crawlers of " + name);
    }
    void add(const when::Categories& categories) {
        for (std::string& name : names_of(categories.set, "AI crawlers")) {
            whom.push_back(std::move(name));
        }
    }
    /// Not which signals: they are nobody's business but the owner's.
    void add(const when::Behaviours&) { whom.emplace_back("clients that behave like crawlers"); }
    void add(const when::Paths& paths) {
        for (const PathPattern& path : paths.patterns.all()) where.push_back(path.text());
    }
    void add(const when::Methods& methods) { how = methods.names; }
    void add(const auto&) { otherwise = true; }
};

}  // namespace

std::string join(std::vector<std::string> words, std::string_view last) {
    if (words.size() > most_named) {
        const std::size_t more = words.size() - most_named + 1;
        words.resize(most_named - 1);
        words.push_back(std::to_string(more) + " more");
    }
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " " + std::string(last) + " " : ", ";
        text += words[i];
    }
    return text;
}

std::vector<std::string> names_of(CategorySet set, std::string_view every_ai) {
    CategorySet ai;
    for (std::size_t i = 0; is_ai(static_cast<Category>(i)); ++i) ai.add(static_cast<Category>(i));
    const bool has_every_ai = set.has_all(ai);
    std::vector<std::string> names;
    if (has_every_ai) names.emplace_back(every_ai);
    for (std::size_t i = 0; i < category_count; ++i) {
        const auto category = static_cast<Category>(i);
        if (!set.has(category) || (has_every_ai && is_ai(category))) continue;
        names.emplace_back(name_of(category));
    }
    return names;
}

std::string describe(const Rule& rule) {
    static constexpr std::string_view verbs[action_count] = {"lets in", "throttles", "charges",
                                                             "denies"};
    Told told;
    for (const Condition& condition : rule.when.conditions) {
        std::visit([&](const auto& key) { told.add(key); }, condition.key);
    }
    std::string text = "this site " + std::string(verbs[static_cast<std::size_t>(rule.then)]) + " ";
    if (!told.whom.empty()) {
        text += join(std::move(told.whom), "and");
    } else {
        text += told.otherwise ? "requests like this one" : "everyone";
    }
    if (!told.where.empty()) text += " on " + join(std::move(told.where), "and");
    if (!told.how.empty()) text += " with " + join(std::move(told.how), "and");
    return text;
}

}  // namespace turnpike::policy
