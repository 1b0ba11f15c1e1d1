// `turnpike crawlers --diff`: what has changed between two states of the catalogue, and who is
// refused or let in by it. The text is what CHANGELOG.md wants.
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <map>

#include "cli/catalogue.hpp"
#include "cli/commands.hpp"
#include "cli/crawlers.hpp"
#include "policy/policy.hpp"

namespace turnpike::cli {
namespace {

struct Change {
    const Crawler* before = nullptr;  ///< Null: added.
    const Crawler* now = nullptr;     ///< Null: removed.
};

/// Names by what happened to them under one preset.
using Effects = std::map<std::string, std::vector<std::string>>;

constexpr const char* newly_refused = "newly refused";
constexpr const char* newly_let_in = "newly let in";
constexpr const char* newly_charged = "newly asked to pay";

/// The entry of a catalogue that has one of the crawler's names.
const Crawler* counterpart(const identity::Catalogue& catalogue, const Crawler& crawler) {
    if (const Crawler* found = catalogue.find(crawler.name)) return found;
    for (const std::string& alias : crawler.aliases) {
        if (const Crawler* found = catalogue.find(alias)) return found;
    }
    return nullptr;
}

std::vector<Change> changes_between(const identity::Catalogue& before,
                                    const identity::Catalogue& now) {
    std::vector<Change> changes;
    for (const Crawler* crawler : now.crawlers()) {
        const Crawler* old = counterpart(before, *crawler);
        const bool same = old != nullptr && old->name == crawler->name &&
                          old->category == crawler->category &&
                          old->control_only == crawler->control_only;
        if (!same) changes.push_back({.before = old, .now = crawler});
    }
    for (const Crawler* crawler : before.crawlers()) {
        if (counterpart(now, *crawler) == nullptr) {
            changes.push_back({.before = crawler, .now = nullptr});
        }
    }
    std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
        const auto name = [](const Change& change) {
            return change.now != nullptr ? change.now->name : change.before->name;
        };
        return name(a) < name(b);
    });
    return changes;
}

/// Names under which rules of sites may know a crawler, and that find nothing any more.
std::vector<std::string> lost_names(const identity::Catalogue& before,
                                    const identity::Catalogue& now) {
    std::vector<std::string> lost;
    for (const Crawler* crawler : before.crawlers()) {
        if (now.find(crawler->name) == nullptr) lost.push_back(crawler->name);
        for (const std::string& alias : crawler->aliases) {
            if (now.find(alias) == nullptr) lost.push_back(alias);
        }
    }
    return lost;
}

Identity as(const Crawler& crawler) {
    Identity identity;
    identity.claims[0] = {.crawler = &crawler,
                          .category = crawler.category,
                          .proof = crawler.control_only ? Proof::forged : Proof::none,
                          .token = crawler.name};
    return identity;
}

/// What a catalogue without the entry makes of its bare name.
Identity without(const identity::Catalogue& catalogue, const Crawler& crawler) {
    const std::string_view name = crawler.name;
    return catalogue.identify({&name, 1});
}

Action action_for(const Site& site, const Identity& identity) {
    const std::string_view path = "/";
    return decide(site, {.readings = {&path, 1}, .user_agents = {}, .identity = &identity}).action;
}

class Presets {
public:
    explicit Presets(const identity::Catalogue& catalogue) {
        vocabulary_.find_crawler = [&catalogue](std::string_view name) {
            return catalogue.find(name);
        };
        for (const std::string& name : policy::preset_names()) {
            Diagnostics out;
            const policy::Context context{
                .vocabulary = vocabulary_, .read_file = {}, .environment = {}, .out = out};
            const policy::SiteFile file{.name = name,
                                        .text =
                                            "site: x\nhosts: ['*']\norigin: http://127.0.0.1\n"
                                            "price: USD 0.01\npreset: " +
                                            name + "\n"};
            if (auto sites = policy::load_sites({&file, 1}, context)) {
                sites_.emplace(name, std::move(*sites));
            }
        }
    }

    std::map<std::string, Effects> effects_of(const std::vector<Change>& changes,
                                              const identity::Catalogue& before,
                                              const identity::Catalogue& now) const {
        std::map<std::string, Effects> all;
        for (const auto& [preset, sites] : sites_) {
            Effects& effects = all[preset];
            const Site& site = sites.all().front();
            for (const auto& [was, is] : changes) {
                const Crawler& either = is != nullptr ? *is : *was;
                const Identity old = was != nullptr ? as(*was) : without(before, either);
                const Identity current = is != nullptr ? as(*is) : without(now, either);
                const Action then = action_for(site, old);
                const Action today = action_for(site, current);
                if (then == today) continue;
                const char* what = today == Action::allow ? newly_let_in
                                   : today == Action::pay ? newly_charged
                                                          : newly_refused;
                effects[what].push_back(either.name);
            }
        }
        return all;
    }

private:
    policy::Vocabulary vocabulary_;
    std::map<std::string, Sites> sites_;
};

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string category(const Crawler& crawler) {
    return std::string(name_of(crawler.category)) + (crawler.control_only ? " (forged)" : "");
}

/// A heading with its lines, or nothing where there are none.
void print_section(const char* heading, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    std::printf("**%s**\n", heading);
    for (const std::string& line : lines) std::printf("- %s\n", line.c_str());
    std::printf("\n");
}

void print_text(const std::vector<Change>& changes, const std::vector<std::string>& lost,
                const std::map<std::string, Effects>& effects) {
    std::vector<std::string> added, removed, renamed, moved;
    for (const auto& [was, is] : changes) {
        if (was == nullptr) {
            added.push_back(is->name + " (" + category(*is) + ", " + is->operator_name + ")");
        } else if (is == nullptr) {
            removed.push_back(was->name + " (" + category(*was) + ")");
        } else {
            if (was->name != is->name) renamed.push_back(was->name + " is now " + is->name);
            if (category(*was) != category(*is)) {
                moved.push_back(is->name + ": " + category(*was) + " → " + category(*is));
            }
        }
    }
    print_section("Crawlers added", added);
    print_section("Crawlers removed", removed);
    print_section("Names that find nothing any more: rules that use them warn", lost);
    print_section("Crawlers renamed; the old name still works", renamed);
    print_section("Category changed", moved);
    std::vector<std::string> lines;
    for (const auto& [preset, by_effect] : effects) {
        std::string line = "`" + preset + "`: ";
        for (const auto& [what, names] : by_effect) {
            line += (line.ends_with(": ") ? "" : ". ") + std::string(what) + ": " + joined(names);
        }
        lines.push_back(by_effect.empty() ? line + "nobody" : line);
    }
    print_section("Who is newly refused or let in", lines);
}

boost::json::array to_json(const std::vector<std::string>& names) {
    return boost::json::array(names.begin(), names.end());
}

void print_json(const std::vector<Change>& changes, const std::vector<std::string>& lost,
                const std::map<std::string, Effects>& effects) {
    boost::json::array list;
    for (const auto& [was, is] : changes) {
        boost::json::object object;
        const auto side = [](const Crawler* crawler) -> boost::json::value {
            if (crawler == nullptr) return nullptr;
            return {{"crawler", crawler->name}, {"category", category(*crawler)}};
        };
        object["before"] = side(was);
        object["now"] = side(is);
        list.push_back(std::move(object));
    }
    boost::json::object presets;
    for (const auto& [preset, by_effect] : effects) {
        const auto names = [&by_effect = by_effect](const char* what) {
            const auto found = by_effect.find(what);
            return found == by_effect.end() ? boost::json::array() : to_json(found->second);
        };
        presets[preset] = {{"refused", names(newly_refused)},
                           {"let_in", names(newly_let_in)},
                           {"charged", names(newly_charged)}};
    }
    const boost::json::object all{{"changes", std::move(list)},
                                  {"lost_names", to_json(lost)},
                                  {"presets", std::move(presets)}};
    std::printf("%s\n", boost::json::serialize(all).c_str());
}

}  // namespace

int catalogue_changes(const identity::Catalogue& now, const std::string& directory, bool json) {
    const auto files = catalogue_files(directory);
    if (files.empty()) {
        std::fprintf(stderr, "turnpike: '%s' has no catalogue: no *.yaml in it\n",
                     directory.c_str());
        return exit_usage;
    }
    Diagnostics out;
    const auto before = identity::Catalogue::load(files, out);
    if (before == nullptr) {
        std::fprintf(stderr, "%s", out.to_string().c_str());
        return exit_configuration;
    }
    const auto changes = changes_between(*before, now);
    const auto lost = lost_names(*before, now);
    const auto effects = Presets(now).effects_of(changes, *before, now);
    if (json) {
        print_json(changes, lost, effects);
    } else if (changes.empty() && lost.empty()) {
        std::printf("Nothing has changed: %zu crawlers.\n", now.crawlers().size());
    } else {
        print_text(changes, lost, effects);
    }
    return exit_ok;
}

}  // namespace turnpike::cli
