// `turnpike check`: reads a configuration as `serve` would, serves nothing, and says what it saw.
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "cli/configuration.hpp"
#include "cli/diagnostics.hpp"

namespace turnpike::cli {
namespace {

struct Summary {
    std::size_t sites = 0;
    std::size_t rules = 0;  // the sites' own and those of their presets
    std::size_t errors = 0;
    std::size_t warnings = 0;
};

std::string counted(std::size_t count, std::string_view what) {
    return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

Summary summarise(const std::optional<Configuration>& configuration, const Diagnostics& out) {
    Summary summary;
    for (const Diagnostic& diagnostic : out.list()) {
        ++(diagnostic.severity == Severity::error ? summary.errors : summary.warnings);
    }
    if (!configuration) return summary;
    for (const Site& site : configuration->snapshot->knowledge.sites.all()) {
        ++summary.sites;
        summary.rules += site.rules.size();
    }
    return summary;
}

/// How many sites and rules there are is known only where all of them could be read.
std::string summary_text(const Summary& summary, bool is_good) {
    const std::string counts =
        counted(summary.errors, "error") + ", " + counted(summary.warnings, "warning");
    if (!is_good) return counts;
    return counted(summary.sites, "site") + ", " + counted(summary.rules, "rule") + ", " + counts;
}

std::string summary_json(const Summary& summary, bool is_good, const Diagnostics& out) {
    boost::json::object object{{"ok", is_good},
                               {"sites", nullptr},
                               {"rules", nullptr},
                               {"errors", summary.errors},
                               {"warnings", summary.warnings},
                               {"diagnostics", boost::json::parse(to_json(out))}};
    if (is_good) {
        object["sites"] = summary.sites;
        object["rules"] = summary.rules;
    }
    return boost::json::serialize(object);
}

}  // namespace

std::string configuration_here() {
    constexpr const char* name = "turnpike.yaml";
    return ::access(name, F_OK) == 0 ? name : "";
}

int check(const CheckOptions& options) {
    if (options.config.empty()) {
        std::fputs(
            "turnpike: there is no turnpike.yaml here\n"
            "    say which one: turnpike check -c FILE, or let one be written: turnpike init\n",
            stderr);
        return exit_usage;
    }
    ServeOptions served;
    served.config = options.config;
    Diagnostics out;
    const auto configuration = load_configuration(served, out);
    const bool is_good = configuration.has_value();
    const Summary summary = summarise(configuration, out);
    if (options.format == "json") {
        std::printf("%s\n", summary_json(summary, is_good, out).c_str());
    } else {
        std::fputs(out.to_string().c_str(), stderr);
        std::printf("%s: %s\n", options.config.c_str(), summary_text(summary, is_good).c_str());
    }
    return is_good ? exit_ok : exit_configuration;
}

}  // namespace turnpike::cli
