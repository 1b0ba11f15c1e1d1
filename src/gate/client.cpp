// The right-to-left walk through X-Forwarded-For.
#include "gate/client.hpp"

#include <optional>
#include <vector>

#include "core/networks.hpp"

namespace turnpike::gate {
namespace {

constexpr std::size_t address_room = 46;
constexpr std::size_t longest_request_id = 128;
constexpr std::size_t most_hops = 32;  // more trusted proxies in a row than anybody has

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// An element of X-Forwarded-For: an address, in some proxies' dialects with brackets or a port.
std::optional<Address> parse_hop(std::string_view text) {
    if (!text.empty() && text.front() == '[') {
        const std::size_t end = text.find(']');
        if (end == text.npos) return std::nullopt;
        return Address::parse(text.substr(1, end - 1));
    }
    const std::size_t colon = text.find(':');
    const bool has_port = colon != text.npos && text.find(':', colon + 1) == text.npos;
    return Address::parse(has_port ? text.substr(0, colon) : text);
}

/// The elements of all X-Forwarded-For lines, last first.
class Hops {
public:
    explicit Hops(const Fields& fields) : fields_(fields), next_(fields.size()) {}

    std::optional<std::string_view> previous() {
        for (;;) {
            while (rest_.empty()) {
                if (next_ == 0) return std::nullopt;
                const Field& field = fields_[--next_];
                if (field.id == FieldId::x_forwarded_for) rest_ = field.value;
            }
            const std::size_t comma = rest_.rfind(',');
            const std::string_view hop = trim(rest_.substr(comma == rest_.npos ? 0 : comma + 1));
            rest_ = comma == rest_.npos ? std::string_view{} : rest_.substr(0, comma);
            if (!hop.empty()) return hop;  // `a,, b`: an empty element says nothing
        }
    }

private:
    Fields fields_;
    std::size_t next_;
    std::string_view rest_;
};

std::string_view write(const Address& address, Arena& arena) {
    return address.write(static_cast<char*>(arena.allocate(address_room)));
}

/// `hop, chain`
std::string_view prepend(const Address& hop, std::string_view chain, Arena& arena) {
    char* room = static_cast<char*>(arena.allocate(address_room + 2 + chain.size()));
    const std::size_t size = hop.write(room).size();
    room[size] = ',';
    room[size + 1] = ' ';
    chain.copy(room + size + 2, chain.size());
    return {room, size + 2 + chain.size()};
}

std::string_view value_of(const RequestHead& head, FieldId id) {
    const Field* field = find(head, id);
    return field == nullptr ? std::string_view{} : field->value;
}

bool is_request_id(std::string_view text) {
    if (text.empty() || text.size() > longest_request_id) return false;
    for (const char c : text) {
        if (c <= ' ' || c > '~') return false;
    }
    return true;
}

/// What only a trusted proxy may say.
void believe(ClientAddress& client, const RequestHead& head) {
    const std::string_view proto = value_of(head, FieldId::x_forwarded_proto);
    if (proto == "http" || proto == "https") client.scheme = proto;
    const std::string_view host = value_of(head, FieldId::x_forwarded_host);
    if (!host.empty()) client.host = host;
    const std::string_view id = value_of(head, FieldId::x_request_id);
    if (is_request_id(id)) client.request_id = id;
}

/// Addresses that are somebody else's in every building, or nobody's.
const PrefixList& local_networks() {
    static const PrefixList list = [] {
        std::vector<Prefix> prefixes;
        for (const std::string_view name : {"loopback", "private"}) {
            for (const std::string_view network : named_networks(name)) {
                prefixes.push_back(*Prefix::parse(network));
            }
        }
        return PrefixList(std::move(prefixes));
    }();
    return list;
}

}  // namespace

bool ClientAddress::is_shared() const {
    return untrusted_forwarded || ends_at_proxy || address.is_unspecified() ||
           local_networks().contains(address);
}

ClientAddress find_client(const Address& peer, const RequestHead& head, const PrefixList& trusted,
                          Arena& arena) {
    ClientAddress client;
    client.address = peer;
    client.host = head.authority;
    client.text = write(peer, arena);
    client.forwarded_for = client.text;
    client.peer_trusted = trusted.contains(peer);
    if (!client.peer_trusted) {
        client.untrusted_forwarded = find(head, FieldId::x_forwarded_for) != nullptr;
        return client;
    }
    believe(client, head);
    if (!head.fields.has(FieldId::x_forwarded_for)) return client;
    Hops hops(head.fields);
    for (std::size_t hop_count = 0; hop_count < most_hops; ++hop_count) {
        client.ends_at_proxy = trusted.contains(client.address);
        if (!client.ends_at_proxy) break;
        const auto text = hops.previous();
        if (!text) break;
        const auto hop = parse_hop(*text);
        if (!hop) break;
        client.address = *hop;
        client.forwarded_for = prepend(*hop, client.forwarded_for, arena);
    }
    if (client.address != peer) client.text = write(client.address, arena);
    return client;
}

}  // namespace turnpike::gate
