// One record into the tables.
#include "replay/share.hpp"

#include <algorithm>

namespace turnpike::replay {
namespace {

// Entries a share; a few hundred bytes each.
constexpr std::size_t room_for_refused = 512;
constexpr std::size_t room_for_paths = 4096;
constexpr std::size_t room_for_few = 256;

std::string_view path_of(std::string_view target) {
    return target.substr(0, target.find('?'));
}

/// The /24 or /48 that an address lies in: enough to know it again, and nobody's alone.
std::string network_of(const Address& address) {
    if (address.is_unspecified()) return {};
    const std::string text = address.to_string() + (address.is_v4() ? "/24" : "/48");
    const auto network = Prefix::around(text);
    return network ? network->to_string() : std::string();
}

bool is_served(std::uint16_t status) {
    return status < 400;
}

}  // namespace

std::string_view Who::name() const {
    return crawler != nullptr ? std::string_view(crawler->name) : name_of(category);
}

bool may_be_people(Category category) {
    switch (category) {
        case Category::browser:
        case Category::feed_reader:
        case Category::monitor:
        case Category::link_preview:
        case Category::http_library:
        case Category::unknown:
            return true;
        default:
            return false;
    }
}

Example example_of(const Record& record) {
    return {.place = record.place,
            .method = std::string(record.entry.method),
            .path = std::string(path_of(record.entry.target).substr(0, 512)),
            .network = network_of(record.client),
            .user_agent = std::string(record.entry.user_agent.substr(0, 512))};
}

Share::Share()
    : refused(room_for_refused),
      paths(room_for_paths),
      bots(room_for_few),
      turns(room_for_refused),
      landings(room_for_few),
      unjudged_hosts(room_for_few) {}

void Share::note_client(const Record& record) {
    if (record.is_shared) ++shared;
    if (lead == 0) {
        candidate = record.client;
        seen = 0;
    }
    const bool same = candidate == record.client;
    lead += same ? 1 : std::uint64_t(-1);
    if (same) ++seen;
}

/// Under one user agent for each verdict, for people and for tools that the owner may have ordered.
void Share::add_refused(const Record& record, const Count& count) {
    const Who& who = record.verdict.who;
    const bool hired = who.crawler != nullptr && who.crawler->hired;
    if (!may_be_people(who.category) && !hired) return;
    refused.add(record.verdict, record.entry.user_agent, count,
                [&record] { return example_of(record); });
}

/// What was decided then is one text, its parts ended by line feeds.
void Share::add_turn(const Record& record, const Count& count) {
    ++own;
    const logs::Entry& entry = record.entry;
    std::string then;
    for (const std::string_view part : {entry.mode, entry.action, entry.outcome, entry.rule}) {
        then.append(part.substr(0, 100)).append("\n");
    }
    Verdict now = record.verdict;
    now.who = {};
    turns.add(now, then, count, [&record] { return example_of(record); });
}

void Share::add(const Record& record, const Products& products) {
    if (record.fate != Record::Fate::judged) {
        if (record.fate == Record::Fate::of_other_site) {
            ++of_other_sites;
            return;
        }
        ++unjudged;
        unjudged_hosts.add(0, record.entry.host, {1, 0}, [] { return NoSample(); });
        return;
    }
    const logs::Entry& entry = record.entry;
    const Verdict& verdict = record.verdict;
    const Who& who = verdict.who;
    const Count count{1, entry.bytes};
    const std::int64_t second = entry.time / 1'000'000'000;
    first = total.requests == 0 ? second : std::min(first, second);
    last = total.requests == 0 ? second : std::max(last, second);
    total += count;
    verdicts[verdict] += count;
    series.add(second, who, verdict.got, count);
    note_client(record);
    if (verdict.is_refused()) add_refused(record, count);
    if (entry.is_own) add_turn(record, count);
    if (!may_be_people(who.category)) {
        paths.add(who, path_of(entry.target), count, [] { return NoSample(); });
        if (is_ai(who.category) && who.crawler != nullptr && is_served(entry.status)) {
            taken[who] += count;
        }
        if (who.crawler == nullptr) {
            bots.add(who, record.token, count, [&entry] { return std::string(entry.user_agent); });
        }
    } else if (who.category == Category::browser && is_served(entry.status)) {
        if (const auto product = products.find(entry.referer, entry.target)) {
            visits.resize(products.all().size());
            ++visits[*product];
            landings.add(*product, path_of(entry.target), count, [] { return NoSample(); });
        }
    }
}

}  // namespace turnpike::replay
