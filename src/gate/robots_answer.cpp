// /robots.txt, which every client gets from us, whatever the policy holds of it.
#include "gate/visit.hpp"

namespace turnpike::gate {
namespace {

/// Who is first, just after a start, may wait so long for the origin's file.
constexpr std::chrono::milliseconds longest_wait{2000};

}  // namespace

struct Gate::RobotsWait final : Deadline {
    Event ended;

private:
    void expired() override { ended.set(); }
};

bool Gate::has_robots(const Visit& visit) const {
    const Judgement& judgement = *visit.judgement;
    if (judgement.readings.size() != 1 || judgement.readings.front() != "/robots.txt") return false;
    const Method method = visit.exchange.head.method;
    return (method == Method::get || method == Method::head) && judgement.mode == Mode::enforce &&
           judgement.site->robots != RobotsSource::origin &&
           visit.edition.robots.file(visit.site_index()) != nullptr;
}

Task<Result<void>> Gate::send_robots(Visit& visit) {
    const std::size_t site = visit.site_index();
    std::shared_ptr<const RobotsFile> file = visit.edition.robots.file(site);
    net::Loop& loop = surroundings_.loop;
    const auto limit = visit.decided + longest_wait;
    while (!file->is_final() && loop.clock().now() < limit) {
        RobotsWait wait;
        robots_waits_.push_back(&wait);
        loop.deadlines().set(wait, limit);
        co_await wait.ended;
        std::erase(robots_waits_, &wait);
        if (visit.edition.robots.file(site) != nullptr) file = visit.edition.robots.file(site);
    }
    visit.edition.robots.fetched(*visit.judgement, visit.client, *file);
    visit.outcome = telemetry::Outcome::answered;
    visit.answer = file->answer(visit.exchange, visit.id);
    co_return co_await send(visit);
}

void Gate::use(std::shared_ptr<const RobotsFiles> files) {
    robots_ = std::move(files);
    edition_->robots.use(robots_.get());
    for (RobotsWait* wait : std::exchange(robots_waits_, {})) wait->ended.set();
}

}  // namespace turnpike::gate
