// turnpike_conformance SUITE [options]: one JSON object a line in, one a line out, so that the
// vectors of any published suite can be put to our modules.
#include <exception>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "conformance/suites.hpp"

namespace turnpike::conformance {
namespace {

namespace json = boost::json;

const std::map<std::string_view, std::optional<Answerer> (*)(Options)> suites = {
    {"robots", robots},
};

json::object answer_line(const Answerer& answerer, const std::string& line) {
    try {
        return answerer(json::parse(line).as_object());
    } catch (const std::exception& error) {
        return {{"error", error.what()}};
    }
}

int run(const std::vector<std::string_view>& arguments) {
    const auto suite = arguments.empty() ? suites.end() : suites.find(arguments.front());
    const auto answerer =
        suite == suites.end() ? std::nullopt : suite->second(std::span(arguments).subspan(1));
    if (!answerer) {
        std::cerr << "usage: turnpike_conformance robots [--google|--strict]\n";
        return 2;
    }
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << json::serialize(answer_line(*answerer, line)) << std::endl;  // who asks waits
    }
    return 0;
}

}  // namespace
}  // namespace turnpike::conformance

int main(int count, char** arguments) {
    return turnpike::conformance::run({arguments + 1, arguments + count});
}
