// The keys of turnpike.yaml.
#include "config/settings.hpp"

#include <algorithm>
#include <charconv>
#include <span>

#include "config/config.hpp"
#include "core/networks.hpp"

namespace turnpike::config {
namespace {

using std::chrono::milliseconds;

enum class Unix : bool { refused, allowed };

/// `address` of one listener, in whatever mapping it stands.
std::optional<ListenAddress> read_address(Mapping& mapping, Unix sockets, Diagnostics& out) {
    const auto node = mapping.take("address");
    if (!node) {
        if (mapping.ok()) report(out, mapping.node(), "'address' is missing");
        return std::nullopt;
    }
    auto parsed = parse_listen_address(node->text());
    if (parsed && (parsed->path.empty() || sockets == Unix::allowed)) return parsed;
    report(out, *node, "'" + node->text() + "' is not an address to listen on",
           sockets == Unix::allowed ? "write 127.0.0.1:9477, [::1]:9477 or unix:/path"
                                    : "write 127.0.0.1:8080 or [::1]:8080");
    return std::nullopt;
}

/// Reports `node` where another listener before it takes what its address would.
void check_taken(const ListenAddress& address, std::span<const ListenAddress> others,
                 const Node& node, Diagnostics& out) {
    for (const ListenAddress& other : others) {
        if (!overlap(address, other)) continue;
        report(out, node,
               address.text == other.text
                   ? "'" + address.text + "' stands twice"
                   : "'" + address.text + "' is taken by '" + other.text + "' already");
        return;
    }
}

/// A path relative to the file that names it.
std::string path_of(const Node& node) {
    return beside(node.where().file, node.text());
}

void read_listen(Mapping& top, std::vector<ListenAddress>& listen, Diagnostics& out) {
    const auto written = top.take("listen");
    if (!written) return;
    listen.clear();
    for (const Node& node : top.take_list("listen")) {
        Mapping mapping(node, out);
        auto address = read_address(mapping, Unix::refused, out);
        mapping.finish();
        if (!address) continue;
        check_taken(*address, listen, node, out);
        listen.push_back(std::move(*address));
    }
    if (listen.empty() && written->is_list() && written->items().empty()) {
        report(out, *written, "nothing to listen on");
    }
}

void read_admin(Mapping& top, Settings& settings, Diagnostics& out) {
    const auto node = top.take("admin");
    if (!node) return;
    Mapping mapping(*node, out);
    const auto address = mapping.take("address");
    settings.admin_written = true;
    settings.admin.reset();
    if (!address || address->text() != "off") {
        settings.admin = read_address(mapping, Unix::allowed, out);
    }
    if (settings.admin) check_taken(*settings.admin, settings.listen, *node, out);
    if (const auto file = mapping.take_scalar("token_file", "a file")) {
        settings.admin_token_file = path_of(*file);
        if (file->text().empty()) report(out, *file, "'token_file' is empty", "leave it out");
    }
    mapping.finish();
}

void read_metrics(Mapping& top, Settings& settings, Diagnostics& out) {
    const auto node = top.take("metrics");
    if (!node) return;
    Mapping mapping(*node, out);
    settings.metrics = read_address(mapping, Unix::refused, out);
    if (const auto series = mapping.take_integer("max_series", 100, 10'000'000)) {
        settings.max_series = static_cast<std::uint32_t>(*series);
    }
    if (settings.metrics) {
        std::vector<ListenAddress> others = settings.listen;
        if (settings.admin_written && settings.admin) others.push_back(*settings.admin);
        check_taken(*settings.metrics, others, *node, out);
    }
    mapping.finish();
}

void read_trusted_proxies(Mapping& top, PrefixList& trusted, Diagnostics& out) {
    if (!top.take("trusted_proxies")) return;
    std::vector<Prefix> prefixes;
    for (const Node& item : top.take_scalars("trusted_proxies")) {
        if (!parse_prefixes(item.text(), prefixes)) {
            report(out, item, "'" + item.text() + "' is neither a network nor a named list",
                   "write 10.0.0.0/8 (no bits set behind the prefix), loopback or private");
        }
    }
    trusted = PrefixList(std::move(prefixes));
}

void read_access_log(Mapping& top, AccessLogSettings& log, Diagnostics& out) {
    const auto node = top.take("access_log");
    if (!node) return;
    Mapping mapping(*node, out);
    if (const auto to = mapping.take_scalar("to")) {
        const bool word = to->text() == "stdout" || to->text() == "stderr" || to->text() == "off";
        log.to = word ? to->text() : path_of(*to);
        if (log.to.empty()) {
            report(out, *to, "'to' is empty", "write stdout, stderr, off or a file");
        }
    }
    if (const auto format = mapping.take_choice("format", {"json", "combined"})) {
        log.combined = *format == 1;
    }
    if (const auto detail = mapping.take_choice("address", {"full", "prefix", "none"})) {
        log.address = static_cast<AccessLogSettings::Detail>(*detail);
    }
    log.query = mapping.take_bool("query").value_or(log.query);
    mapping.finish();
}

void read_limits(Mapping& top, LimitSettings& limits, Diagnostics& out) {
    const auto node = top.take("limits");
    if (!node) return;
    Mapping mapping(*node, out);
    const auto timeout = [&](std::string_view key, milliseconds least, milliseconds& into) {
        const auto value = mapping.take_duration(key);
        if (!value) return;
        into = *value;
        if (*value < least || *value > std::chrono::hours(24)) {
            report(out, *mapping.take(key),
                   "'" + std::string(key) + "' must be from " + std::to_string(least.count()) +
                       "ms to 24h");
        }
    };
    if (const auto size = mapping.take_size("request_head")) {
        limits.request_head = *size;
        if (*size < 1024 || *size > 1024 * 1024) {
            report(out, *mapping.take("request_head"), "'request_head' must be from 1KiB to 1MiB");
        }
    }
    timeout("request_head_timeout", milliseconds(100), limits.request_head_timeout);
    timeout("idle_timeout", milliseconds(100), limits.idle_timeout);
    timeout("drain_timeout", milliseconds(0), limits.drain_timeout);
    if (const auto connections = mapping.take_integer("connections", 1, 10'000'000)) {
        limits.connections = static_cast<std::uint32_t>(*connections);
    }
    mapping.finish();
}

void read_threads(Mapping& top, std::uint32_t& threads) {
    const auto node = top.take("threads");
    if (!node || node->text() == "auto") return;
    if (const auto number = top.take_integer("threads", 1, 1024)) {
        threads = static_cast<std::uint32_t>(*number);
    }
}

void read_sites(Mapping& top, std::vector<std::string>& sites, Diagnostics& out) {
    const auto written = top.take("sites");
    if (!written) return;
    for (const Node& item : top.take_scalars("sites")) {
        if (item.text().empty()) report(out, item, "an item of 'sites' is empty");
        sites.push_back(path_of(item));
    }
    if (written->is_list() && written->items().empty()) {
        report(out, *written, "'sites' is empty", "write a pattern: sites: sites.d/*.yaml");
    }
}

void read_state_dir(Mapping& top, std::string& state_dir, Diagnostics& out) {
    const auto node = top.take_scalar("state_dir", "a folder");
    if (!node) return;
    state_dir = path_of(*node);
    if (state_dir.empty()) report(out, *node, "'state_dir' is empty");
}

/// An admin address that nobody wrote gives way to whatever is written.
void yield_default_admin(Mapping& top, Settings& settings, Diagnostics& out) {
    if (settings.admin_written) return;
    const auto yield_to = [&](const ListenAddress& other, std::string_view key) {
        if (!settings.admin || !overlap(*settings.admin, other)) return;
        report(out, *top.take(key),
               "'" + other.text + "' is where the admin listener would be: there is none now",
               "give it another address: admin: { address: \"127.0.0.1:9479\" }",
               Severity::warning);
        settings.admin.reset();
    };
    for (const ListenAddress& listen : settings.listen) yield_to(listen, "listen");
    if (settings.metrics) yield_to(*settings.metrics, "metrics");
}

}  // namespace

Settings::Settings() {
    listen.push_back(*parse_listen_address("127.0.0.1:8080"));
    admin = parse_listen_address("127.0.0.1:9477");
    std::vector<Prefix> prefixes;
    parse_prefixes("loopback", prefixes);
    trusted_proxies = PrefixList(std::move(prefixes));
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
    ListenAddress result;
    result.text = text;
    constexpr std::string_view unix_scheme = "unix:";
    if (text.starts_with(unix_scheme)) {
        result.path = text.substr(unix_scheme.size());
        if (!result.path.starts_with('/')) return std::nullopt;
        return result;
    }
    const std::size_t colon = text.rfind(':');
    if (colon == text.npos) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    // Brackets around IPv6 and around nothing else, RFC 3986 §3.2.2.
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    if (bracketed != (host.find(':') != host.npos)) return std::nullopt;
    const auto address = Address::parse(host);

    const std::string_view port = text.substr(colon + 1);
    const char* end = port.data() + port.size();
    const auto [stop, failure] = std::from_chars(port.data(), end, result.port);
    const bool padded = port.size() > 1 && port.front() == '0';
    if (!address || failure != std::errc{} || stop != end || padded) return std::nullopt;
    result.address = *address;
    return result;
}

bool overlap(const ListenAddress& a, const ListenAddress& b) {
    if (!a.path.empty() || !b.path.empty()) return a.path == b.path;
    if (a.port != b.port || a.port == 0) return false;
    const auto all_v4 = Address::v4(0);
    const auto takes = [&](const Address& one, const Address& other) {
        return one == other || one.is_unspecified() || (one == all_v4 && other.is_v4());
    };
    return takes(a.address, b.address) || takes(b.address, a.address);
}

bool parse_prefixes(std::string_view text, std::vector<Prefix>& into) {
    const std::span<const std::string_view> named = named_networks(text);
    for (const std::string_view network : named) into.push_back(*Prefix::parse(network));
    if (!named.empty()) return true;
    const auto prefix = Prefix::parse(text);
    if (prefix) into.push_back(*prefix);
    return prefix.has_value();
}

std::optional<Settings> Settings::read(const Document& document, Diagnostics& out) {
    Settings settings;
    if (document.root().is_null()) return settings;  // an empty file
    Mapping top(document.root(), out);
    top.take_version();
    read_threads(top, settings.threads);
    read_listen(top, settings.listen, out);
    read_admin(top, settings, out);
    read_metrics(top, settings, out);
    read_trusted_proxies(top, settings.trusted_proxies, out);
    read_sites(top, settings.sites, out);
    read_state_dir(top, settings.state_dir, out);
    if (const auto mode = top.take_choice("mode", {"enforce", "observe"})) {
        settings.mode = static_cast<Mode>(*mode);
    }
    read_access_log(top, settings.access_log, out);
    read_limits(top, settings.limits, out);
    yield_default_admin(top, settings, out);
    top.finish();
    if (out.has_errors()) return std::nullopt;
    return settings;
}

}  // namespace turnpike::config
