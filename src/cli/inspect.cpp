// Commands that look and print: identify, crawlers, version.
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "cli/commands.hpp"
#include "identity/identity.hpp"

namespace turnpike::cli {
namespace {

void print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string to_json(const Identity& identity, std::string_view user_agent) {
    const Claim& claim = identity.main();
    boost::json::object object;
    if (claim.crawler != nullptr) {
        object["crawler"] = claim.crawler->name;
        object["operator"] = claim.crawler->operator_name;
    }
    object["category"] = boost::json::string(name_of(claim.category));
    object["user_agent"] = boost::json::string(user_agent);
    return boost::json::serialize(object);
}

void print_entry(const Crawler& crawler) {
    const auto line = [](std::string_view key, std::string_view value) {
        if (!value.empty())
            std::printf("%-10s %.*s\n", std::string(key).c_str(), static_cast<int>(value.size()),
                        value.data());
    };
    line("crawler", crawler.name);
    std::string aliases;
    for (const std::string& alias : crawler.aliases)
        aliases += (aliases.empty() ? "" : ", ") + alias;
    line("aliases", aliases);
    line("operator", crawler.operator_name);
    line("category", name_of(crawler.category));
    std::string also;
    for (const Category category : crawler.also) {
        also += (also.empty() ? "" : ", ") + std::string(name_of(category));
    }
    line("also", also);
    line("robots", crawler.robots_token);
    if (crawler.control_only) line("note", "a robots.txt token only: as a user agent it is forged");
    if (crawler.hired) line("note", "a tool that a site's owner may have ordered himself");
}

}  // namespace

int identify(const std::string& format, const std::string& file) {
    std::ifstream opened;
    if (!file.empty() && file != "-") {
        opened.open(file);
        if (!opened) {
            std::fprintf(stderr, "turnpike: cannot read '%s'\n", file.c_str());
            return exit_usage;
        }
    }
    std::istream& input = opened.is_open() ? opened : std::cin;
    const auto catalogue = identity::Catalogue::installed();
    for (std::string line; std::getline(input, line);) {
        if (line.ends_with('\r')) line.pop_back();
        const std::string_view agent = line;
        const Identity identity = catalogue->identify({&agent, 1});
        print(format == "json" ? to_json(identity, line) : identity::to_tsv(identity, line));
        print("\n");
    }
    return exit_ok;
}

int crawlers(const std::string& name) {
    const auto catalogue = identity::Catalogue::installed();
    if (!name.empty()) {
        const Crawler* crawler = catalogue->find(name);
        if (crawler == nullptr) {
            std::fprintf(stderr, "turnpike: the catalogue has no crawler '%s'\n", name.c_str());
            return exit_usage;
        }
        print_entry(*crawler);
        return exit_ok;
    }
    std::vector<const Crawler*> sorted(catalogue->crawlers().begin(), catalogue->crawlers().end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Crawler* a, const Crawler* b) { return a->category < b->category; });
    for (const Crawler* crawler : sorted) {
        print(std::string(name_of(crawler->category)) + "\t" + crawler->name + "\t" +
              crawler->operator_name + "\n");
    }
    return exit_ok;
}

int version() {
    print("turnpike " TURNPIKE_VERSION "\n");
    return exit_ok;
}

}  // namespace turnpike::cli
