// What a client asked and what an origin answered, as heads: views into memory that the exchange
// owns. No body, no sockets, no judgement.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>

namespace turnpike {

/// Fields that steer the proxy. Everything else is `other` and passes through untouched.
enum class FieldId : std::uint8_t {
    other,
    accept,
    authorization,
    connection,
    content_length,
    content_type,
    cookie,
    date,
    expect,
    forwarded,
    host,
    http2_settings,
    keep_alive,
    max_forwards,
    proxy_authenticate,
    proxy_authorization,
    proxy_connection,
    referer,
    te,
    trailer,
    transfer_encoding,
    turnpike,  ///< X-Turnpike-*, in any mix of `-` and `_`: ours, never a client's.
    upgrade,
    user_agent,
    via,
    x_forwarded_for,
    x_forwarded_host,
    x_forwarded_proto,
    x_real_ip,
    x_request_id,
    count_  ///< Number of ids; not a field.
};

/// One field line. The name keeps the case it came in; the value has no surrounding white space.
struct Field {
    std::string_view name;
    std::string_view value;
    FieldId id = FieldId::other;
    /// Named by a Connection option: belongs to this hop only (RFC 9110 §7.6.1).
    bool hop_by_hop = false;
};

/// The field lines of a head, in order. Knows which ids are among them, since nearly all questions
/// are about fields that are not there.
class Fields {
public:
    constexpr Fields() = default;
    template <std::convertible_to<std::span<const Field>> Lines>
    constexpr Fields(const Lines& lines) : lines_(lines) {
        for (const Field& line : lines_) ids_ |= bit(line.id);
    }
    /// Where the set of ids is known: one bit each.
    constexpr Fields(std::span<const Field> lines, std::uint32_t ids) : lines_(lines), ids_(ids) {}

    constexpr bool has(FieldId id) const { return (ids_ & bit(id)) != 0; }
    constexpr std::span<const Field> lines() const { return lines_; }
    constexpr auto begin() const { return lines_.begin(); }
    constexpr auto end() const { return lines_.end(); }
    constexpr std::size_t size() const { return lines_.size(); }
    constexpr bool empty() const { return lines_.empty(); }
    constexpr const Field& operator[](std::size_t index) const { return lines_[index]; }
    constexpr const Field& back() const { return lines_.back(); }

    static constexpr std::uint32_t bit(FieldId id) { return 1U << static_cast<unsigned>(id); }

private:
    std::span<const Field> lines_;
    std::uint32_t ids_ = 0;
};
static_assert(static_cast<unsigned>(FieldId::count_) <= 32, "one bit an id");

/// How the end of a body is found, RFC 9112 §6.
enum class Framing : std::uint8_t { none, length, chunked, until_close };

enum class Method : std::uint8_t { other, get, head, post, put, delete_, options, trace, connect };

/// RFC 9110 §9.2.2: asking twice has the effect of asking once.
constexpr bool is_idempotent(Method method) {
    return method != Method::other && method != Method::post && method != Method::connect;
}

struct RequestHead {
    std::string_view method_name;
    Method method = Method::other;
    /// As received, for the origin. For absolute-form, from its path on (`*` for an OPTIONS
    /// without).
    std::string_view target;
    std::string_view path;   ///< `target` up to `?`, undecoded.
    std::string_view query;  ///< Behind `?`, undecoded.
    bool has_query = false;
    /// Host the client means: absolute-form's authority, else Host; empty only in HTTP/1.0.
    std::string_view authority;
    std::uint8_t minor_version = 1;
    Fields fields;
    Framing framing = Framing::none;
    std::uint64_t content_length = 0;  ///< Meaningful with Framing::length only.
    bool keep_alive = true;            ///< The client lets the connection stay open.
    bool expects_continue = false;     ///< Expect: 100-continue, RFC 9110 §10.1.1.
};

struct ResponseHead {
    std::uint16_t status = 0;
    std::string_view reason;
    std::uint8_t minor_version = 1;
    Fields fields;
    /// Status line and fields once more, in the form of HTTP/1.1, where whoever made them keeps
    /// them so; else empty.
    std::string_view serialised;
    Framing framing = Framing::none;
    std::uint64_t content_length = 0;
    /// Content-Length was present; for HEAD and 304 it describes a body that does not follow.
    bool has_content_length = false;
    bool keep_alive = true;
};

/// The first field with that id, or nullptr.
template <class Head>
const Field* find(const Head& head, FieldId id) {
    if (!head.fields.has(id)) return nullptr;
    for (const Field& field : head.fields) {
        if (field.id == id) return &field;
    }
    return nullptr;
}

}  // namespace turnpike
