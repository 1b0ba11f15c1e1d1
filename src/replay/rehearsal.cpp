// Reads ahead while the round before is judged, where there is a second thread to do it.
#include "replay/rehearsal.hpp"

#include <algorithm>
#include <future>

namespace turnpike::replay {
namespace {

constexpr std::size_t broken_lines_shown = 5;
constexpr std::size_t room_for_rates = 64 * 1024 * 1024;

// Not secret: nobody's clients choose their addresses to fill a table that is gone in a minute.
constexpr store::Secret same_for_all{0x7475726e70696b65, 0x7265706c61790000};

}  // namespace

Rehearsal::Rehearsal(const Assignment& assignment)
    : assignment_(assignment),
      products_(Products::installed()),
      rates_(room_for_rates, same_for_all),
      pages_(Round::size),
      crew_(std::clamp<unsigned>(assignment.threads, 1, share_count)) {
    for (unsigned i = 0; i < crew_.size(); ++i) {
        workers_.push_back(std::make_unique<Worker>(assignment, rates_));
    }
    for (std::size_t i = 0; i < share_count; ++i) shares_.push_back(std::make_unique<Share>());
}

void Rehearsal::read(const Block& block, Page& page, Worker& worker) const {
    page.records.clear();
    page.broken_lines.clear();
    page.lines = page.no_requests = page.broken = 0;
    logs::LineReader reader(block.format);
    logs::for_each_line(block.text, [&](std::string_view line) {
        ++page.lines;
        if (line.empty()) return;
        Record& record = page.records.emplace_back();
        record.place = {block.log, page.lines};
        const logs::Reading reading = reader.read(line, record.entry, worker.arena);
        if (reading == logs::Reading::request) return worker.judge.find_client(record);
        page.records.pop_back();
        if (reading == logs::Reading::no_request) {
            ++page.no_requests;
        } else if (++page.broken <= broken_lines_shown) {
            page.broken_lines.push_back({{block.log, page.lines},
                                         std::string(reader.why()),
                                         std::string(line.substr(0, 200))});
        }
    });
}

void Rehearsal::read_all(const Round& round) {
    crew_.run([&](unsigned number) {
        Worker& worker = *workers_[number];
        worker.arena.reset();
        for (std::size_t i = number; i < Round::size; i += crew_.size()) {
            read(round.blocks[i], pages_[i], worker);
        }
    });
}

/// From lines within a block to lines within a file.
void Rehearsal::number_lines(const Round& round) {
    for (std::size_t i = 0; i < Round::size; ++i) {
        Page& page = pages_[i];
        if (page.lines == 0) continue;
        LogFile& log = findings_.logs[round.blocks[i].log];
        log.format = round.blocks[i].format;
        for (Record& record : page.records) record.place.line += log.lines;
        for (BrokenLine& line : page.broken_lines) {
            line.place.line += log.lines;
            if (findings_.broken_lines.size() < broken_lines_shown) {
                findings_.broken_lines.push_back(std::move(line));
            }
        }
        log.lines += page.lines;
        findings_.lines += page.lines;
        findings_.no_requests += page.no_requests;
        findings_.broken += page.broken;
    }
}

bool Rehearsal::says_which_site(Failure& failure) const {
    const Sites& sites = assignment_.policy.knowledge.sites;
    if (default_host(sites, assignment_.site)) return true;
    for (const Page& page : pages_) {
        for (const Record& record : page.records) {
            if (!record.entry.host.empty()) continue;
            failure.what = findings_.logs[record.place.log].name + ":" +
                           std::to_string(record.place.line) +
                           " does not say which host was asked; name the site: --site";
            for (const Site& site : sites.all()) failure.what += " " + site.name + ",";
            failure.what.pop_back();
            failure.is_usage = true;
            return false;
        }
    }
    return true;
}

/// Each thread gets the records of its own shares, in the order of the log.
template <class Use>
void Rehearsal::for_each_record(Use use) {
    crew_.run([&](unsigned number) {
        for (Page& page : pages_) {
            for (Record& record : page.records) {
                if (record.share % crew_.size() == number) use(record, number);
            }
        }
    });
}

std::optional<Findings> Rehearsal::run(Failure& failure) {
    if (!feed_.open(assignment_, failure)) return std::nullopt;
    findings_.logs = feed_.logs();
    std::array<Round, 2> rounds;
    const auto policy = crew_.size() > 1 ? std::launch::async : std::launch::deferred;
    bool more = feed_.fill(rounds[0]);
    for (std::size_t turn = 0; more; turn ^= 1) {
        auto next = std::async(policy, [&] { return feed_.fill(rounds[turn ^ 1]); });
        read_all(rounds[turn]);
        number_lines(rounds[turn]);
        const bool clear = says_which_site(failure);
        if (clear) {
            for_each_record(
                [&](Record& record, unsigned number) { workers_[number]->judge.judge(record); });
            for (Page& page : pages_) {
                for (Record& record : page.records) settle(record, rates_);
            }
            for_each_record(
                [&](Record& record, unsigned) { shares_[record.share]->add(record, products_); });
        }
        more = next.get() && clear;
        if (!clear) return std::nullopt;
        if (assignment_.progress) {
            assignment_.progress({findings_.lines, feed_.position(), feed_.size()});
        }
    }
    if (!feed_.failure().empty()) {
        failure.what = feed_.failure();
        return std::nullopt;
    }
    // Memory of a thread goes back where it came from.
    crew_.run([&](unsigned number) { workers_[number]->arena.reset(); });
    for (const Site& site : assignment_.policy.knowledge.sites.all()) {
        if (assignment_.site == nullptr || assignment_.site == &site) {
            findings_.sites.push_back(site.name);
        }
    }
    merge(shares_, products_, findings_);
    return std::move(findings_);
}

std::optional<Findings> replay(const Assignment& assignment, Failure& failure) {
    return Rehearsal(assignment).run(failure);
}

}  // namespace turnpike::replay
