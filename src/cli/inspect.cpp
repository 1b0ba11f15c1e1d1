// Commands that look and print: identify, version.
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "cli/catalogue.hpp"
#include "cli/commands.hpp"
#include "identity/identity.hpp"

namespace turnpike::cli {
namespace {

void print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

/// A file to read, or standard input for an empty name and `-`. Null, with a word on standard
/// error, where it cannot be read.
std::shared_ptr<std::istream> open_input(const std::string& file) {
    if (file.empty() || file == "-") return {&std::cin, [](std::istream*) {}};
    auto opened = std::make_shared<std::ifstream>(file);
    if (*opened) return opened;
    std::fprintf(stderr, "turnpike: cannot read '%s'\n", file.c_str());
    return nullptr;
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

}  // namespace

int identify(const std::string& config, const std::string& format, const std::string& file) {
    const auto input = open_input(file);
    if (input == nullptr) return exit_usage;
    const auto catalogue = load_catalogue(config);
    if (catalogue == nullptr) return exit_configuration;
    for (std::string line; std::getline(*input, line);) {
        if (line.ends_with('\r')) line.pop_back();
        const std::string_view agent = line;
        const Identity identity = catalogue->identify({&agent, 1});
        print(format == "json" ? to_json(identity, line) : identity::to_tsv(identity, line));
        print("\n");
    }
    return exit_ok;
}

int version() {
    print("turnpike " TURNPIKE_VERSION "\n");
    return exit_ok;
}

}  // namespace turnpike::cli
