// The keys of site files and presets.
#include "policy/policy.hpp"

namespace turnpike::policy {
namespace {

using config::Field;
using config::Fields;
using config::Type;

constexpr std::string_view modes[] = {"enforce", "observe"};
constexpr std::string_view presets[] = {"block-ai", "block-training", "charge-ai", "allow-all"};
constexpr std::string_view actions[] = {"allow", "deny", "pay", "throttle"};
constexpr std::string_view bucket_owners[] = {"crawler", "address", "site"};
constexpr std::string_view categories[] = {
    "ai-*",       "ai-training",     "ai-search",     "ai-assistant",     "ai-agent",
    "ai-scraper", "ai-undocumented", "search-engine", "link-preview",     "feed-reader",
    "monitor",    "archiver",        "seo",           "security-scanner", "http-library",
    "other-bot",  "browser",         "unknown"};
constexpr std::string_view network_lists[] = {"loopback", "private"};
constexpr std::string_view present[] = {"present"};
constexpr std::string_view anything[] = {"*"};
constexpr std::string_view robots_standings[] = {"disallowed", "violator"};
constexpr std::string_view robots_sources[] = {"merge", "managed", "origin"};
constexpr std::string_view off[] = {"off"};

constexpr Field value_field{.name = "value",
                            .list = true,
                            .some = true,
                            .words = present,
                            .example = "\"text*\"",
                            .meaning =
                                "`present` for whatever comes, or a text with `*` for any "
                                "run of characters."};
constexpr Fields values_fields{.name = "values", .rows = {}, .any = &value_field};

constexpr Field parameter_field{.name = "value",
                                .list = true,
                                .some = true,
                                .example = "\"*\"",
                                .meaning = "A text with `*` for any run of characters."};
constexpr Fields parameters_fields{.name = "parameters", .rows = {}, .any = &parameter_field};

constexpr Field also_field{
    .name = "also",
    .type = Type::boolean,
    .default_value = "false",
    .meaning =
        "`true`, with `category`: a crawler that serves several ends under one name, as "
        "Googlebot does, matches by any of them, and not by its main one only."};

constexpr Field when_rows[] = {
    {.name = "crawler",
     .list = true,
     .some = true,
     .example = "GPTBot",
     .meaning = "A crawler of the catalogue, by its token or an alias (`turnpike crawlers`); one "
                "that the catalogue lacks matches as a token of the user agent."},
    {.name = "operator",
     .list = true,
     .some = true,
     .example = "OpenAI",
     .meaning = "Who runs the crawler."},
    {.name = "category",
     .type = Type::choice,
     .list = true,
     .some = true,
     .words = categories,
     .example = "ai-training",
     .meaning = "The crawler's kind; `ai-*` for all that are AI."},
    also_field,
    {.name = "user_agent",
     .list = true,
     .some = true,
     .example = "\"ExampleBot/2.*\"",
     .meaning = "A token in the user agent, `*` allowed: for bots that the catalogue does not "
                "know."},
    {.name = "method",
     .list = true,
     .some = true,
     .example = "[GET, HEAD]",
     .meaning = "The request's method, in any case."},
    {.name = "host",
     .type = Type::host,
     .list = true,
     .some = true,
     .example = "\"*.example.org\"",
     .meaning = "The name the client asks for, written as under `hosts`."},
    {.name = "address",
     .type = Type::network,
     .list = true,
     .some = true,
     .words = network_lists,
     .example = "192.0.2.0/24",
     .meaning = "The client's address, behind trusted proxies. An IPv4 address that comes as "
                "`::ffff:10.0.0.1` is the IPv4 address it is."},
    {.name = "path",
     .type = Type::path,
     .list = true,
     .some = true,
     .example = "\"/archive/**\"",
     .meaning = "The normalised path: `*` within a segment, `**` across segments."},
    {.name = "query",
     .type = Type::choice,
     .words = anything,
     .example = "{ page: \"*\" }",
     .fields = &parameters_fields,
     .meaning = "`{ page: \"*\" }`: this parameter with this value. `\"*\"`: any query at all."},
    {.name = "header",
     .type = Type::mapping,
     .example = "{ X-Api-Key: present }",
     .fields = &values_fields,
     .meaning = "`{ X-Api-Key: present }`, `{ Accept: \"text/html*\" }`: this field in the "
                "request."},
    {.name = "cookie",
     .list = true,
     .some = true,
     .example = "session",
     .fields = &values_fields,
     .meaning = "`session`: a cookie of that name. `{ theme: \"dark*\" }`: with this value."},
    {.name = "robots",
     .type = Type::choice,
     .list = true,
     .some = true,
     .words = robots_standings,
     .example = "violator",
     .meaning =
         "`disallowed`: robots.txt keeps this crawler from what it asks for. `violator`: it has "
         "asked for such things several times of late. See [robots.txt](robots.md)."},
    {.name = "behaviour",
     .list = true,
     .some = true,
     .example = "likely",
     .meaning = "How the client has behaved: `likely` (or `certain`) a crawler that does not say "
                "so, `certain`, or the name of a [signal](behaviour.md#signals). People, and what "
                "people use, are slowed down by such a rule, whatever it says."},
    {.name = "not",
     .type = Type::mapping,
     .example = "{ cookie: session }",
     .fields = &when_fields,
     .meaning = "What the keys under it, taken together, do not match."},
};

constexpr Field rule_rows[] = {
    {.name = "name",
     .required = true,
     .example = "partner-may-train",
     .meaning = "In logs, metrics, and on the page of whoever is refused."},
    {.name = "when",
     .type = Type::mapping,
     .example = "{ crawler: GPTBot, path: \"/archive/**\" }",
     .fields = &when_fields,
     .meaning = "What the rule is about; left out, it is about every request. All keys must match; "
                "a list means any of its entries."},
    also_field,
    {.name = "then",
     .type = Type::choice,
     .required = true,
     .words = actions,
     .example = "deny",
     .meaning = "`deny` is 403, `pay` is 402, `throttle` is 429 for what exceeds the `rate`."},
    {.name = "price",
     .type = Type::money,
     .example = "USD 0.01",
     .meaning = "With `pay`; left out, the site's price counts."},
    {.name = "rate",
     .type = Type::rate,
     .example = "5/s",
     .meaning = "Needed with `throttle`; with `allow` and `pay` a ceiling."},
    {.name = "per",
     .type = Type::choice,
     .words = bucket_owners,
     .example = "address",
     .meaning = "Who shares one rate: all addresses of a crawler, each address (a /64 of IPv6), or "
                "everybody on the site. Left out: the crawler if it is one that the catalogue "
                "knows, else the address. With `crawler`, too, who is none counts by address."},
    {.name = "burst",
     .type = Type::integer,
     .least = "1",
     .most = "1000000000",
     .example = "20",
     .meaning = "How many may come at once. Left out: what ten seconds bring, at least 1."},
    {.name = "observe",
     .type = Type::boolean,
     .default_value = "false",
     .meaning = "`true`: recorded as if, then evaluation goes on with the next rule."},
};

constexpr Field open_paths_rows[] = {
    {.name = "add",
     .type = Type::path,
     .list = true,
     .some = true,
     .example = "[/legal/terms]",
     .meaning = "Paths that are open as well."},
    {.name = "remove",
     .type = Type::path,
     .list = true,
     .some = true,
     .example = "[/llms.txt]",
     .meaning = "Paths that are open unless somebody says so here, and then are not."},
};

constexpr std::string_view host_words[] = {"client", "origin"};
constexpr Field origin_rows[] = {
    {.name = "url",
     .type = Type::origin,
     .required = true,
     .example = "http://127.0.0.1:3000",
     .meaning = "Where the website runs: `http://HOST:PORT` or `unix:/run/app.sock`."},
    {.name = "host",
     .words = host_words,
     .default_value = "client",
     .example = "www.example.com",
     .meaning = "The Host that the origin gets: the one that the `client` asked for, that of the "
                "`origin`'s URL, or this name. `X-Forwarded-Host` says what the client asked for."},
    {.name = "connect_timeout",
     .type = Type::duration,
     .least = "10ms",
     .most = "10m",
     .default_value = "5s",
     .meaning = "For a connection to be made; then 504."},
    {.name = "response_timeout",
     .type = Type::duration,
     .least = "10ms",
     .most = "24h",
     .default_value = "60s",
     .meaning = "For the response's head to come, then 504; and between two parts of its body."},
};
constexpr Fields origin_fields{.name = "origin", .rows = origin_rows};

constexpr Field price_field{.name = "price",
                            .type = Type::money,
                            .example = "USD 0.01",
                            .meaning = "What `pay` costs where a rule names no price."};

constexpr Field open_paths_field{.name = "open_paths",
                                 .type = Type::mapping,
                                 .example = "{ add: [/legal/terms] }",
                                 .fields = &open_paths_fields,
                                 .meaning = "Changes to the paths that are open to all."};

constexpr Field rules_field{.name = "rules",
                            .type = Type::mapping,
                            .list = true,
                            .example = "[{ name: no-seo, when: { category: seo }, then: deny }]",
                            .fields = &rule_fields,
                            .meaning = "Before the preset's own; the first that matches wins."};

constexpr Field site_rows[] = {
    config::version_field,
    {.name = "site",
     .required = true,
     .example = "example",
     .meaning = "The site's name, in logs and metrics: letters, digits, `-`, `_` and `.`."},
    {.name = "hosts",
     .type = Type::host,
     .required = true,
     .list = true,
     .some = true,
     .example = "[example.com, www.example.com]",
     .meaning = "The site's names: exact ones; `\"*.example.org\"` for any depth below it, and not "
                "for itself; `\"*\"` for any host. An exact name wins over the longest wildcard, "
                "that over `\"*\"`. A host nobody has is 421."},
    {.name = "origin",
     .type = Type::origin,
     .required = true,
     .example = "http://127.0.0.1:3000",
     .fields = &origin_fields,
     .meaning = "Where the website runs: `http://HOST:PORT` or `unix:/run/app.sock`, or a mapping "
                "that says more."},
    {.name = "contact",
     .example = "mailto:web@example.com",
     .meaning = "Shown to whoever is refused: a mail address, `mailto:…`, `https://…`, or words."},
    {.name = "refusal_page",
     .type = Type::file,
     .example = "pages/refused.html",
     .meaning = "An HTML file to show instead of ours, see "
                "[a refusal page of your own](#a-refusal-page-of-your-own)."},
    {.name = "mode",
     .type = Type::choice,
     .words = modes,
     .default_value = "enforce",
     .meaning = "`observe` decides and records as if, and forwards everything. On all sites: "
                "`mode` in turnpike.yaml, or `serve --observe`."},
    {.name = "preset",
     .type = Type::file,
     .words = presets,
     .default_value = "block-ai",
     .meaning = "The rules behind the site's own: one of the presets, or a file."},
    {.name = "robots",
     .type = Type::choice,
     .words = robots_sources,
     .default_value = "merge",
     .meaning = "What `/robots.txt` says: `merge` joins the origin's with what the rules say, "
                "`managed` says only that, `origin` leaves the origin's untouched. See "
                "[robots.txt](robots.md)."},
    {.name = "trap",
     .type = Type::path,
     .words = off,
     .example = "/archive/notes-2741",
     .meaning =
         "A path that no page of the site has, or `off`: who asks for it follows what it was "
         "told not to. Left out, it is one that cannot be guessed; with `robots: origin`, none."},
    price_field,
    open_paths_field,
    rules_field,
};

constexpr Field preset_rows[] = {
    config::version_field,
    {.name = "preset",
     .type = Type::file,
     .words = presets,
     .example = "block-ai",
     .meaning = "The rules behind these: a preset may name another, at most four deep."},
    price_field,
    open_paths_field,
    rules_field,
};

}  // namespace

const Fields when_fields{.name = "when", .rows = when_rows};
const Fields rule_fields{.name = "rule", .rows = rule_rows};
const Fields open_paths_fields{.name = "open_paths", .rows = open_paths_rows};
const Fields site_fields{.name = "site", .rows = site_rows};
const Fields preset_fields{.name = "preset", .rows = preset_rows};

}  // namespace turnpike::policy
