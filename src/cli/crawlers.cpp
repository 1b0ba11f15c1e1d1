// `turnpike crawlers`: the catalogue, or one entry of it.
#include "cli/crawlers.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "cli/catalogue.hpp"
#include "cli/commands.hpp"

namespace turnpike::cli {
namespace {

void print_line(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    std::printf("%-10.*s %.*s\n", static_cast<int>(key.size()), key.data(),
                static_cast<int>(value.size()), value.data());
}

template <class List, class Text>
std::string joined(const List& list, Text text) {
    std::string result;
    for (const auto& item : list) result += (result.empty() ? "" : ", ") + std::string(text(item));
    return result;
}

std::string_view name_of(Certainty certainty) {
    switch (certainty) {
        case Certainty::documented:
            return "documented";
        case Certainty::observed:
            return "observed";
        case Certainty::listed:
            break;
    }
    return "listed";
}

std::string proof_of(const Crawler& crawler) {
    std::string proof;
    const auto add = [&](const std::string& text) { proof += (proof.empty() ? "" : "; ") + text; };
    if (!crawler.proof.addresses.empty()) {
        add("addresses in list " + crawler.proof.addresses +
            (crawler.exclusive ? ", which is complete" : ""));
    }
    for (const std::string& ending : crawler.proof.reverse_dns) add("host names in " + ending);
    if (!crawler.proof.signature.empty()) add("signature by " + crawler.proof.signature);
    return proof;
}

void print_entry(const Crawler& crawler) {
    const auto same = [](const std::string& text) { return text; };
    print_line("crawler", crawler.name);
    print_line("aliases", joined(crawler.aliases, same));
    print_line("operator", crawler.operator_name);
    print_line("category", turnpike::name_of(crawler.category));
    print_line("also", joined(crawler.also, [](Category c) { return turnpike::name_of(c); }));
    print_line("robots", crawler.robots_token);
    print_line("proof", proof_of(crawler));
    print_line("status", name_of(crawler.certainty));
    print_line("source", crawler.source + ", " + crawler.date);
    if (crawler.control_only) {
        print_line("note", "a robots.txt token only: as a user agent it is forged");
    }
    if (crawler.hired) print_line("note", "a tool that a site's owner may have ordered himself");
}

boost::json::object to_json(const Crawler& crawler) {
    const auto strings = [](const std::vector<std::string>& list) {
        return boost::json::array(list.begin(), list.end());
    };
    boost::json::array also;
    for (const Category category : crawler.also) {
        also.push_back(boost::json::string(turnpike::name_of(category)));
    }
    boost::json::object object;
    object["crawler"] = crawler.name;
    object["aliases"] = strings(crawler.aliases);
    object["operator"] = crawler.operator_name;
    object["category"] = boost::json::string(turnpike::name_of(crawler.category));
    object["also"] = std::move(also);
    object["robots"] = crawler.robots_token;
    object["proof"] = {{"addresses", crawler.proof.addresses},
                       {"reverse_dns", strings(crawler.proof.reverse_dns)},
                       {"signature", crawler.proof.signature},
                       {"exclusive", crawler.exclusive}};
    object["control_only"] = crawler.control_only;
    object["hired"] = crawler.hired;
    object["status"] = boost::json::string(name_of(crawler.certainty));
    object["source"] = crawler.source;
    object["date"] = crawler.date;
    return object;
}

void print_all(const identity::Catalogue& catalogue, bool json) {
    std::vector<const Crawler*> sorted(catalogue.crawlers().begin(), catalogue.crawlers().end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Crawler* a, const Crawler* b) { return a->category < b->category; });
    boost::json::array array;
    for (const Crawler* crawler : sorted) {
        if (json) {
            array.push_back(to_json(*crawler));
        } else {
            std::printf("%s\t%s\t%s\n", turnpike::name_of(crawler->category).data(),
                        crawler->name.c_str(), crawler->operator_name.c_str());
        }
    }
    if (json) std::printf("%s\n", boost::json::serialize(array).c_str());
}

}  // namespace

int crawlers(const CrawlersOptions& options) {
    const auto catalogue = load_catalogue(options.config);
    if (catalogue == nullptr) return exit_configuration;
    if (options.unknown) return unknown_crawlers(*catalogue, *options.unknown, options.json);
    if (options.diff) return catalogue_changes(*catalogue, *options.diff, options.json);
    if (options.name.empty()) {
        print_all(*catalogue, options.json);
        return exit_ok;
    }
    const Crawler* crawler = catalogue->find(options.name);
    if (crawler == nullptr) {
        std::fprintf(stderr, "turnpike: the catalogue has no crawler '%s'\n", options.name.c_str());
        return exit_usage;
    }
    if (options.json) {
        std::printf("%s\n", boost::json::serialize(to_json(*crawler)).c_str());
    } else {
        print_entry(*crawler);
    }
    return exit_ok;
}

}  // namespace turnpike::cli
