// From files and options to what a service runs on: reading, checking, compiling.
#include "cli/configuration.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <random>
#include <set>

#include "cli/catalogue.hpp"
#include "cli/state.hpp"
#include "cli/traps.hpp"
#include "policy/policy.hpp"

namespace turnpike::cli {
namespace {

Diagnostic plain(std::string file, std::string message, std::string hint = {}) {
    Diagnostic diagnostic;
    diagnostic.file = std::move(file);
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    return diagnostic;
}

const char* environment(const std::string& name) {
    return std::getenv(name.c_str());
}

policy::Vocabulary vocabulary_of(const identity::Catalogue& catalogue,
                                 const behaviour::Signals& signals) {
    policy::Vocabulary vocabulary;
    vocabulary.find_crawler = [&catalogue](std::string_view name) { return catalogue.find(name); };
    std::set<std::string> operators;
    for (const Crawler* crawler : catalogue.crawlers()) {
        vocabulary.crawlers.push_back(crawler->name);
        operators.insert(crawler->operator_name);
    }
    vocabulary.operators.assign(operators.begin(), operators.end());
    vocabulary.signals = signals.names();
    return vocabulary;
}

/// Ours in Via: tells this instance from any other, and nobody can guess it. The same for as long
/// as the program runs, since a loop may go round while the configuration changes.
const std::string& pseudonym() {
    static const std::string made = [] {
        gate::IdGenerator ids;
        std::array<char, gate::IdGenerator::size> room;
        return "1.1 turnpike-" + std::string(ids.write(room.data()).substr(0, 8));
    }();
    return made;
}

/// What stands in one turnpike.yaml, and where.
struct Written {
    std::string file;
    Files& files;
    std::optional<config::Document> document = {};

    std::optional<config::Node> key(std::string_view name) const {
        return document ? document->root().child(name) : std::nullopt;
    }
};

std::string admin_token(const std::string& path, const Written& written, Diagnostics& out) {
    const config::Node node = *written.key("admin")->child("token_file");
    const std::string advice = "make one: openssl rand -hex 24 > " + path;
    const auto text = written.files.read(path);
    if (!text) {
        report(out, node, "'" + path + "' cannot be read: " + std::strerror(errno), advice);
        return {};
    }
    const auto token = token_in(*text);
    if (!token) {
        report(out, node, "'" + path + "' holds no token: one line of at least 16 characters",
               advice);
    }
    struct stat status;
    if (::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IRWXO) != 0) {
        report(out, node, "everybody on this machine can read '" + path + "'", "chmod o= " + path,
               Severity::warning);
    }
    return token.value_or("");
}

void choose_state_dir(const Written& written, config::Settings& settings, Diagnostics& out) {
    if (const auto node = written.key("state_dir")) {
        if (is_writable(settings.state_dir)) return;
        report(
            out, *node, "'" + settings.state_dir + "' cannot be written: " + std::strerror(errno),
            "what would be kept there is kept in memory, until Turnpike stops", Severity::warning);
        settings.state_dir.clear();
        return;
    }
    // Where nobody asked for a folder, nobody misses it.
    const auto folders = state_folders(settings);
    const auto found = std::find_if(folders.begin(), folders.end(), is_writable);
    settings.state_dir = found == folders.end() ? std::string() : *found;
}

/// Whatever `from` says, or its errors only.
enum class Say : bool { errors, all };
void add(const Diagnostics& from, Say what, Diagnostics& to) {
    for (const Diagnostic& diagnostic : from.list()) {
        if (what == Say::all || diagnostic.severity == Severity::error) to.add(diagnostic);
    }
}

std::optional<Sites> load_site_files(const ServeOptions& options, const Written& written,
                                     const config::Settings& settings,
                                     const policy::Context& context) {
    if (!options.origin.empty()) return policy::default_sites(options.origin, context);
    if (settings.sites.empty()) {
        if (written.key("sites")) return std::nullopt;  // what is wrong with it has been said
        context.out.add(plain(
            written.file.empty() ? "turnpike" : written.file, "no site: say where the website runs",
            "turnpike serve --origin http://127.0.0.1:3000, or 'sites: sites.d/*.yaml' "
            "in the configuration"));
        return std::nullopt;
    }
    std::set<std::string> paths;  // a file that two patterns name is one site
    const std::vector<config::Node> items = written.key("sites")->items();
    for (std::size_t i = 0; i < settings.sites.size(); ++i) {
        const std::string& pattern = settings.sites[i];
        const auto found = written.files.find(pattern);
        if (found.empty()) report(context.out, items[i], "no file is called '" + pattern + "'");
        paths.insert(found.begin(), found.end());
    }
    std::vector<policy::SiteFile> files;
    for (const std::string& path : paths) {
        if (auto text = written.files.read(path)) {
            files.push_back({path, std::move(*text)});
        } else {
            context.out.add(plain(path, std::string("cannot be read: ") + std::strerror(errno)));
        }
    }
    return policy::load_sites(files, context);
}

bool override_address(const std::optional<std::string>& text, const char* option,
                      config::ListenAddress& into, Diagnostics& out) {
    if (!text) return true;
    const auto parsed = config::parse_listen_address(*text);
    if (!parsed) {
        out.add(plain(option, "'" + *text + "' is not an address with a port",
                      "write 127.0.0.1:8080 or [::1]:8080"));
        return false;
    }
    into = *parsed;
    return true;
}

void apply_options(const ServeOptions& options, config::Settings& settings, Diagnostics& out) {
    if (options.listen) {
        config::ListenAddress listen;
        if (override_address(options.listen, "--listen", listen, out)) settings.listen = {listen};
    }
    if (options.admin == "off") {
        settings.admin.reset();
    } else if (options.admin) {
        settings.admin.emplace();
        override_address(options.admin, "--admin", *settings.admin, out);
        settings.admin_written = true;
    }
}

/// Options may bring two listeners to one place that the file keeps apart.
void check_places(const ServeOptions& options, const config::Settings& settings, Diagnostics& out) {
    if (!options.listen && !options.admin) return;
    if (settings.admin && overlap(*settings.admin, settings.listen.front())) {
        out.add(plain("--listen, --admin", "'" + settings.admin->text + "' and '" +
                                               settings.listen.front().text +
                                               "' are the same place"));
    }
}

std::optional<config::Settings> read_settings(Written& written, Diagnostics& out) {
    if (written.file.empty()) return config::Settings();
    const auto text = written.files.read(written.file);
    if (!text) {
        out.add(plain(written.file, std::string("cannot be read: ") + std::strerror(errno)));
        return std::nullopt;
    }
    written.document = config::Document::parse(written.file, *text, out, environment);
    if (!written.document) return std::nullopt;
    return config::Settings::read(*written.document, out);
}

/// The sites, judged by themselves: what is wrong elsewhere has been said elsewhere. Nothing where
/// a file has an error.
std::optional<Sites> load_sites(const ServeOptions& options, const Written& written,
                                const config::Settings& settings, const gate::Knowledge& knowledge,
                                Diagnostics& out) {
    const policy::Vocabulary vocabulary = vocabulary_of(*knowledge.catalogue, *knowledge.signals);
    const policy::Context context{
        .vocabulary = vocabulary,
        .read_file = [&](const std::string& path) { return written.files.read(path); },
        .environment = environment,
        .out = out,
        .default_trap = [secret = own_secret(settings.state_dir, options.keeps_state)](
                            const std::string& site) { return trap_for(secret, site); }};
    return load_site_files(options, written, settings, context);
}

/// Good for use only if `out` has no errors.
std::unique_ptr<gate::Snapshot> load_snapshot(const ServeOptions& options, const Written& written,
                                              const config::Settings& settings, Diagnostics& out) {
    auto snapshot = std::make_unique<gate::Snapshot>();
    gate::Knowledge& knowledge = snapshot->knowledge;
    Diagnostics of_catalogue, of_sites;
    knowledge.catalogue = load_catalogue(settings, written.files, of_catalogue);
    // Sites are read even so, to say at once what is wrong with them; but who is in a catalogue
    // that cannot be read is not known, and not worth a warning.
    const bool knows_crawlers = knowledge.catalogue != nullptr;
    if (!knows_crawlers) knowledge.catalogue = identity::Catalogue::installed();
    knowledge.signals = behaviour::Signals::installed();
    auto sites = load_sites(options, written, settings, knowledge, of_sites);
    if (sites) {
        knowledge.sites = std::move(*sites);
        snapshot->pages = gate::Pages(knowledge.sites, of_sites);
        for (const Site& site : knowledge.sites.all()) {
            snapshot->robots.push_back(site.robots == RobotsSource::origin
                                           ? robots::Wishes()
                                           : gate::wishes_of(site, *knowledge.catalogue));
        }
    }
    add(of_catalogue, Say::all, out);
    add(of_sites, knows_crawlers ? Say::all : Say::errors, out);
    knowledge.observe = options.observe || settings.mode == Mode::observe;
    snapshot->trusted_proxies = settings.trusted_proxies;
    snapshot->trusted_proxies_text = settings.trusted_proxies_text;
    snapshot->pseudonym = pseudonym();
    return snapshot;
}

}  // namespace

std::optional<config::Settings> load_settings(const ServeOptions& options, Diagnostics& out) {
    Files files;
    Written written{.file = options.config, .files = files};
    auto settings = read_settings(written, out);
    if (settings) apply_options(options, *settings, out);
    return out.has_errors() ? std::nullopt : settings;
}

std::optional<Configuration> load_configuration(const ServeOptions& options, Files& files,
                                                Diagnostics& out) {
    Written written{.file = options.config, .files = files};
    auto settings = read_settings(written, out);
    if (!settings) return std::nullopt;
    Configuration configuration{
        .settings = std::move(*settings), .admin_token = {}, .snapshot = {}};
    apply_options(options, configuration.settings, out);
    check_places(options, configuration.settings, out);
    choose_state_dir(written, configuration.settings, out);
    if (!configuration.settings.admin_token_file.empty()) {
        configuration.admin_token =
            admin_token(configuration.settings.admin_token_file, written, out);
    }

    configuration.snapshot = load_snapshot(options, written, configuration.settings, out);
    if (out.has_errors()) return std::nullopt;
    return configuration;
}

std::optional<Configuration> load_configuration(const ServeOptions& options, Diagnostics& out) {
    Files files;
    return load_configuration(options, files, out);
}

}  // namespace turnpike::cli
