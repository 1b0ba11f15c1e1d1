// Looking up the ids of a snapshot's metrics.
#include "gate/series.hpp"

namespace turnpike::gate {

Series::Series(const Knowledge& knowledge, telemetry::Metrics& metrics) {
    for (const Site& site : knowledge.sites.all()) {
        const Mode mode = knowledge.observe ? Mode::observe : site.mode;
        OfSite ids{.site = metrics.site(site.name),
                   .open_path = metrics.rule(site.name, "open-path", mode),
                   .forged = metrics.rule(site.name, "forged", mode),
                   .rules = {}};
        for (const Rule& rule : site.rules) {
            ids.rules.push_back(
                metrics.rule(site.name, rule.name, rule.observe ? Mode::observe : mode));
        }
        sites_.push_back(std::move(ids));
    }
    for (const Crawler* crawler : knowledge.catalogue->crawlers()) {
        const bool by_name =
            is_ai(crawler->category) || crawler->category == Category::search_engine;
        if (by_name) crawlers_.emplace(crawler, metrics.crawler(crawler->name));
    }
}

}  // namespace turnpike::gate
