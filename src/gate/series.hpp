// Where the metrics of one snapshot are counted: ids of its sites, rules and crawlers. Looked up by
// name once, where the snapshot is made ready, and never on a loop thread.
#pragma once

#include <unordered_map>
#include <vector>

#include "gate/judge.hpp"
#include "telemetry/telemetry.hpp"

namespace turnpike::gate {

class Series {
public:
    struct OfSite {
        telemetry::Metrics::SiteId site;
        telemetry::Metrics::RuleId open_path;
        telemetry::Metrics::RuleId forged;
        std::vector<telemetry::Metrics::RuleId> rules;  ///< As in Site::rules.
    };

    Series() = default;
    Series(const Knowledge& knowledge, telemetry::Metrics& metrics);

    const OfSite& of(std::size_t site) const { return sites_[site]; }
    telemetry::Metrics::CrawlerId of(const Crawler& crawler) const {
        const auto known = crawlers_.find(&crawler);
        return known == crawlers_.end() ? telemetry::Metrics::other_crawler : known->second;
    }

private:
    std::vector<OfSite> sites_;
    std::unordered_map<const Crawler*, telemetry::Metrics::CrawlerId> crawlers_;
};

}  // namespace turnpike::gate
