// `turnpike explain`: the request that the options describe, read by the parser that `serve` uses
// and judged as it judges.
#include <cstdio>

#include "cli/configuration.hpp"
#include "cli/explanation.hpp"
#include "cli/override_file.hpp"
#include "cli/robots_copy.hpp"
#include "http/http.hpp"

namespace turnpike::cli {
namespace {

constexpr int exit_deny = 10;
constexpr int exit_pay = 11;
constexpr int exit_throttle = 12;

int status_of(Action action) {
    switch (action) {
        case Action::deny:
            return exit_deny;
        case Action::pay:
            return exit_pay;
        case Action::throttle:
            return exit_throttle;
        default:
            return exit_ok;
    }
}

int complain(const std::string& text) {
    std::fprintf(stderr, "turnpike: %s\n", text.c_str());
    return exit_usage;
}

bool holds_line_break(std::string_view text) {
    return text.find_first_of(std::string_view("\0\r\n", 3)) != text.npos;
}

std::string not_judged(const Error& error) {
    return "this is not judged but answered with " + std::to_string(error.status) + ": " +
           std::string(error.what);
}

struct Target {
    std::string authority;
    std::string path_and_query;
};

/// The parts of a URL that a client sends, as they stand. Nothing where it is none.
std::optional<Target> split_url(std::string_view url) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!http::equals_ignoring_case(url.substr(0, scheme.size()), scheme)) continue;
        url.remove_prefix(scheme.size());
        const std::size_t end = std::min(url.find_first_of("/?#"), url.size());
        Target target;
        target.authority = url.substr(0, end);
        url.remove_prefix(end);
        target.path_and_query = url.substr(0, url.find('#'));
        if (!target.path_and_query.starts_with('/')) target.path_and_query.insert(0, "/");
        if (target.authority.empty()) return std::nullopt;
        return target;
    }
    return std::nullopt;
}

bool names_host(std::string_view field) {
    return http::equals_ignoring_case(field.substr(0, field.find(':')), "host");
}

/// The head that a client would send; nothing, with what is wrong in `error`, where none would.
std::optional<std::string> write_head(const ExplainOptions& options, std::string& error) {
    const auto target = split_url(options.url);
    if (!target) {
        error = "'" + options.url + "' is not a URL: write https://example.com/page";
        return std::nullopt;
    }
    if (options.url.find(' ') != std::string::npos || holds_line_break(options.url)) {
        error = "a URL holds no spaces: write %20";
        return std::nullopt;
    }
    std::string head = options.method + " " + target->path_and_query + " HTTP/1.1\r\n";
    bool has_host = false;
    std::string fields;
    for (const std::string& field : options.fields) {
        if (field.find(':') == field.npos || holds_line_break(field)) {
            error = "'" + field + "' is not a header: write 'Name: value'";
            return std::nullopt;
        }
        has_host |= names_host(field);
        fields += field + "\r\n";
    }
    if (!has_host) head += "Host: " + target->authority + "\r\n";
    if (options.user_agent) head += "User-Agent: " + *options.user_agent + "\r\n";
    return head + fields + "\r\n";
}

std::string known_hosts(const gate::Snapshot& snapshot) {
    std::string text;
    for (const Site& site : snapshot.knowledge.sites.all()) {
        for (const std::string& host : site.hosts) text += (text.empty() ? "" : ", ") + host;
    }
    return " (known are " + text + ")";
}

/// Those that a running instance of this configuration keeps.
gate::Overrides overrides_of(const config::Settings& settings) {
    std::string error;
    OverrideList kept;
    if (!settings.state_dir.empty()) {
        if (auto found = read_overrides(override_file(settings.state_dir), error)) {
            kept = std::move(*found);
        } else {
            std::fprintf(stderr, "turnpike: warning: overrides are left out: %s\n", error.c_str());
        }
    }
    kept.expire(std::chrono::system_clock::now());
    return gate::Overrides(std::move(kept.list));
}

/// What was served as robots.txt, as a running instance of this configuration keeps it.
gate::RobotsFiles robots_of(const gate::Snapshot& snapshot, const config::Settings& settings) {
    gate::RobotsFiles files;
    if (settings.state_dir.empty()) return files;
    for (const Site& site : snapshot.knowledge.sites.all()) {
        auto served = read_robots_history(robots_history_file(settings.state_dir, site.name));
        if (served.empty() || site.robots == RobotsSource::origin) continue;
        std::string text = served.versions().back()->text;
        files.emplace(site.name, std::make_shared<const gate::RobotsFile>(std::move(text),
                                                                          std::move(served), true));
    }
    return files;
}

/// What robots.txt has against the request; empty: nothing.
std::string robots_against(const gate::Judgement& judgement, const gate::Inquiry& inquiry) {
    if (judgement.decision.rule == "open-path") return {};  // open to all, whatever it says
    if (!inquiry.robots->look(judgement, inquiry).disallowed) return {};
    const auto versions = inquiry.robots->history(*judgement.site).versions();
    const std::string_view token = compliance::token_of(judgement.identity.main());
    const auto verdict = versions.back()->file.match(
        token, robots::read_target(inquiry.head.target, inquiry.arena), robots::Reading::rfc9309);
    return "asks " + std::string(token) + " not to come here: " + std::string(verdict.rule);
}

/// A client that behaves as somebody supposes.
class Supposed final : public gate::Conduct {
public:
    /// False where it is the name of nothing.
    bool suppose(std::string_view behaviour, const behaviour::Signals& signals) {
        using Level = Behaviour::Level;
        for (const Level level : {Level::normal, Level::likely, Level::certain}) {
            if (behaviour != name_of(level)) continue;
            behaviour_.level = level;
            return true;
        }
        for (std::size_t i = 0; i < signals.all().size(); ++i) {
            if (signals.all()[i].name != behaviour) continue;
            behaviour_.signals = std::uint64_t{1} << i;
            return true;
        }
        return behaviour.empty();
    }
    void assess(gate::Judgement& judgement, const gate::Inquiry&) override {
        judgement.behaviour = behaviour_;
    }

private:
    Behaviour behaviour_;
};

int show(const gate::Snapshot& snapshot, const gate::Inquiry& inquiry, bool json) {
    const RequestHead& head = inquiry.head;
    const Result<gate::Judgement> judged = judge(snapshot.knowledge, inquiry, nullptr);
    if (!judged) {
        std::string text = not_judged(judged.error());
        if (judged.error().fault == Fault::misdirected) text += known_hosts(snapshot);
        return complain(text);
    }
    const Explanation explanation{
        .head = head,
        .judgement = *judged,
        .signals = snapshot.knowledge.signals->names(),
        .rules = trace(*judged->site, question_of(*judged, inquiry), judged->decision),
        .robots = robots_against(*judged, inquiry)};
    const std::string text = json ? to_json(explanation) : to_text(explanation);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return status_of(judged->decision.action);
}

}  // namespace

int explain(const ExplainOptions& options) {
    std::string error;
    const auto text = write_head(options, error);
    if (!text) return complain(error);
    const auto peer = options.address.empty() ? Address{} : Address::parse(options.address);
    if (!peer) return complain("'" + options.address + "' is not an address");

    // Without a file it is the default policy that is asked about; nothing is sent anywhere.
    ServeOptions served;
    served.config = options.config;
    served.origin = options.origin;
    if (served.config.empty() && served.origin.empty()) served.origin = "http://127.0.0.1";
    Diagnostics diagnostics;
    const auto configuration = load_configuration(served, diagnostics);
    std::fputs(diagnostics.to_string().c_str(), stderr);
    if (!configuration) return exit_configuration;

    Arena arena;
    http::RequestParser parser(
        arena, {.bytes = static_cast<std::size_t>(configuration->settings.limits.request_head)});
    const auto length = parser.parse(*text);
    if (!length) return complain(not_judged(length.error()));
    const gate::Snapshot& snapshot = *configuration->snapshot;
    const gate::ClientAddress client =
        gate::find_client(*peer, parser.head(), snapshot.trusted_proxies, arena);
    // What is asked without a file is what the default policy says, not what an instance does.
    const gate::Overrides overrides =
        options.config.empty() ? gate::Overrides({}) : overrides_of(configuration->settings);
    Supposed conduct;
    if (!conduct.suppose(options.behaviour, *snapshot.knowledge.signals)) {
        return complain("nobody behaves '" + options.behaviour +
                        "': write likely, certain, or the name of a signal");
    }
    compliance::Readers nobody(1);
    Clock clock;
    gate::RobotsWatch robots(snapshot.knowledge.sites, nobody, clock);
    const gate::RobotsFiles files = robots_of(snapshot, configuration->settings);
    if (!options.config.empty()) robots.use(&files);
    const gate::Inquiry inquiry{.head = parser.head(),
                                .client = client.address,
                                .arena = arena,
                                .overrides = &overrides,
                                .robots = &robots,
                                .conduct = &conduct};
    return show(snapshot, inquiry, options.json);
}

}  // namespace turnpike::cli
