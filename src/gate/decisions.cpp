// Rings of slots of one size: to keep a request is to overwrite the oldest.
#include "gate/decisions.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "core/arena.hpp"
#include "gate/ids.hpp"

namespace turnpike::gate {
namespace {

using std::chrono::microseconds;
using std::chrono::system_clock;
using telemetry::AccessRecord;

/// How the bytes are divided among the lanes. Few people are refused, and each may ask why.
constexpr std::array<std::size_t, 4> shares = {12, 2, 1, 1};
constexpr std::size_t all_shares = 16;

constexpr std::size_t longest_method = 16;
constexpr std::size_t longest_host = 64;
constexpr std::size_t longest_request_id = 64;
constexpr std::size_t longest_user_agent = 160;

inline char* put(char* out, std::string_view text, std::size_t limit) {
    return telemetry::write_plain(out, text.substr(0, limit));
}

/// What `put` has put there of a text of that size; with dots behind it where that was not all.
std::string_view take(const char*& from, std::size_t size, std::size_t limit, Arena& arena) {
    const std::string_view text(from, std::min(size, limit));
    from += text.size();
    return size <= limit ? text : arena.copy(std::string(text) + "…");
}

std::uint32_t size_of(std::string_view text) {
    return static_cast<std::uint32_t>(text.size());
}

}  // namespace

/// Trivial, so that memory is not touched before something is written to it.
struct Decisions::Slot {
    char id[IdGenerator::size];
    std::array<std::uint8_t, 16> client, peer;
    system_clock::rep time;
    const char* protocol;  // a literal, or null
    std::uint64_t bytes_in, bytes_out;
    microseconds::rep duration, origin_duration;  // the latter -1: none
    std::uint16_t status;
    telemetry::Outcome outcome;
    bool has_query;
    telemetry::RobotsRemark robots;
    // How long the texts were; in `room` each stands as far as its limit lets it.
    std::uint32_t method, host, request_id, user_agent, path, query;
    char room[384];  // in that order; the target has what the others leave

    void write(const AccessRecord& record);
    /// Without what the verdict says.
    AccessRecord read(Arena& arena) const;
    bool is(std::string_view wanted) const;
};

inline void Decisions::Slot::write(const AccessRecord& record) {
    std::memcpy(id, record.id.data(), sizeof id);
    client = record.client.bytes();
    peer = record.peer.bytes();
    time = record.time.time_since_epoch().count();
    protocol = record.protocol.data();
    bytes_in = record.bytes_in;
    bytes_out = record.bytes_out;
    duration = record.duration.count();
    origin_duration = record.origin_duration.value_or(microseconds(-1)).count();
    status = record.status;
    outcome = record.outcome;
    has_query = record.has_query;
    robots = record.robots;
    method = size_of(record.method);
    host = size_of(record.host);
    request_id = size_of(record.request_id);
    user_agent = size_of(record.user_agent);
    path = size_of(record.path);
    query = size_of(record.query);
    char* out = put(room, record.method, longest_method);
    out = put(out, record.host, longest_host);
    if (request_id > 0) out = put(out, record.request_id, longest_request_id);
    out = put(out, record.user_agent, longest_user_agent);
    const char* const end = room + sizeof room;
    out = put(out, record.path, static_cast<std::size_t>(end - out));
    if (query > 0) put(out, record.query, static_cast<std::size_t>(end - out));
}

AccessRecord Decisions::Slot::read(Arena& arena) const {
    AccessRecord record;
    record.id = {id, sizeof id};
    record.client = Address(client);
    record.peer = Address(peer);
    record.time = system_clock::time_point(system_clock::duration(time));
    if (protocol != nullptr) record.protocol = protocol;
    record.bytes_in = bytes_in;
    record.bytes_out = bytes_out;
    record.duration = microseconds(duration);
    if (origin_duration >= 0) record.origin_duration = microseconds(origin_duration);
    record.status = status;
    record.outcome = outcome;
    record.has_query = has_query;
    record.robots = robots;
    const char* from = room;
    const char* const end = room + sizeof room;
    record.method = take(from, method, longest_method, arena);
    record.host = take(from, host, longest_host, arena);
    record.request_id = take(from, request_id, longest_request_id, arena);
    record.user_agent = take(from, user_agent, longest_user_agent, arena);
    record.path = take(from, path, static_cast<std::size_t>(end - from), arena);
    record.query = take(from, query, static_cast<std::size_t>(end - from), arena);
    return record;
}

bool Decisions::Slot::is(std::string_view wanted) const {
    if (wanted == std::string_view(id, sizeof id)) return true;
    const char* start = room + std::min<std::size_t>(method, longest_method) +
                        std::min<std::size_t>(host, longest_host);
    return request_id <= longest_request_id && wanted == std::string_view(start, request_id);
}

class Decisions::Ring {
    static_assert(std::is_trivially_default_constructible_v<Slot> && sizeof(Slot) == 512);

public:
    explicit Ring(std::size_t bytes)
        : verdicts_(std::max<std::size_t>(bytes / sizeof(Slot), 1)),
          slots_(std::make_unique_for_overwrite<Slot[]>(verdicts_.size())) {}

    void keep(const AccessRecord& record, const VerdictPointer& verdict) {
        slots_[next_].write(record);
        verdicts_[next_] = verdict;
        if (++next_ == verdicts_.size()) next_ = 0;
    }
    /// The latest: a client may send the same X-Request-Id again.
    std::optional<std::size_t> find(std::string_view id) const {
        for (std::size_t back = 1; back <= verdicts_.size(); ++back) {
            const std::size_t index = (next_ + verdicts_.size() - back) % verdicts_.size();
            if (verdicts_[index] == nullptr) break;  // so far there were not more
            if (slots_[index].is(id)) return index;
        }
        return std::nullopt;
    }
    AccessRecord read(std::size_t index, Arena& arena) const {
        AccessRecord record = slots_[index].read(arena);
        record.site = verdicts_[index]->site;
        record.decision = verdicts_[index]->members;
        record.behaviour = verdicts_[index]->behaviour;
        return record;
    }

private:
    std::vector<VerdictPointer> verdicts_;
    std::unique_ptr<Slot[]> slots_;
    std::size_t next_ = 0;
};

Decisions::Decisions(std::size_t bytes) {
    for (const std::size_t share : shares) rings_.emplace_back(bytes / all_shares * share);
}

Decisions::~Decisions() = default;

void Decisions::keep(const AccessRecord& record, const VerdictPointer& verdict, Lane lane) {
    rings_[static_cast<std::size_t>(lane)].keep(record, verdict);
}

std::optional<std::string> Decisions::find(std::string_view id,
                                           const telemetry::AccessLogOptions& options) const {
    if (id.empty()) return std::nullopt;
    for (const Ring& ring : rings_) {
        const auto index = ring.find(id);
        if (!index) continue;
        Arena arena;
        std::string line(telemetry::longest_line, '\0');
        line.resize(
            telemetry::format_record(ring.read(*index, arena), options, line.data(), line.size()));
        return line;
    }
    return std::nullopt;
}

}  // namespace turnpike::gate
