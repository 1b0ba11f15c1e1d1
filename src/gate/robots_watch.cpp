// One request against the files that its client may have read.
#include "gate/robots_watch.hpp"

namespace turnpike::gate {
namespace {

using telemetry::RobotsRemark;

/// What a day's grace lets become true does so by itself.
constexpr std::chrono::minutes remembered{5};

bool is_disallowed(const RobotsFile& file, std::string_view token, const RequestHead& head,
                   Arena& arena, compliance::Wall now) {
    return file.served().disallows(token, robots::read_target(head.target, arena), now);
}

}  // namespace

void RobotsWatch::use(const RobotsFiles* files) {
    files_.clear();
    for (const Site& site : sites_.all()) {
        std::shared_ptr<const RobotsFile>& file = files_.emplace_back();
        if (files == nullptr) continue;
        const auto found = files->find(site.name);
        if (found != files->end()) file = found->second;
    }
}

RobotsStanding RobotsWatch::look(const Judgement& judgement, const Inquiry& inquiry) const {
    RobotsStanding standing;
    const RobotsFile* file = files_[index_of(judgement.site)].get();
    const std::string_view token = compliance::token_of(judgement.identity.main());
    if (file == nullptr || token.empty() || judgement.mode == Mode::observe) return standing;
    standing.disallowed = is_disallowed(*file, token, inquiry.head, inquiry.arena, clock_.wall());
    if (inquiry.walk != nullptr && !inquiry.walk->is_shared()) {
        standing.violator =
            readers_.is_violator({judgement.site->name, token, inquiry.client}, clock_.now());
    }
    return standing;
}

RobotsRemark RobotsWatch::visited(const Judgement& judgement, const Exchange& exchange,
                                  const ClientAddress& client, const Habit& habit) const {
    const bool disallowed =
        judgement.robots
            ? judgement.robots->disallowed
            : is_disallowed(*habit.file, habit.token, exchange.head, exchange.arena, clock_.wall());
    const RobotsRemark remark = disallowed ? RobotsRemark::disallowed : RobotsRemark::none;
    if (client.is_shared()) return remark;
    const compliance::Readers::Whose whose{judgement.site->name, habit.token, client.address};
    const compliance::Readers::Visit visit{disallowed, habit.crawl_delay};
    const auto known = readers_.visited(whose, visit, clock_.now());
    if (known.reader.violations >= compliance::Readers::most_violations && disallowed) {
        return RobotsRemark::violator;
    }
    return known.hurried && !disallowed ? RobotsRemark::too_fast : remark;
}

void RobotsWatch::learn(Habit& habit, std::size_t site) const {
    const RobotsFile* file = files_[site].get();
    habit.file = file;
    habit.until = clock_.now() + remembered;
    habit.disallows_all =
        file != nullptr && file->served().disallows_all(habit.token, clock_.wall());
    habit.crawl_delay =
        file != nullptr ? file->served().crawl_delay(habit.token) : std::chrono::milliseconds(0);
}

void RobotsWatch::fetched(const Judgement& judgement, const ClientAddress& client,
                          const RobotsFile& file) const {
    const std::string_view token = compliance::token_of(judgement.identity.main());
    if (token.empty() || client.is_shared()) return;
    readers_.fetched({judgement.site->name, token, client.address}, file.served().last_number(),
                     clock_.now(), clock_.wall());
}

}  // namespace turnpike::gate
