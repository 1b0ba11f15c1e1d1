// The walk through X-Forwarded-For or Forwarded, from its end.
#include "gate/client.hpp"

#include <optional>
#include <vector>

#include "core/networks.hpp"
#include "http/http.hpp"

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

/// What one proxy said of who asked it.
using Hop = http::ForwardedElement;

/// The elements of all lines of X-Forwarded-For, or of Forwarded, last first.
class Hops {
public:
    Hops(const Fields& fields, FieldId id) : fields_(fields), id_(id), next_(fields.size()) {}

    /// Nothing behind the first element, and where one cannot be understood.
    std::optional<Hop> previous() {
        for (;;) {
            while (rest_.empty()) {
                if (next_ == 0) return std::nullopt;
                const Field& field = fields_[--next_];
                if (field.id == id_) rest_ = field.value;
            }
            const std::string_view element = take_last();
            if (element.empty()) continue;  // `a,, b`: an empty element says nothing
            if (id_ == FieldId::forwarded) return http::parse_forwarded(element);
            return Hop{.client = parse_hop(element), .proto = {}, .host = {}};
        }
    }

private:
    std::string_view take_last() {
        if (id_ == FieldId::forwarded) return http::take_last_quotable(rest_);
        const std::size_t comma = rest_.rfind(',');
        const std::string_view element = trim(rest_.substr(comma == rest_.npos ? 0 : comma + 1));
        rest_ = comma == rest_.npos ? std::string_view{} : rest_.substr(0, comma);
        return element;
    }

    Fields fields_;
    FieldId id_;
    std::size_t next_;
    std::string_view rest_;
};

std::string_view write(const Address& address, Arena& arena) {
    return address.write(static_cast<char*>(arena.allocate(address_room)));
}

/// `hop, chain`
std::string_view prepend(const Address& hop, std::string_view chain, Arena& arena) {
    if (chain.empty()) return write(hop, arena);
    char* room = static_cast<char*>(arena.allocate(address_room + 2 + chain.size()));
    const std::size_t size = hop.write(room).size();
    room[size] = ',';
    room[size + 1] = ' ';
    chain.copy(room + size + 2, chain.size());
    return {room, size + 2 + chain.size()};
}

/// The field that says for whom a peer asks; `other` where none does.
FieldId chain_of(const RequestHead& head) {
    for (const FieldId id : {FieldId::x_forwarded_for, FieldId::forwarded}) {
        if (head.fields.has(id)) return id;
    }
    return FieldId::other;
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

/// As an origin knows schemes: some proxies name that of a WebSocket. Empty where it is none.
std::string_view scheme_named(std::string_view proto) {
    for (const std::string_view name : {"https", "wss"}) {
        if (http::equals_ignoring_case(proto, name)) return "https";
    }
    for (const std::string_view name : {"http", "ws"}) {
        if (http::equals_ignoring_case(proto, name)) return "http";
    }
    return {};
}

/// Scheme and host, where they are any; what was believed before stands otherwise.
void believe(ClientAddress& client, std::string_view proto, std::string_view host) {
    const std::string_view scheme = proto.empty() ? proto : scheme_named(proto);
    if (!scheme.empty()) client.scheme = scheme;
    if (!host.empty() && http::is_authority(host)) client.host = host;
}

/// Moves on from hop to hop for as long as the speaker is trusted. The outermost that is knows how
/// the client came.
void walk(ClientAddress& client, Hops hops, const PrefixList& trusted, Arena& arena) {
    for (std::size_t count = 0; count < most_hops && client.ends_at_proxy; ++count) {
        const auto hop = hops.previous();
        if (!hop) return;
        believe(client, hop->proto, hop->host);
        if (!hop->client) return;
        client.address = *hop->client;
        client.forwarded_for = prepend(client.address, client.forwarded_for, arena);
        client.ends_at_proxy = trusted.contains(client.address);
    }
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
    const bool over_unix_socket = peer.is_unspecified();
    ClientAddress client;
    client.address = peer;
    client.host = head.authority;
    client.peer_trusted = over_unix_socket || trusted.contains(peer);
    client.ends_at_proxy = client.peer_trusted;
    const FieldId chain = chain_of(head);
    client.untrusted_forwarded = !client.peer_trusted && chain != FieldId::other;
    if (!client.peer_trusted) return client;
    believe(client, value_of(head, FieldId::x_forwarded_proto),
            value_of(head, FieldId::x_forwarded_host));
    const std::string_view id = value_of(head, FieldId::x_request_id);
    if (is_request_id(id)) client.request_id = id;
    if (chain == FieldId::other) return client;
    if (!over_unix_socket) client.forwarded_for = write(peer, arena);
    walk(client, Hops(head.fields, chain), trusted, arena);
    return client;
}

void ClientAddress::write_texts(const Address& peer, Arena& arena) {
    if (!address.is_unspecified()) text = write(address, arena);
    if (forwarded_for.empty() && !peer.is_unspecified()) forwarded_for = write(peer, arena);
}

}  // namespace turnpike::gate
