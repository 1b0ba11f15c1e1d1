// The table of those who read robots.txt.
#include <algorithm>
#include <limits>

#include "compliance/compliance.hpp"

namespace turnpike::compliance {
namespace {

constexpr std::chrono::hours remembered{24};
/// Networks let requests catch up with one another: who keeps half of the delay keeps it.
constexpr int part_of_delay = 2;

void count(std::uint16_t& counter) {
    if (counter < std::numeric_limits<std::uint16_t>::max()) ++counter;
}

/// Of IPv6 the network that its provider gave it.
std::uint64_t low_half(const Address& address) {
    if (!address.is_v4()) return 0;
    std::uint64_t bits = 0;
    for (std::size_t i = 8; i < 16; ++i) bits = bits << 8 | address.bytes()[i];
    return bits;
}

std::uint64_t high_half(const Address& address) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i) bits = bits << 8 | address.bytes()[i];
    return bits;
}

}  // namespace

store::Key Readers::key_of(const Whose& whose) const {
    return store::KeyHash(secret_)
        .add(whose.site)
        .add(whose.token)
        .add(high_half(whose.address))
        .add(low_half(whose.address))
        .key();
}

void Readers::fetched(const Whose& whose, std::uint32_t version, store::Time now, Wall wall) {
    table_.change(key_of(whose), now, [&](Reader& reader) {
        reader.until = now + remembered;
        reader.fetched = wall.time_since_epoch() / std::chrono::seconds(1);
        reader.version = version;
        return true;
    });
}

Readers::Visited Readers::visited(const Whose& whose, const Visit& visit, store::Time now) {
    return table_.change(key_of(whose), now, [&](Reader& reader) {
        const bool first = reader.visited == store::Time{};
        const bool hurried = !first && now - reader.visited < visit.crawl_delay / part_of_delay;
        if (hurried) count(reader.hurries);
        if (visit.disallowed) count(reader.violations);
        reader.visited = now;
        reader.until = now + remembered;
        return Visited{reader, hurried};
    });
}

bool Readers::is_violator(const Whose& whose, store::Time now) {
    return table_.change(key_of(whose), now,
                         [](const Reader& reader) { return reader.violations >= most_violations; });
}

}  // namespace turnpike::compliance
