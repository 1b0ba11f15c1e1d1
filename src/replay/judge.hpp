// One line of a log as a request, and what a policy says of it: the same `gate::judge` that serves.
#pragma once

#include "replay/share.hpp"

namespace turnpike::replay {

/// Which site a line is of that does not say: the only one, `--site`'s, or the one for any host.
/// Nothing where there are several.
std::optional<std::string> default_host(const Sites& sites, const Site* site);

/// Judges for one thread.
class Judge {
public:
    Judge(const Assignment& assignment, const store::Rates& rates);

    /// Who asked, behind trusted proxies, and so whose share the record is.
    void find_client(Record& record);
    /// Sets fate, verdict and bucket. Of a rate nothing is taken: that is for settle().
    void judge(Record& record);

private:
    const RequestHead& head_of(const logs::Entry& entry);
    std::string_view host_of(const logs::Entry& entry) const;

    const gate::Snapshot& policy_;
    const Site* const site_;
    const store::Rates& rates_;
    const std::string default_host_;
    identity::Verdicts verdicts_;
    Arena arena_;
    std::array<Field, 3> fields_;
    RequestHead head_;
};

/// Takes from the record's bucket, on the log's clock.
void settle(Record& record, store::Rates& rates);

}  // namespace turnpike::replay
