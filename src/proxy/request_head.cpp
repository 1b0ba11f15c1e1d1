// The request head as the origin gets it: serialised anew from the parsed model, never copied
// bytes.
#include "proxy/proxy.hpp"

namespace turnpike::proxy {
namespace {

/// Fields of the client's hop, fields we work out anew, and fields that are ours to set. A client's
/// copy of any of them goes no further. RFC 9110 §7.6; design: "To the origin".
constexpr bool is_dropped(FieldId id) {
    switch (id) {
        case FieldId::connection:
        case FieldId::content_length:
        case FieldId::forwarded:
        case FieldId::host:
        case FieldId::http2_settings:
        case FieldId::keep_alive:
        case FieldId::proxy_authenticate:
        case FieldId::proxy_authorization:
        case FieldId::proxy_connection:
        case FieldId::te:
        case FieldId::transfer_encoding:
        case FieldId::turnpike:
        case FieldId::upgrade:
        case FieldId::x_forwarded_for:
        case FieldId::x_forwarded_host:
        case FieldId::x_forwarded_proto:
        case FieldId::x_real_ip:
        case FieldId::x_request_id:
            return true;
        default:
            return false;
    }
}

std::size_t size_bound(const Forwarding::Order& order) {
    const RequestHead& head = order.exchange.head;
    std::size_t size = 128 + head.method_name.size() + head.target.size() + order.host.size();
    for (const Field& field : head.fields) size += field.name.size() + field.value.size() + 4;
    for (const Field& field : order.added) size += field.name.size() + field.value.size() + 4;
    return size;
}

}  // namespace

std::string_view Forwarding::serialise() const {
    const RequestHead& head = order_.exchange.head;
    http::Writer out(static_cast<char*>(order_.exchange.arena.allocate(size_bound(order_))));
    out.add(head.method_name);
    out.add(" ");
    out.add(head.target);
    out.add(" HTTP/1.1\r\n");
    out.add_field("Host", order_.host);
    for (const Field& field : head.fields) {
        if (!field.hop_by_hop && !is_dropped(field.id)) out.add_field(field.name, field.value);
    }
    for (const Field& field : order_.added) out.add_field(field.name, field.value);
    if (head.framing == Framing::length) {
        out.add("Content-Length: ");
        out.add_number(head.content_length);
        out.add("\r\n");
    } else if (head.framing == Framing::chunked) {
        out.add("Transfer-Encoding: chunked\r\n");
    }
    out.add("\r\n");
    return out.text();
}

}  // namespace turnpike::proxy
