// Names of fields and methods, looked up by length and first letter; comparisons take whole words.
#include "http/names.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "http/characters.hpp"
#include "http/http.hpp"

namespace turnpike::http {
namespace {

/// A word of text with the case bit of each octet set.
template <class Word>
Word folded(const char* at) {
    constexpr auto case_bits = static_cast<Word>(0x2020202020202020);
    Word word;
    std::memcpy(&word, at, sizeof word);
    return static_cast<Word>(word | case_bits);
}

template <class Word>
bool same_word(const char* a, const char* b, std::size_t at) {
    return folded<Word>(a + at) == folded<Word>(b + at);
}

/// Compares with a lower-case literal of the same length, in words that may overlap. Among tokens,
/// setting the case bit makes only letters meet their lower case; `-` has it set anyway.
template <std::size_t N>
bool same(const char* name, const char (&literal)[N]) {
    using Half = std::uint16_t;
    using Single = std::uint32_t;
    using Double = std::uint64_t;
    constexpr std::size_t size = N - 1;
    static_assert(size >= 2 && size <= 24);
    if constexpr (size < 4) {
        return same_word<Half>(name, literal, 0) && same_word<Half>(name, literal, size - 2);
    } else if constexpr (size < 8) {
        return same_word<Single>(name, literal, 0) && same_word<Single>(name, literal, size - 4);
    } else {
        return same_word<Double>(name, literal, 0) &&
               (size <= 16 || same_word<Double>(name, literal, 8)) &&
               same_word<Double>(name, literal, size - 8);
    }
}

template <std::size_t N>
FieldId when(const char* name, const char (&literal)[N], FieldId id) {
    return same(name, literal) ? id : FieldId::other;
}

[[gnu::always_inline]] inline FieldId exact_id(std::string_view name) {
    const char* at = name.data();
    const auto begins = [at](char letter) { return (*at | 0x20) == letter; };
    switch (name.size()) {
        case 2:
            return when(at, "te", FieldId::te);
        case 3:
            return when(at, "via", FieldId::via);
        case 4:
            return begins('h') ? when(at, "host", FieldId::host) : when(at, "date", FieldId::date);
        case 6:
            if (begins('c')) return when(at, "cookie", FieldId::cookie);
            return begins('a') ? when(at, "accept", FieldId::accept)
                               : when(at, "expect", FieldId::expect);
        case 7:
            if (begins('r')) return when(at, "referer", FieldId::referer);
            return begins('u') ? when(at, "upgrade", FieldId::upgrade)
                               : when(at, "trailer", FieldId::trailer);
        case 9:
            return begins('f') ? when(at, "forwarded", FieldId::forwarded)
                               : when(at, "x-real-ip", FieldId::x_real_ip);
        case 10:
            if (begins('u')) return when(at, "user-agent", FieldId::user_agent);
            return begins('c') ? when(at, "connection", FieldId::connection)
                               : when(at, "keep-alive", FieldId::keep_alive);
        case 12:
            if (begins('c')) return when(at, "content-type", FieldId::content_type);
            return begins('x') ? when(at, "x-request-id", FieldId::x_request_id)
                               : when(at, "max-forwards", FieldId::max_forwards);
        case 13:
            return when(at, "authorization", FieldId::authorization);
        case 14:
            return begins('c') ? when(at, "content-length", FieldId::content_length)
                               : when(at, "http2-settings", FieldId::http2_settings);
        case 15:
            return when(at, "x-forwarded-for", FieldId::x_forwarded_for);
        case 16:
            return begins('x') ? when(at, "x-forwarded-host", FieldId::x_forwarded_host)
                               : when(at, "proxy-connection", FieldId::proxy_connection);
        case 17:
            return begins('x') ? when(at, "x-forwarded-proto", FieldId::x_forwarded_proto)
                               : when(at, "transfer-encoding", FieldId::transfer_encoding);
        case 18:
            return when(at, "proxy-authenticate", FieldId::proxy_authenticate);
        case 19:
            return when(at, "proxy-authorization", FieldId::proxy_authorization);
        default:
            return FieldId::other;
    }
}

constexpr char as_cgi_sees(char c) {
    return c == '_' ? '-' : to_lower(c);
}

/// Whether `name` begins with `prefix` (lower case) for somebody who takes `_` for `-`.
bool begins_like(std::string_view name, std::string_view prefix) {
    return name.size() >= prefix.size() &&
           std::equal(prefix.begin(), prefix.end(), name.begin(),
                      [](char a, char b) { return a == as_cgi_sees(b); });
}

bool looks_like(std::string_view name, std::string_view other) {
    return name.size() == other.size() && begins_like(name, other);
}

/// Names that an origin behind CGI or WSGI would take for one that Turnpike writes.
bool looks_like_ours(std::string_view name) {
    return begins_like(name, "x-turnpike-") || looks_like(name, "x-forwarded-for") ||
           looks_like(name, "x-forwarded-host") || looks_like(name, "x-forwarded-proto") ||
           looks_like(name, "x-real-ip") || looks_like(name, "x-request-id");
}

constexpr std::array<std::string_view, 4> not_trailer_prefixes{"content-", "if-", "proxy-",
                                                               "x-forwarded-"};
constexpr std::array<std::string_view, 18> not_trailers{"age",
                                                        "authentication-info",
                                                        "cache-control",
                                                        "expires",
                                                        "location",
                                                        "origin",
                                                        "pragma",
                                                        "range",
                                                        "accept-ranges",
                                                        "retry-after",
                                                        "set-cookie",
                                                        "set-cookie2",
                                                        "signature",
                                                        "signature-input",
                                                        "strict-transport-security",
                                                        "vary",
                                                        "warning",
                                                        "www-authenticate"};

}  // namespace

NameMeaning meaning_of(std::string_view name) {
    const FieldId id = exact_id(name);
    if (id != FieldId::other || name.size() < 9) return {id};
    switch (name.front() | 0x20) {
        case 'x':
            return {looks_like_ours(name) ? FieldId::turnpike : FieldId::other};
        case 'c':
            return {FieldId::other, looks_like(name, "content-length")};
        case 't':
            return {FieldId::other, looks_like(name, "transfer-encoding")};
        default:
            return {};
    }
}

FieldId field_id(std::string_view name) {
    return meaning_of(name).id;
}

bool may_be_trailer(std::string_view name) {
    if (looks_like(name, "content-digest")) return true;  // RFC 9530 §2 means it to be one
    const NameMeaning meaning = meaning_of(name);
    if (meaning.id != FieldId::other || meaning.imitates_framing) return false;
    const auto is_name = [name](std::string_view other) { return looks_like(name, other); };
    const auto is_prefix = [name](std::string_view prefix) { return begins_like(name, prefix); };
    return std::none_of(not_trailers.begin(), not_trailers.end(), is_name) &&
           std::none_of(not_trailer_prefixes.begin(), not_trailer_prefixes.end(), is_prefix);
}

Method method_id(std::string_view name) {
    switch (name.size()) {  // case matters, RFC 9110 §9.1
        case 3:
            if (name == "GET") return Method::get;
            return name == "PUT" ? Method::put : Method::other;
        case 4:
            if (name == "POST") return Method::post;
            return name == "HEAD" ? Method::head : Method::other;
        case 5:
            return name == "TRACE" ? Method::trace : Method::other;
        case 6:
            return name == "DELETE" ? Method::delete_ : Method::other;
        case 7:
            if (name == "OPTIONS") return Method::options;
            return name == "CONNECT" ? Method::connect : Method::other;
        default:
            return Method::other;
    }
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    if (a == b) return true;  // the usual case, and the quick one
    return std::equal(a.begin(), a.end(), b.begin(),
                      [](char x, char y) { return to_lower(x) == to_lower(y); });
}

}  // namespace turnpike::http
