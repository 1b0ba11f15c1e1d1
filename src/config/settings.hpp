// turnpike.yaml: what is said once for the whole instance. Every key is optional. Part of the face
// config.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/fields.hpp"
#include "turnpike/address.hpp"
#include "turnpike/decision.hpp"
#include "turnpike/diagnostic.hpp"

namespace turnpike::config {

class Document;

extern const Fields turnpike_fields;

/// An address to listen on; a unix socket where `path` is not empty.
struct ListenAddress {
    Address address;
    std::uint16_t port = 0;
    std::string path;
    std::string text;  ///< As written, for messages.
    /// Where load balancers ask whether this instance lives; empty: nowhere.
    std::string health_path = {};
    bool operator==(const ListenAddress&) const = default;
};

/// `127.0.0.1:8080`, `[::1]:8080`, `unix:/path`; a host name is not an address. Port 0 lets the
/// kernel choose one.
std::optional<ListenAddress> parse_listen_address(std::string_view text);
/// Whether one would take connections from the other: the same port of the same address, or of all
/// addresses. `[::]` stands for IPv4 too; port 0 is never the same.
bool overlap(const ListenAddress& a, const ListenAddress& b);
/// A CIDR, or the named lists `loopback` and `private`; false where it is neither.
bool parse_prefixes(std::string_view text, std::vector<Prefix>& into);

struct AccessLogSettings {
    std::string to = "stdout";
    bool combined = false;
    enum class Detail : std::uint8_t { full, prefix, none };
    Detail address = Detail::full;
    bool query = true;
    bool operator==(const AccessLogSettings&) const = default;
};

struct LimitSettings {
    std::uint64_t request_head = 32 * 1024;
    std::chrono::milliseconds request_head_timeout{10'000};
    std::chrono::milliseconds idle_timeout{60'000};
    std::chrono::milliseconds drain_timeout{30'000};
    std::uint32_t connections = 50'000;
    bool operator==(const LimitSettings&) const = default;
};

/// Paths are as the program opens them: those that are relative start from the file's own folder.
struct Settings {
    std::uint32_t threads = 0;  ///< 0: as many as the affinity mask has CPUs.
    std::vector<ListenAddress> listen;
    std::optional<ListenAddress> admin;  ///< Nothing: `off`.
    bool admin_written = false;          ///< The default may be taken; a written one may not.
    std::string admin_token_file;        ///< Empty: nothing may be changed over TCP.
    std::optional<ListenAddress> metrics;
    std::uint32_t max_series = 20'000;
    PrefixList trusted_proxies;
    std::string trusted_proxies_text = "loopback";  ///< As written, between the brackets.
    /// What is known of crawlers: `installed`, and folders.
    std::vector<std::string> catalogue = {"installed"};
    std::vector<std::string> sites;  ///< Globs; none where nothing is written.
    std::string state_dir = "/var/lib/turnpike";
    bool watch = false;         ///< Reload by itself when a file has changed.
    Mode mode = Mode::enforce;  ///< For all sites: observe is the panic switch.
    AccessLogSettings access_log;
    LimitSettings limits;

    Settings();  ///< The defaults.
    /// What is wrong is as if nobody had written it; `out` says what that is.
    static Settings read(const Document& document, Diagnostics& out);
};

}  // namespace turnpike::config
