// What a log does not say of a request (its other headers) the policy is not asked about.
#include "replay/judge.hpp"

#include <cstring>

#include "store/store.hpp"

namespace turnpike::replay {
namespace {

constexpr std::size_t user_agents_remembered = 4096;

Action got_for(Action action, bool granted) {
    if (action == Action::deny || action == Action::pay) return action;
    return granted ? Action::allow : Action::throttle;
}

/// The same address is always in the same share; what is no address, by its text.
std::uint8_t share_of(const Address& address, std::string_view text) {
    std::uint64_t halves[2] = {};
    std::memcpy(halves, address.bytes().data(), sizeof halves);
    std::size_t hash = mix(mix(0, halves[0]), halves[1]);
    if (address.is_unspecified()) {
        for (const char c : text) hash = mix(hash, static_cast<unsigned char>(c));
    }
    return static_cast<std::uint8_t>((hash >> 32) % share_count);
}

/// A name that finds the site.
std::string a_host_of(const Site& site) {
    const std::string& host = site.hosts.front();
    if (host == "*") return {};
    return host.starts_with("*.") ? "www" + host.substr(1) : host;
}

}  // namespace

std::optional<std::string> default_host(const Sites& sites, const Site* site) {
    if (site != nullptr) return a_host_of(*site);
    if (sites.all().size() == 1) return a_host_of(sites.all().front());
    if (sites.find("") != nullptr) return std::string();
    return std::nullopt;
}

Judge::Judge(const Assignment& assignment, const store::Rates& rates)
    : policy_(assignment.policy),
      site_(assignment.site),
      rates_(rates),
      default_host_(default_host(policy_.knowledge.sites, site_).value_or("")),
      verdicts_(user_agents_remembered) {}

std::string_view Judge::host_of(const logs::Entry& entry) const {
    return entry.host.empty() ? std::string_view(default_host_) : entry.host;
}

/// The head that the client sent, as far as the log knows it.
const RequestHead& Judge::head_of(const logs::Entry& entry) {
    std::size_t count = 0;
    std::uint32_t ids = 0;
    const auto add = [&](std::string_view name, std::string_view value, FieldId id) {
        if (value.empty()) return;
        fields_[count++] = {.name = name, .value = value, .id = id};
        ids |= Fields::bit(id);
    };
    add("User-Agent", entry.user_agent, FieldId::user_agent);
    add("Referer", entry.referer, FieldId::referer);
    add("X-Forwarded-For", entry.forwarded_for, FieldId::x_forwarded_for);
    head_.method_name = entry.method;
    head_.target = entry.target;
    const std::size_t mark = entry.target.find('?');
    head_.path = entry.target.substr(0, mark);
    head_.has_query = mark != entry.target.npos;
    head_.query = head_.has_query ? entry.target.substr(mark + 1) : std::string_view();
    head_.authority = host_of(entry);
    head_.fields = Fields(std::span(fields_.data(), count), ids);
    return head_;
}

void Judge::find_client(Record& record) {
    const logs::Entry& entry = record.entry;
    const auto peer = Address::parse(entry.client);
    record.is_shared = true;
    if (peer) {
        const auto client =
            gate::find_client(*peer, head_of(entry), policy_.trusted_proxies, arena_);
        record.client = client.address;
        record.is_shared = client.is_shared();
        arena_.reset();
    } else {
        record.client = {};
    }
    record.share = share_of(record.client, entry.client);
}

void Judge::judge(Record& record) {
    record.fate = Record::Fate::judged;
    record.rate = nullptr;
    const gate::Inquiry inquiry{
        .head = head_of(record.entry), .client = record.client, .arena = arena_};
    const auto judged = gate::judge(policy_.knowledge, inquiry, &verdicts_);
    if (!judged) {
        record.fate = Record::Fate::unjudged;
    } else if (site_ != nullptr && judged->site != site_) {
        record.fate = Record::Fate::of_other_site;
    } else {
        const Decision& decision = judged->decision;
        const Claim& claim = judged->identity.claims[decision.claim];
        record.token = claim.token;
        record.verdict = {.site = judged->site,
                          .who = {claim.crawler, claim.category},
                          .rule = decision.rule,
                          .where = decision.where,
                          .action = decision.action,
                          .got = got_for(decision.action, true)};
        if (decision.rate != nullptr) {
            gate::ClientAddress client;
            client.address = record.client;
            client.untrusted_forwarded = record.is_shared;
            const auto bucket = gate::bucket_key(rates_, *judged, client);
            record.rate = bucket ? decision.rate : nullptr;
            record.bucket = bucket.value_or(store::Key{});
        }
    }
    arena_.reset();
}

void settle(Record& record, store::Rates& rates) {
    if (record.rate == nullptr || record.fate != Record::Fate::judged) return;
    const store::Time now{std::chrono::nanoseconds(record.entry.time)};
    const bool granted = rates.take(record.bucket, *record.rate, now).granted;
    record.verdict.got = got_for(record.verdict.action, granted);
}

}  // namespace turnpike::replay
