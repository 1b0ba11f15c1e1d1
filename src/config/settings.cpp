// From turnpike.yaml to Settings. The keys: settings_fields.cpp.
#include "config/settings.hpp"

#include <charconv>
#include <span>

#include "config/config.hpp"
#include "core/networks.hpp"

namespace turnpike::config {
namespace {

/// Where a row of type `address` or `socket` says to listen.
std::optional<ListenAddress> read_address(Mapping& mapping, Diagnostics& out) {
    const auto node = mapping.take_scalar("address");
    if (!node) return std::nullopt;
    const Type type = mapping.fields().find("address")->type;
    auto parsed = parse_listen_address(node->text());
    if (parsed && (parsed->path.empty() || type == Type::socket)) return parsed;
    report(out, *node, "'" + node->text() + "' is not an address to listen on",
           std::string(words_of(type).written));
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

/// One path, compared as it comes: no pattern, nothing that a proxy in front may write otherwise.
std::string read_health_path(Mapping& mapping, Diagnostics& out) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    const auto node = mapping.take_scalar("health_path");
    if (!node) return {};
    const std::string& path = node->text();
    if (path.starts_with('/') && path.find_first_not_of(plain) == path.npos) return path;
    report(out, *node, "'" + path + "' is not a path for health checks",
           "begin with '/', then letters, digits and any of -._~/");
    return {};
}

void read_listen(Mapping& top, std::vector<ListenAddress>& listen, Diagnostics& out) {
    if (!top.take("listen")) return;
    listen.clear();
    for (Mapping& mapping : top.take_mappings("listen")) {
        auto address = read_address(mapping, out);
        std::string health_path = read_health_path(mapping, out);
        mapping.finish();
        if (!address) continue;
        address->health_path = std::move(health_path);
        check_taken(*address, listen, mapping.node(), out);
        listen.push_back(std::move(*address));
    }
}

void read_admin(Mapping& top, Settings& settings, Diagnostics& out) {
    auto mapping = top.take_mapping("admin");
    if (!mapping) return;
    const auto address = mapping->take("address");
    settings.admin_written = address.has_value();
    if (address && address->text() == "off") {
        settings.admin.reset();
    } else if (address) {
        settings.admin = read_address(*mapping, out);
    }
    if (address && settings.admin) {
        check_taken(*settings.admin, settings.listen, mapping->node(), out);
    }
    settings.admin_token_file = mapping->take_path("token_file").value_or("");
    mapping->finish();
}

void read_metrics(Mapping& top, Settings& settings, Diagnostics& out) {
    auto mapping = top.take_mapping("metrics");
    if (!mapping) return;
    settings.metrics = read_address(*mapping, out);
    settings.max_series = mapping->take_integer("max_series").value_or(settings.max_series);
    if (settings.metrics) {
        std::vector<ListenAddress> others = settings.listen;
        if (settings.admin_written && settings.admin) others.push_back(*settings.admin);
        check_taken(*settings.metrics, others, mapping->node(), out);
    }
    mapping->finish();
}

void read_trusted_proxies(Mapping& top, Settings& settings, Diagnostics& out) {
    if (!top.take("trusted_proxies")) return;
    std::vector<Prefix> prefixes;
    settings.trusted_proxies_text.clear();
    for (const Node& item : top.take_scalars("trusted_proxies")) {
        read_prefixes(item, prefixes, out);
        const std::string_view quote = item.text().find(':') == std::string::npos ? "" : "\"";
        if (!settings.trusted_proxies_text.empty()) settings.trusted_proxies_text += ", ";
        settings.trusted_proxies_text.append(quote).append(item.text()).append(quote);
    }
    settings.trusted_proxies = PrefixList(std::move(prefixes));
}

void read_access_log(Mapping& top, AccessLogSettings& log) {
    auto mapping = top.take_mapping("access_log");
    if (!mapping) return;
    log.to = mapping->take_path("to").value_or(log.to);
    if (const auto format = mapping->take_choice("format")) log.combined = *format == 1;
    if (const auto detail = mapping->take_choice("address")) {
        log.address = static_cast<AccessLogSettings::Detail>(*detail);
    }
    log.query = mapping->take_bool("query").value_or(log.query);
    mapping->finish();
}

void read_limits(Mapping& top, LimitSettings& limits) {
    auto mapping = top.take_mapping("limits");
    if (!mapping) return;
    const auto timeout = [&](std::string_view key, std::chrono::milliseconds& into) {
        into = mapping->take_duration(key).value_or(into);
    };
    limits.request_head = mapping->take_size("request_head").value_or(limits.request_head);
    timeout("request_head_timeout", limits.request_head_timeout);
    timeout("idle_timeout", limits.idle_timeout);
    timeout("drain_timeout", limits.drain_timeout);
    limits.connections = mapping->take_integer("connections").value_or(limits.connections);
    mapping->finish();
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

void read_prefixes(const Node& node, std::vector<Prefix>& into, Diagnostics& out) {
    const std::string& text = node.text();
    if (parse_prefixes(text, into)) return;
    if (const auto meant = Prefix::around(text)) {
        report(out, node, "'" + text + "' has bits set behind its prefix",
               "write " + meant->to_string());
        return;
    }
    const std::string near = did_you_mean(text, {"loopback", "private"});
    report(out, node, "'" + text + "' is neither a network nor a named list",
           near.empty() ? "write 192.0.2.7, 10.0.0.0/8, 2001:db8::/32, loopback or private" : near);
}

Settings Settings::read(const Document& document, Diagnostics& out) {
    Settings settings;
    if (document.root().is_null()) return settings;  // an empty file
    Mapping top(document.root(), turnpike_fields, out);
    top.take_version();
    settings.threads = top.take_integer("threads").value_or(settings.threads);
    read_listen(top, settings.listen, out);
    read_admin(top, settings, out);
    read_metrics(top, settings, out);
    read_trusted_proxies(top, settings, out);
    if (const auto catalogue = top.take_scalars("catalogue"); !catalogue.empty()) {
        settings.catalogue.clear();
        for (const Node& item : catalogue) {
            const bool installed = item.text() == "installed";
            settings.catalogue.push_back(installed ? item.text()
                                                   : beside(item.where().file, item.text()));
        }
    }
    for (const Node& item : top.take_scalars("sites")) {
        settings.sites.push_back(beside(item.where().file, item.text()));
    }
    settings.state_dir = top.take_path("state_dir").value_or(settings.state_dir);
    settings.watch = top.take_bool("watch").value_or(settings.watch);
    if (const auto mode = top.take_choice("mode")) settings.mode = static_cast<Mode>(*mode);
    read_access_log(top, settings.access_log);
    read_limits(top, settings.limits);
    yield_default_admin(top, settings, out);
    top.finish();
    return settings;
}

}  // namespace turnpike::config
