// `turnpike init`: asks what is wanted, writes it down, and has it read as `serve` would.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>

#include "cli/configuration.hpp"
#include "cli/wish.hpp"

namespace turnpike::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view instance_text =
    "# yaml-language-server: $schema=/usr/share/turnpike/turnpike.schema.json\n"
    "#\n"
    "# The instance; every key: docs/configuration.md.\n"
    "version: 1\n\n"
    "# Where clients come in. \"0.0.0.0:80\" is every IPv4 address of this machine.\n"
    "listen:\n"
    "  - address: \"127.0.0.1:8080\"\n\n"
    "# Proxies in front of Turnpike that may say for whom they ask.\n"
    "trusted_proxies: [loopback]\n\n"
    "# One file a site.\n"
    "sites: sites.d/*.yaml\n";

/// Takes one answer; what is wrong with it is returned.
using Take = std::function<std::string(const std::string&)>;

/// A line from standard input; nothing at its end.
std::optional<std::string> read_line() {
    std::string line;
    for (int c = std::getchar(); c != '\n'; c = std::getchar()) {
        if (c == EOF) return std::nullopt;
        line += static_cast<char>(c);
    }
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.pop_back();
    line.erase(0, line.find_first_not_of(' '));
    return line;
}

/// Asks until the answer will do. False where there is nobody to answer.
bool ask(const std::string& question, const std::string& usual, const Take& take) {
    std::printf("%s\n", question.c_str());
    while (true) {
        std::printf("%s > ", usual.empty() ? "" : (" [" + usual + "]").c_str());
        std::fflush(stdout);
        const auto line = read_line();
        if (!line) return false;
        const std::string wrong = take(line->empty() ? usual : *line);
        if (wrong.empty()) return true;
        std::printf("  %s\n", wrong.c_str());
    }
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

/// One thing to know: how it is asked for, what was said on the command line, what it is else.
struct Item {
    std::string question;
    std::string said;
    std::string usual;  // empty: it must be said
    const char* option;
    Take take;
    std::function<bool()> matters = [] { return true; };
};

std::vector<Item> items_for(const InitOptions& options, Wish& wish) {
    const auto answer = [](Answer& into) {
        return [&into](const std::string& text) { return set_answer(text, into); };
    };
    return {
        {"Which names does the site have (example.com www.example.com)?", joined(options.hosts), "",
         "--host", [&](const std::string& text) { return set_hosts(text, wish); }},
        {"Where does the website itself run?", options.origin,
         ::isatty(STDIN_FILENO) != 0 ? "http://127.0.0.1:3000" : "", "--origin",
         [&](const std::string& text) { return set_origin(text, wish); }},
        {"\nAI comes for different ends. Each may be met with deny, allow or pay.\n"
         "Training: they collect texts for AI models (GPTBot, ClaudeBot, CCBot).",
         options.training, "deny", "--training", answer(wish.training)},
        {"AI search: they look for pages to answer with, and link to them (OAI-SearchBot,\n"
         "PerplexityBot). Search engines like Google's get in anyhow.",
         options.search, "deny", "--search", answer(wish.search)},
        {"Assistants: they open a page because somebody asked them to (ChatGPT-User).",
         options.assistants, "deny", "--assistants", answer(wish.assistants)},
        {"What does a request cost who pays?", options.price, "USD 0.01", "--price",
         [&](const std::string& text) { return set_price(text, wish); },
         [&] { return wish.charges(); }},
        {"\nWhere can people write who are refused by mistake (web@example.com; or nothing)?",
         options.contact, "", "--contact",
         [&](const std::string& text) { return set_contact(text, wish); }},
    };
}

/// Everything that is wanted, from the command line, and from the terminal if it was not said
/// there. An exit status where that cannot be had.
int learn(const InitOptions& options, Wish& wish) {
    const bool terminal = ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
    for (const Item& item : items_for(options, wish)) {
        if (!item.said.empty()) {
            const std::string wrong = item.take(item.said);
            if (wrong.empty()) continue;
            std::fprintf(stderr, "turnpike: %s: %s\n", item.option, wrong.c_str());
            return exit_usage;
        }
        if (!item.matters()) continue;
        if (terminal) {
            if (ask(item.question, item.usual, item.take)) continue;
            std::printf("\nNothing was written.\n");
            return exit_usage;
        }
        const std::string wrong = item.take(item.usual);
        if (wrong.empty()) continue;
        std::fprintf(stderr,
                     "turnpike: %s is missing\n"
                     "    in a terminal 'turnpike init' asks; elsewhere: turnpike init --host "
                     "example.com --origin http://127.0.0.1:3000\n",
                     item.option);
        return exit_usage;
    }
    return exit_ok;
}

bool write(const fs::path& path, std::string_view text) {
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (file) {
        std::printf("wrote %s\n", path.c_str());
        return true;
    }
    std::fprintf(stderr, "turnpike: %s cannot be written: %s\n", path.c_str(),
                 std::strerror(errno));
    return false;
}

bool serves(const Configuration& configuration, const std::string& site) {
    for (const Site& each : configuration.snapshot->knowledge.sites.all()) {
        if (each.name == site) return true;
    }
    return false;
}

void say_what_next(const Wish& wish, const fs::path& instance, const Configuration& made) {
    const std::string config =
        instance == "turnpike.yaml" ? "" : " -c " + instance.generic_string();
    const std::string& first = wish.hosts.front();
    const std::string host = first == "*" ? "example.com" : wish.site_name();
    std::printf(
        "\nNext:\n"
        "  turnpike check%s\n"
        "  turnpike explain%s --url http://%s/ --ua GPTBot\n"
        "  turnpike serve%s\n"
        "It then serves on %s what %s answers.\n",
        config.c_str(), config.c_str(), host.c_str(), config.c_str(),
        made.settings.listen.front().text.c_str(), wish.origin.c_str());
}

}  // namespace

int init(const InitOptions& options) {
    Wish wish;
    if (const int status = learn(options, wish); status != exit_ok) return status;

    const fs::path folder = fs::path(options.folder).lexically_normal();
    const fs::path instance = (folder / "turnpike.yaml").lexically_normal();
    const fs::path site = (folder / "sites.d" / (wish.site_name() + ".yaml")).lexically_normal();
    if (fs::exists(site) && !options.force) {
        std::fprintf(stderr,
                     "turnpike: %s is there already: nothing was written\n"
                     "    change that file, or write over it: --force\n",
                     site.c_str());
        return exit_configuration;
    }
    if (!write(site, wish.to_yaml())) return exit_configuration;
    if (!fs::exists(instance) && !write(instance, instance_text)) return exit_configuration;

    ServeOptions served;
    served.config = instance;
    Diagnostics out;
    const auto configuration = load_configuration(served, out);
    std::fputs(out.to_string().c_str(), stderr);
    if (!configuration) return exit_configuration;
    if (!serves(*configuration, wish.site_name())) {
        std::fprintf(stderr,
                     "turnpike: %s does not read %s\n"
                     "    add it there: sites: sites.d/*.yaml\n",
                     instance.c_str(), site.c_str());
        return exit_configuration;
    }
    say_what_next(wish, instance, *configuration);
    return exit_ok;
}

}  // namespace turnpike::cli
