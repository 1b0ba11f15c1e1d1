// One run over the logs: rounds of blocks through reading, judging, settling and counting, each of
// them by all threads but settling, for which the order of all lines matters.
#pragma once

#include <memory>
#include <vector>

#include "replay/crew.hpp"
#include "replay/feed.hpp"
#include "replay/judge.hpp"

namespace turnpike::replay {

class Rehearsal {
public:
    explicit Rehearsal(const Assignment& assignment);
    std::optional<Findings> run(Failure& failure);

private:
    /// What became of one block's lines.
    struct Page {
        std::vector<Record> records;
        std::uint64_t lines = 0;
        std::uint64_t no_requests = 0, broken = 0;
        std::vector<BrokenLine> broken_lines;
    };
    /// What one thread works with.
    struct Worker {
        Worker(const Assignment& assignment, const store::Rates& rates)
            : judge(assignment, rates) {}
        Judge judge;
        Arena arena;  // for lines whose escapes were undone, during one round
    };

    void read(const Block& block, Page& page, Worker& worker) const;
    void read_all(const Round& round);
    void number_lines(const Round& round);
    bool says_which_site(Failure& failure) const;
    template <class Use>
    void for_each_record(Use use);

    const Assignment& assignment_;
    const Products products_;
    store::Rates rates_;
    Feed feed_;
    std::vector<Page> pages_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<std::unique_ptr<Share>> shares_;
    Findings findings_;
    Crew crew_;  // last, so that its threads end first
};

/// Puts together what the shares hold.
void merge(const std::vector<std::unique_ptr<Share>>& shares, const Products& products,
           Findings& findings);

}  // namespace turnpike::replay
