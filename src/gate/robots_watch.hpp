// What robots.txt says of the requests that one thread serves.
#pragma once

#include <memory>
#include <vector>

#include "core/clock.hpp"
#include "gate/client.hpp"
#include "gate/judge.hpp"
#include "gate/robots.hpp"
#include "telemetry/telemetry.hpp"

namespace turnpike::gate {

class RobotsWatch {
public:
    RobotsWatch(const Sites& sites, compliance::Readers& readers, Clock& clock)
        : sites_(sites), readers_(readers), clock_(clock), files_(sites.all().size()) {}

    /// From now on these are served; null: none of ours.
    void use(const RobotsFiles* files);
    /// Of a site, by its index; null: its clients get the origin's.
    const std::shared_ptr<const RobotsFile>& file(std::size_t site) const { return files_[site]; }

    /// What the site's clients may have read of ours; it has such a file.
    const compliance::History& history(const Site& site) const {
        return files_[index_of(&site)]->served();
    }

    /// What is known before the decision. Needs site, identity and mode.
    RobotsStanding look(const Judgement& judgement, const Inquiry& inquiry) const;

    /// What does not change from one request to the next of those that are decided alike.
    struct Habit {
        std::string_view token;  ///< Empty: robots.txt is not about them.
        bool disallows_all = false;
        std::chrono::milliseconds crawl_delay{0};
        const RobotsFile* file = nullptr;  ///< By which the rest is known,
        Clock::Steady until;               ///< and for how long.
    };
    /// What is to be said of a request that was let in; it is remembered.
    telemetry::RobotsRemark visited(const Judgement& judgement, const Exchange& exchange,
                                    const ClientAddress& client, const Habit& habit) const;
    /// The same of one that was not: nothing is looked up but what `habit` knows.
    static telemetry::RobotsRemark refused(const Habit& habit) {
        return habit.disallows_all ? telemetry::RobotsRemark::disallowed
                                   : telemetry::RobotsRemark::none;
    }
    static telemetry::RobotsRemark remark_of(const RobotsStanding& standing) {
        if (!standing.disallowed) return telemetry::RobotsRemark::none;
        return standing.violator ? telemetry::RobotsRemark::violator
                                 : telemetry::RobotsRemark::disallowed;
    }
    /// Brings what has become old up to date.
    void refresh(Habit& habit, std::size_t site) const {
        if (habit.file != files_[site].get() || clock_.now() >= habit.until) learn(habit, site);
    }
    /// Who got which file.
    void fetched(const Judgement& judgement, const ClientAddress& client,
                 const RobotsFile& file) const;

private:
    void learn(Habit& habit, std::size_t site) const;
    std::size_t index_of(const Site* site) const {
        return static_cast<std::size_t>(site - sites_.all().data());
    }
    const Sites& sites_;
    compliance::Readers& readers_;
    Clock& clock_;
    std::vector<std::shared_ptr<const RobotsFile>> files_;  // by site
};

}  // namespace turnpike::gate
