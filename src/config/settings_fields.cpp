// The keys of turnpike.yaml.
#include "config/config.hpp"

namespace turnpike::config {
namespace {

constexpr Field listen_rows[] = {
    {.name = "address",
     .type = Type::address,
     .required = true,
     .example = "\"0.0.0.0:80\"",
     .meaning = "Address and port. `0.0.0.0` is every IPv4 address, `[::]` every address."},
    {.name = "health_path",
     .example = "/.turnpike/health",
     .meaning = "GET of this path is answered with 200, whatever the Host says and without an "
                "origin: for load balancers. Neither logged nor counted."},
};
constexpr Fields listen_fields{.name = "listen", .rows = listen_rows};

constexpr std::string_view admin_words[] = {"off"};
constexpr Field admin_rows[] = {
    {.name = "address",
     .type = Type::socket,
     .words = admin_words,
     .default_value = "\"127.0.0.1:9477\"",
     .example = "unix:/run/turnpike/admin.sock",
     .meaning =
         "Where it listens, or `off`. If nobody wrote it and it is taken, Turnpike warns and "
         "goes without."},
    {.name = "token_file",
     .type = Type::file,
     .example = "admin.token",
     .meaning = "A file with one line of at least 16 characters, made for example by "
                "`openssl rand -hex 24`. Who sends it may change things over TCP; over a unix "
                "socket everyone may who can open it. Without this key the instance makes itself "
                "one, in `state_dir`, which only its own user can read."},
};
constexpr Fields admin_fields{.name = "admin", .rows = admin_rows};

constexpr Field metrics_rows[] = {
    {.name = "address",
     .type = Type::address,
     .required = true,
     .example = "\"0.0.0.0:9478\"",
     .meaning = "Where it listens."},
    {.name = "max_series",
     .type = Type::integer,
     .least = "100",
     .most = "10000000",
     .default_value = "20000",
     .meaning = "Labels make at most so many series; what is above is counted in "
                "`turnpike_series_dropped_total`."},
};
constexpr Fields metrics_fields{.name = "metrics", .rows = metrics_rows};

constexpr std::string_view log_targets[] = {"stdout", "stderr", "off"};
constexpr std::string_view log_formats[] = {"json", "combined"};
constexpr std::string_view log_addresses[] = {"full", "prefix", "none"};
constexpr Field access_log_rows[] = {
    {.name = "to",
     .type = Type::file,
     .words = log_targets,
     .default_value = "stdout",
     .example = "/var/log/turnpike/access.log",
     .meaning = "`stdout`, `stderr`, `off`, or a file; SIGUSR1 opens the file anew."},
    {.name = "format",
     .type = Type::choice,
     .words = log_formats,
     .default_value = "json",
     .meaning = "`combined` is what other web servers write."},
    {.name = "address",
     .type = Type::choice,
     .words = log_addresses,
     .default_value = "full",
     .meaning = "Of the client's address, `prefix` keeps the network only (/24, /48), `none` "
                "nothing."},
    {.name = "query",
     .type = Type::boolean,
     .default_value = "true",
     .meaning = "`false` leaves the query out, which may hold what is nobody's business."},
};
constexpr Fields access_log_fields{.name = "access_log", .rows = access_log_rows};

constexpr Field limits_rows[] = {
    {.name = "request_head",
     .type = Type::size,
     .least = "1KiB",
     .most = "1MiB",
     .default_value = "32KiB",
     .meaning = "A longer head is 431."},
    {.name = "request_head_timeout",
     .type = Type::duration,
     .least = "100ms",
     .most = "24h",
     .default_value = "10s",
     .meaning = "For the whole head, from its first byte; then 408."},
    {.name = "idle_timeout",
     .type = Type::duration,
     .least = "100ms",
     .most = "24h",
     .default_value = "60s",
     .meaning = "Between requests, and for a body that stalls."},
    {.name = "drain_timeout",
     .type = Type::duration,
     .least = "0s",
     .most = "24h",
     .default_value = "30s",
     .meaning = "For requests under way when SIGTERM comes."},
    {.name = "connections",
     .type = Type::integer,
     .least = "1",
     .most = "10000000",
     .default_value = "50000",
     .meaning = "Clients' connections at a time; more are turned away."},
};
constexpr Fields limits_fields{.name = "limits", .rows = limits_rows};

constexpr std::string_view thread_words[] = {"auto"};
constexpr std::string_view network_lists[] = {"loopback", "private"};
constexpr std::string_view catalogues[] = {"installed"};
constexpr std::string_view modes[] = {"enforce", "observe"};
constexpr Field rows[] = {
    version_field,
    {.name = "threads",
     .type = Type::integer,
     .words = thread_words,
     .least = "1",
     .most = "1024",
     .default_value = "auto",
     .meaning = "Event loops: as many as the CPUs this process may use, or a number."},
    {.name = "listen",
     .type = Type::mapping,
     .list = true,
     .some = true,
     .default_value = "[{ address: \"127.0.0.1:8080\" }]",
     .fields = &listen_fields,
     .meaning = "Where clients are served."},
    {.name = "admin",
     .type = Type::mapping,
     .default_value = "{ address: \"127.0.0.1:9477\" }",
     .fields = &admin_fields,
     .meaning = "Metrics and health for this machine. It answers to addresses and `localhost` "
                "only."},
    {.name = "metrics",
     .type = Type::mapping,
     .example = "{ address: \"0.0.0.0:9478\" }",
     .fields = &metrics_fields,
     .meaning = "A second listener with `/metrics`, `/healthz` and `/readyz`, for any host name."},
    {.name = "trusted_proxies",
     .type = Type::network,
     .list = true,
     .words = network_lists,
     .default_value = "[loopback]",
     .example = "[loopback, 10.0.0.0/8]",
     .meaning = "Proxies in front of Turnpike: networks, or the lists `loopback` and `private`. "
                "Only these are believed about who asks, see [behind a proxy](#behind-a-proxy). "
                "`[]` trusts nobody."},
    {.name = "catalogue",
     .type = Type::folder,
     .list = true,
     .some = true,
     .words = catalogues,
     .default_value = "[installed]",
     .example = "[installed, crawlers.d]",
     .meaning = "What is known of crawlers: what is installed, and folders of files like those of "
                "`rules/crawlers`. What stands later adds, or overrides by token."},
    {.name = "sites",
     .type = Type::file,
     .list = true,
     .some = true,
     .example = "sites.d/*.yaml",
     .meaning = "The files of the sites: a pattern, or a list of patterns. Each must find a file."},
    {.name = "state_dir",
     .type = Type::folder,
     .default_value = "/var/lib/turnpike",
     .meaning = "Where the instance's own token and temporary exceptions are kept. If it cannot "
                "be written, they are kept in memory only. Where nobody writes this key, "
                "`$STATE_DIRECTORY` (systemd sets it) goes before the default, and "
                "`~/.local/state/turnpike` takes its place for users who may not write there."},
    {.name = "watch",
     .type = Type::boolean,
     .default_value = "false",
     .meaning = "Take up changes of the files by itself, once they have been at rest for a moment. "
                "Kubernetes' way of replacing them is seen, too."},
    {.name = "mode",
     .type = Type::choice,
     .words = modes,
     .default_value = "enforce",
     .meaning = "`observe` lets everything through on all sites, and records what would have been "
                "refused: the panic switch (also `serve --observe`)."},
    {.name = "access_log",
     .type = Type::mapping,
     .example = "{ to: /var/log/turnpike/access.log, format: combined }",
     .fields = &access_log_fields,
     .meaning = "One line a request."},
    {.name = "limits",
     .type = Type::mapping,
     .example = "{ idle_timeout: 2m }",
     .fields = &limits_fields,
     .meaning = "How much, and how long."},
};

}  // namespace

const Fields turnpike_fields{.name = "turnpike.yaml", .rows = rows};

}  // namespace turnpike::config
