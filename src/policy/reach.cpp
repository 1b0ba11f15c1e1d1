// Rules that ask for what never comes to them: a name that the site does not have, a path that is
// open to everyone.
#include <algorithm>

#include "policy/rules.hpp"

namespace turnpike::policy {
namespace {

/// Whether some name is meant by both; either may be `*.x` or `*`.
bool have_a_name_in_common(const HostPattern& a, const HostPattern& b) {
    return a.text() == b.text() || a.matches(b.text()) || b.matches(a.text());
}

void check_hosts(const when::Hosts& hosts, const Site& site, const Subject& subject) {
    for (const HostPattern& wanted : hosts.names) {
        const bool known =
            std::any_of(site.hosts.begin(), site.hosts.end(), [&](const std::string& name) {
                return have_a_name_in_common(wanted, HostPattern(name));
            });
        if (known) continue;
        report(subject.out, subject.node,
               "this site is not called '" + wanted.text() + "', so no request for it comes here",
               config::did_you_mean(wanted.text(), site.hosts), Severity::warning);
    }
}

bool is_open(const PathPattern& path, const PathList& open) {
    const bool plain = path.text().find('*') == std::string::npos;
    return std::any_of(open.all().begin(), open.all().end(), [&](const PathPattern& pattern) {
        return pattern.text() == path.text() || (plain && pattern.matches(path.text()));
    });
}

void check_paths(const when::Paths& paths, const Site& site, const Subject& subject) {
    const auto& all = paths.patterns.all();
    const bool every_one = std::all_of(all.begin(), all.end(), [&](const PathPattern& path) {
        return is_open(path, site.open_paths);
    });
    if (!every_one) return;
    report(subject.out, subject.node,
           "this rule is never reached: '" + all.front().text() + "' is open to everyone",
           "to close it: open_paths: { remove: [" + all.front().text() + "] }", Severity::warning);
}

}  // namespace

void check_reach(const Rule& rule, const Site& site, const Subject& subject) {
    for (const Condition& condition : rule.when.conditions) {
        if (const auto* hosts = std::get_if<when::Hosts>(&condition.key)) {
            check_hosts(*hosts, site, subject);
        } else if (const auto* paths = std::get_if<when::Paths>(&condition.key)) {
            check_paths(*paths, site, subject);
        }
    }
}

}  // namespace turnpike::policy
