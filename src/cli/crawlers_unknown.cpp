// `turnpike crawlers --unknown`: bots that the catalogue does not know, counted, each with the
// stanza that would make it known. A stanza is tried before it is shown.
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <map>
#include <optional>
#include <vector>

#include "cli/commands.hpp"
#include "cli/crawlers.hpp"
#include "core/printable.hpp"
#include "logs/logs.hpp"

namespace turnpike::cli {
namespace {

struct Bot {
    std::string name;   ///< Empty where nothing in the user agent names it …
    std::string label;  ///< … and it is called this.
    Category category = Category::other_bot;
    std::string contact;  ///< The page or address that it gives; may be empty.
    std::string user_agent;
    std::size_t requests = 0;
};

/// What was read, and the bots among it by name in lower case.
struct Findings {
    std::size_t read = 0;
    std::size_t left_out = 0;  ///< Lines of a log that could not be read.
    std::map<std::string, Bot> bots;
};

bool is_blank_or_word(char c) {
    return c == ' ' || c == '-' || c == '_' || c == '.' || (c >= '0' && c <= '9') ||
           (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::string to_lower(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    return lower;
}

/// Names that would name every other bot too.
bool is_too_general(std::string_view name) {
    constexpr std::array<std::string_view, 14> general = {
        "bot",   "bots",   "crawler", "spider",  "scraper", "robot",  "webcrawler",
        "agent", "agents", "fetcher", "indexer", "parser",  "client", "user"};
    const std::string lower = to_lower(name);
    return std::find(general.begin(), general.end(), lower) != general.end();
}

/// The phrase that ends with the name: "Lantern AI Crawler" for Crawler.
std::string_view phrase_at(std::string_view agent, std::string_view name) {
    const auto end = static_cast<std::size_t>(name.data() + name.size() - agent.data());
    std::size_t begin = end - name.size();
    while (begin > 0 && is_blank_or_word(agent[begin - 1])) --begin;
    // A version of what stands before it is no part of it: "Safari/537.36 Bot".
    std::string_view phrase = agent.substr(begin, end - begin);
    while (!phrase.empty() && !(phrase.front() >= 'A' && phrase.front() <= 'Z') &&
           !(phrase.front() >= 'a' && phrase.front() <= 'z')) {
        phrase.remove_prefix(std::min(phrase.find(' '), phrase.size() - 1) + 1);
    }
    return phrase;
}

/// A page or mail address in a user agent, without what stands around it.
std::string_view contact_in(std::string_view agent) {
    for (const std::string_view mark : {"http://", "https://", "www.", "@"}) {
        const std::size_t at = agent.find(mark);
        if (at == agent.npos) continue;
        constexpr std::string_view limits = " \t()[]{}<>;,+\"'|";
        const std::size_t before = agent.find_last_of(limits, at);
        const std::size_t begin = before == agent.npos ? 0 : before + 1;
        return agent.substr(begin, std::min(agent.find_first_of(limits, at), agent.size()) - begin);
    }
    return {};
}

std::string_view host_of(std::string_view contact) {
    if (const auto at = contact.find("://"); at != contact.npos) contact.remove_prefix(at + 3);
    if (const auto at = contact.find('@'); at != contact.npos) contact.remove_prefix(at + 1);
    if (contact.starts_with("www.")) contact.remove_prefix(4);
    return contact.substr(0, contact.find_first_of("/?:#"));
}

std::string name_of_bot(std::string_view agent, std::string_view token) {
    const std::string_view contact = contact_in(agent);
    const bool is_contact = token.find_first_of("@/") != token.npos || token == contact;
    if (is_contact) return std::string(host_of(token));
    if (!is_too_general(token)) return std::string(token);
    const std::string_view phrase = phrase_at(agent, token);
    if (phrase.size() > token.size()) return std::string(phrase);
    return std::string(host_of(contact));
}

/// The user agent in a line of a list or of a log.
class UserAgents {
public:
    /// Nothing where the line is of a log and cannot be read.
    std::optional<std::string_view> in(std::string_view line) {
        const bool json = line.starts_with('{');
        if (!json && line.find("] \"") == line.npos) return line;
        arena_.reset();
        logs::LineReader& reader = json ? json_ : combined_;
        if (reader.read(line, entry_, arena_) == logs::Reading::broken) return std::nullopt;
        return entry_.user_agent;
    }

private:
    logs::LineReader json_{logs::Format::json}, combined_{logs::Format::combined};
    logs::Entry entry_;
    Arena arena_;
};

void add(Findings& findings, const identity::Catalogue& catalogue, std::string_view agent) {
    ++findings.read;
    const Identity identity = catalogue.identify({&agent, 1});
    const Claim& claim = identity.main();
    if (claim.crawler != nullptr || claim.category == Category::browser ||
        claim.category == Category::unknown) {
        return;
    }
    std::string name = name_of_bot(agent, claim.token);
    Bot& bot = findings.bots[to_lower(name.empty() ? agent : name)];
    if (bot.requests++ != 0) return;
    bot = {.name = std::move(name),
           .label = "unnamed bot " + std::to_string(findings.bots.size()),
           .category = claim.category,
           .contact = std::string(contact_in(agent)),
           .user_agent = std::string(agent),
           .requests = 1};
}

Findings read(const identity::Catalogue& catalogue, logs::Input& input) {
    Findings findings;
    UserAgents agents;
    std::vector<char> room(logs::Input::block_size);
    for (auto block = input.next(room); !block.empty(); block = input.next(room)) {
        logs::for_each_line(block, [&](std::string_view line) {
            if (const auto agent = agents.in(line)) {
                add(findings, catalogue, *agent);
            } else {
                ++findings.left_out;
            }
        });
    }
    return findings;
}

std::string today() {
    const std::chrono::year_month_day date{
        std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())};
    std::array<char, 16> text;
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text.data();
}

/// A scalar of YAML. JSON's strings are some.
std::string quoted(std::string_view text) {
    return boost::json::serialize(boost::json::string(text));
}

std::string times(std::size_t count) {
    return count == 1 ? "once" : std::to_string(count) + " times";
}

std::string stanza_of(const Bot& bot, bool by_pattern) {
    const auto line = [](std::string_view key, const std::string& value) {
        return "    " + std::string(key) + ": " + value + "\n";
    };
    std::string stanza = "  - token: " + quoted(bot.name.empty() ? bot.label : bot.name) + "\n";
    if (by_pattern) stanza += line("patterns", "[" + quoted("^" + bot.user_agent + "$") + "]");
    stanza += line("operator", "unknown");
    stanza += line("category", std::string(turnpike::name_of(bot.category)));
    stanza += line("status", "observed");
    stanza += line("source", quoted(bot.contact.empty() ? "our access log" : bot.contact));
    stanza += line("date", today());
    return stanza + line("examples", "[" + quoted(bot.user_agent) + "]");
}

constexpr const char* file_head = "version: 1\ncrawlers:\n";

/// The first form of a stanza that loads and names its own example; empty where none does.
std::string tried_stanza(const Bot& bot) {
    const bool plain = printable(bot.user_agent) == bot.user_agent;
    for (const bool by_pattern : {false, true}) {
        if (!plain || (bot.name.empty() && !by_pattern)) continue;
        std::string stanza = stanza_of(bot, by_pattern);
        const identity::CatalogueFile file{.name = "stanza", .text = file_head + stanza};
        Diagnostics diagnostics;
        const auto catalogue = identity::Catalogue::load({&file, 1}, diagnostics);
        if (catalogue != nullptr && diagnostics.list().empty()) return stanza;
    }
    return {};
}

void print_file(const Findings& findings, const std::vector<const Bot*>& bots) {
    std::size_t requests = 0;
    for (const Bot* bot : bots) requests += bot->requests;
    std::printf("# Read: %zu user agents. Of bots that the catalogue does not know: %zu, by %zu.\n",
                findings.read, requests, bots.size());
    if (findings.left_out != 0) std::printf("# Could not be read: %zu.\n", findings.left_out);
    if (bots.empty()) return;
    std::printf("# Correct operator, category and source of those to keep, and drop the others.\n");
    std::printf("%s", file_head);
    for (const Bot* bot : bots) {
        std::printf("  # %s\n", times(bot->requests).c_str());
        const std::string stanza = tried_stanza(*bot);
        if (stanza.empty()) {
            std::printf("  # nothing names it: %s\n\n", printable(bot->user_agent).c_str());
        } else {
            std::printf("%s\n", stanza.c_str());
        }
    }
}

void print_json(const Findings& findings, const std::vector<const Bot*>& bots) {
    boost::json::array array;
    for (const Bot* bot : bots) {
        boost::json::object object;
        object["name"] = printable(bot->name);
        object["category"] = boost::json::string(turnpike::name_of(bot->category));
        object["requests"] = bot->requests;
        object["user_agent"] = printable(bot->user_agent);
        object["stanza"] = tried_stanza(*bot);
        array.push_back(std::move(object));
    }
    const boost::json::object all{
        {"read", findings.read}, {"unreadable", findings.left_out}, {"unknown", std::move(array)}};
    std::printf("%s\n", boost::json::serialize(all).c_str());
}

}  // namespace

int unknown_crawlers(const identity::Catalogue& catalogue, const std::string& file, bool json) {
    std::string error;
    const auto input = logs::Input::open(file.empty() ? "-" : file, error);
    if (input == nullptr) {
        std::fprintf(stderr, "turnpike: %s\n", error.c_str());
        return exit_usage;
    }
    const Findings findings = read(catalogue, *input);
    if (!input->error().empty()) {
        std::fprintf(stderr, "turnpike: '%s' cannot be read: %s\n", file.c_str(),
                     input->error().c_str());
        return exit_usage;
    }
    std::vector<const Bot*> bots;
    for (const auto& [key, bot] : findings.bots) bots.push_back(&bot);
    std::stable_sort(bots.begin(), bots.end(),
                     [](const Bot* a, const Bot* b) { return a->requests > b->requests; });
    if (json) {
        print_json(findings, bots);
    } else {
        print_file(findings, bots);
    }
    return exit_ok;
}

}  // namespace turnpike::cli
