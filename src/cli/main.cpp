// The command line: which command, with which options. Nothing is done here.
#include <CLI/CLI.hpp>

#include "cli/commands.hpp"

namespace {

using namespace turnpike::cli;

/// One command of the program: its options live as long as the parser, its work is `run`.
struct Commands {
    CLI::App app{"Turnpike stands in front of a website and keeps AI crawlers out.", "turnpike"};
    ServeOptions serve_options;
    CheckOptions check_options;
    InitOptions init_options;
    InstanceOptions instance;
    bool ready = false;
    WhyOptions why_options;
    OverrideOptions override_options;
    std::uint32_t override_number = 0;
    bool json = false;
    ExplainOptions explain_options;
    std::string config;
    std::string format = "tsv";
    std::string file;
    CrawlersOptions crawlers_options;
    ReplayOptions replay_options;
    RobotsOptions robots_options;
    bool once = false;
    int status = exit_ok;

    Commands() {
        app.require_subcommand(1);
        app.set_help_flag("-h,--help", "Say what can be said.");
        add_serve();
        add_check();
        add_init();
        add_reload();
        add_health();
        add_why();
        add_allow();
        add_observe();
        add_overrides();
        add_explain();
        add_replay();
        add_identify();
        add_crawlers();
        add_robots();
        add_demo();
        CLI::App* command = app.add_subcommand("version", "Print the version.");
        command->callback([this] { status = version(); });
    }

private:
    /// -c, which need not be said where the configuration lies in the current folder.
    static void add_config(CLI::App* command, std::string& config, const std::string& meaning) {
        command->add_option("-c,--config", config, meaning + " turnpike.yaml here if not said.");
    }
    static void look_here(std::string& config) {
        if (config.empty()) config = configuration_here();
    }
    void add_serve() {
        CLI::App* command = app.add_subcommand("serve", "Run in the foreground.");
        add_config(command, serve_options.config, "The configuration.");
        command->add_option("--origin", serve_options.origin,
                            "Serve every host from this origin, with block-ai.");
        command->add_option("--listen", serve_options.listen, "Listen here, e.g. 127.0.0.1:8080.");
        command->add_option("--admin", serve_options.admin, "Metrics and health here, or 'off'.");
        command->add_flag("--observe", serve_options.observe,
                          "Decide and record, but let everything through.");
        command->callback([this] {
            if (serve_options.origin.empty()) look_here(serve_options.config);
            status = serve(serve_options);
        });
    }
    void add_check() {
        CLI::App* command =
            app.add_subcommand("check", "Say what is wrong with a configuration: 0 nothing, 1.");
        add_config(command, check_options.config, "The configuration.");
        command->add_option("--format", check_options.format, "text or json")
            ->check(CLI::IsMember({"text", "json"}));
        command->callback([this] {
            look_here(check_options.config);
            status = check(check_options);
        });
    }
    void add_init() {
        CLI::App* command = app.add_subcommand(
            "init", "Write a site's file, and turnpike.yaml; asks for what is not said here.");
        command->add_option("--host", init_options.hosts, "A name of the site; may be repeated.")
            ->allow_extra_args(false);
        command->add_option("--origin", init_options.origin,
                            "Where the website runs: http://127.0.0.1:3000.");
        const auto add_answer = [&](const char* option, std::string& into, const char* whom) {
            command->add_option(option, into, whom)->check(CLI::IsMember({"deny", "allow", "pay"}));
        };
        add_answer("--training", init_options.training, "Crawlers that collect for AI models");
        add_answer("--search", init_options.search, "Crawlers of AI search");
        add_answer("--assistants", init_options.assistants, "AI that opens a page for somebody");
        command->add_option("--price", init_options.price, "What 'pay' costs: USD 0.01.");
        command->add_option("--contact", init_options.contact, "Shown to whoever is refused.");
        command->add_option("--dir", init_options.folder,
                            "The folder of turnpike.yaml; else here.");
        command->add_flag("--force", init_options.force, "Write over a site's file.");
        command->callback([this] { status = init(init_options); });
    }
    /// The instance of the configuration in the current folder, if no other is said.
    static const InstanceOptions& here(InstanceOptions& instance) {
        look_here(instance.config);
        return instance;
    }
    /// A command that talks to a running instance.
    CLI::App* add_instance_command(const char* command_name, const char* description) {
        CLI::App* command = app.add_subcommand(command_name, description);
        add_config(command, instance.config, "Its configuration, which says where it answers.");
        command->add_option("--admin", instance.admin,
                            "Its admin address, if it was started with --admin.");
        return command;
    }
    void add_reload() {
        CLI::App* command = add_instance_command(
            "reload", "Make the running instance read its configuration anew; refused: 1.");
        command->callback([this] { status = reload(here(instance)); });
    }
    void add_health() {
        CLI::App* command = add_instance_command(
            "health", "Ask the running instance whether it lives: 0 yes, 4 no.");
        command->add_flag("--ready", ready, "Whether it takes requests, and does not drain.");
        command->callback([this] { status = health(here(instance), ready); });
    }
    void add_why() {
        CLI::App* command = add_instance_command(
            "why", "Say what became of a request, why, and what would let it in.");
        command->add_option("id", why_options.id, "The id on the refusal, or an X-Request-Id.")
            ->required();
        command->add_option("--log", why_options.logs,
                            "Look in these JSON logs (.gz too) instead of asking the instance.");
        command->add_flag("--json", why_options.json, "For programs.");
        command->callback([this] { status = why(here(instance), why_options); });
    }
    void add_override_options(CLI::App* command) {
        command
            ->add_option("--for", override_options.time, "For how long: 30m, 24h, 7d; at most 30d.")
            ->required();
        command->add_option("--site", override_options.site, "On this site only.");
        command->add_option("--note", override_options.note, "Why; shown by 'overrides'.");
        command->add_flag("--json", override_options.json, "For programs.");
    }
    void add_allow() {
        CLI::App* command =
            add_instance_command("allow", "Let somebody in for a while, whatever the rules say.");
        CLI::Option_group* whom = command->add_option_group("whom");
        whom->add_option("--id", override_options.id, "Who was refused with this id.");
        whom->add_option("--ip", override_options.address, "An address or network.");
        whom->add_option("--crawler", override_options.crawler, "A crawler, by its name.");
        whom->require_option(1);
        add_override_options(command);
        command->callback([this] { status = allow(here(instance), override_options); });
    }
    void add_observe() {
        CLI::App* command =
            add_instance_command("observe", "Refuse nobody for a while; decide and record as if.");
        add_override_options(command);
        command->callback([this] { status = observe(here(instance), override_options); });
    }
    void add_overrides() {
        CLI::App* command = add_instance_command(
            "overrides", "List what 'allow' and 'observe' have made, or end one of them.");
        command->add_flag("--json", json, "For programs.");
        CLI::App* remove = command->add_subcommand("remove", "End it now.");
        remove->fallthrough();  // -c may come behind it
        remove->add_option("number", override_number, "Its number.")->required();
        command->require_subcommand(0, 1);
        command->callback([this, remove] {
            look_here(instance.config);
            status = remove->parsed() ? remove_override(instance, override_number)
                                      : overrides(instance, json);
        });
    }
    void add_explain() {
        CLI::App* command = app.add_subcommand(
            "explain", "Say what would be decided about a request, and why: every rule.");
        add_config(command, explain_options.config, "The configuration; none: the default policy.");
        command->add_option("--origin", explain_options.origin,
                            "As for serve: every host, with block-ai.");
        command->add_option("--url", explain_options.url, "What is asked for.")->required();
        command->add_option("--ua", explain_options.user_agent, "The User-Agent; none if absent.");
        command->add_option("--ip", explain_options.address, "The address it comes from.");
        command->add_option("-H,--header", explain_options.fields, "A further 'Name: value'.")
            ->allow_extra_args(false);
        command->add_option("--method", explain_options.method, "GET if absent.");
        command->add_option("--behaviour", explain_options.behaviour,
                            "As if it behaved so: likely, certain, or the name of a signal.");
        command->add_flag("--json", explain_options.json, "For programs.");
        command->callback([this] {
            if (explain_options.origin.empty()) look_here(explain_options.config);
            status = explain(explain_options);
        });
    }
    void add_replay() {
        CLI::App* command =
            app.add_subcommand("replay", "Say what the policy would have done to yesterday's log.");
        command->add_option("-c,--config", replay_options.config,
                            "The configuration; without it, the default policy.");
        command->add_option("--site", replay_options.site, "This site only.");
        command->add_option("--format", replay_options.format, "How the lines are written.")
            ->check(CLI::IsMember({"auto", "combined", "common", "json"}));
        command->add_option("--threads", replay_options.threads, "Instead of one a core.")
            ->check(CLI::Range(1, 1024));
        command->add_flag("--json", replay_options.json, "For programs.");
        command->add_option("--html", replay_options.html, "Write the report as a page, too.");
        command
            ->add_option("log", replay_options.logs, "Access logs (.gz too); '-': standard input.")
            ->required();
        command->callback([this] { status = replay_logs(replay_options); });
    }
    void add_identify() {
        CLI::App* command =
            app.add_subcommand("identify", "Name the crawler in each user agent, one a line.");
        command->add_option("-c,--config", config, "Whose catalogue: turnpike.yaml.");
        command->add_option("--format", format, "tsv or json")
            ->check(CLI::IsMember({"tsv", "json"}));
        command->add_option("file", file, "A file of user agents; standard input if absent.");
        command->callback([this] { status = identify(config, format, file); });
    }
    void add_crawlers() {
        CLI::App* command = app.add_subcommand(
            "crawlers",
            "Print the catalogue, one entry, what it lacks, or what has changed in it.");
        command->add_option("-c,--config", crawlers_options.config,
                            "Whose catalogue: turnpike.yaml.");
        CLI::Option* name = command->add_option("name", crawlers_options.name, "A crawler's name.");
        CLI::Option* unknown =
            command
                ->add_option("--unknown", crawlers_options.unknown,
                             "The bots that it does not know, of a list of user agents or an "
                             "access log; '-' or nothing is standard input.")
                ->expected(0, 1)
                ->default_str("-")
                ->excludes(name);
        command
            ->add_option("--diff", crawlers_options.diff,
                         "What has changed since the catalogue in this folder.")
            ->excludes(name)
            ->excludes(unknown);
        command->add_flag("--json", crawlers_options.json, "As JSON.");
        command->callback([this] { status = crawlers(crawlers_options); });
    }
    void add_robots() {
        CLI::App* command = app.add_subcommand(
            "robots", "Print a site's robots.txt, asking its origin for its own; or its trap.");
        command->add_option("-c,--config", robots_options.config, "The configuration.");
        command->add_option("--origin", robots_options.origin,
                            "As for serve: every host, with block-ai.");
        command->add_option("--site", robots_options.site, "Which one, where there are several.");
        CLI::Option* diff = command->add_flag("--diff", robots_options.diff,
                                              "How it differs from the origin's own.");
        command
            ->add_flag("--trap", robots_options.trap,
                       "The link that leads crawlers into the site's trap, for its pages.")
            ->excludes(diff);
        command->add_flag("--json", robots_options.json, "For programs.");
        command->callback([this] { status = robots(robots_options); });
    }
    void add_demo() {
        CLI::App* command = app.add_subcommand(
            "demo", "Show who gets what and why, on an origin of its own; then keep serving.");
        command->add_flag("--once", once, "Exit after the table.");
        command->callback([this] { status = demo(once); });
    }
};

}  // namespace

int main(int count, char** arguments) {
    Commands commands;
    try {
        commands.app.parse(count, arguments);
    } catch (const CLI::ParseError& error) {
        return commands.app.exit(error) == 0 ? exit_ok : exit_usage;
    }
    return commands.status;
}
