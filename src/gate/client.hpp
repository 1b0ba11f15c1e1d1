// Who is behind a connection: the client's address as trusted proxies tell it, and what else they
// may say about the request. Pure.
#pragma once

#include <span>
#include <string_view>

#include "core/arena.hpp"
#include "turnpike/address.hpp"
#include "turnpike/request.hpp"

namespace turnpike::gate {

/// Where a request comes from, as far as peers can be believed.
struct ClientAddress {
    Address address;
    bool peer_trusted = false;
    /// X-Forwarded-For for the origin: the client, then the trusted hops, then the peer. A unix
    /// socket has no address to name. This and `text` are there after write_texts().
    std::string_view forwarded_for;
    std::string_view text;  ///< `address`, as X-Real-IP.
    /// As a trusted proxy says, else as we see it.
    std::string_view scheme = "http";
    std::string_view host;
    std::string_view request_id;  ///< Empty: no trusted proxy sent one.
    /// An untrusted peer sent X-Forwarded-For or Forwarded: it forwards for others, or somebody
    /// plays.
    bool untrusted_forwarded = false;
    /// The walk ended at a proxy that is trusted but did not say for whom it asks.
    bool ends_at_proxy = false;

    /// Whether the address may stand for many clients, so that nothing may be held against it: a
    /// proxy's, loopback, private, or that of a peer that forwards for others.
    bool is_shared() const;
    /// What an origin is told, written only where there is one to be told.
    void write_texts(const Address& peer, Arena& arena);
};

/// Walks X-Forwarded-For from its end through `trusted`; the first address that is not trusted is
/// the client. What is no address ends the walk at the hop before it. Forwarded (RFC 7239) is
/// walked where there is no X-Forwarded-For: of the two, proxies that write neither pass both on,
/// and those that write one mostly write this one. The peer of a unix socket is trusted, since the
/// socket's permissions have let it in.
ClientAddress find_client(const Address& peer, const RequestHead& head, const PrefixList& trusted,
                          Arena& arena);

}  // namespace turnpike::gate
