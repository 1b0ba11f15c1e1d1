// The commands of `turnpike`, as functions that return an exit status: 0 done, 1 bad configuration,
// 2 wrong usage, 4 nobody there. Parsing the command line is main.cpp's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace turnpike::cli {

inline constexpr int exit_ok = 0;
inline constexpr int exit_configuration = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_unreachable = 4;

struct ServeOptions {
    std::string config;  ///< Empty: no file.
    std::string origin;  ///< Empty: from the site files.
    std::optional<std::string> listen;
    std::optional<std::string> admin;  ///< An address, or `off`.
    bool observe = false;
    bool keeps_state = false;  ///< It is to run, so it may make what outlives it in `state_dir`.
};
int serve(const ServeOptions& options);

/// The configuration where nobody says another: turnpike.yaml of the current folder, if it is
/// there, else empty.
std::string configuration_here();

struct CheckOptions {
    std::string config;
    std::string format = "text";  ///< Or `json`.
};
/// Everything that is wrong with a configuration, and a line that sums it up.
int check(const CheckOptions& options);

/// What somebody wants of a new site. Empty: asked for in a terminal, else the default.
struct InitOptions {
    std::vector<std::string> hosts;
    std::string origin;
    std::string training, search, assistants;  ///< `deny`, `allow` or `pay`.
    std::string price;
    std::string contact;
    std::string folder = ".";  ///< Of turnpike.yaml.
    bool force = false;        ///< A site's file may be written over.
};
/// Writes a site's file, and turnpike.yaml where there is none.
int init(const InitOptions& options);

/// Which running instance a command means: that of a configuration, or one whose address is given.
struct InstanceOptions {
    std::string config;                ///< Empty: no file.
    std::optional<std::string> admin;  ///< Empty: as the file says, or the default.
};
/// Makes it read its configuration anew, and says what came of it.
int reload(const InstanceOptions& options);
/// Whether it lives, or is ready for requests.
int health(const InstanceOptions& options, bool ready);

struct WhyOptions {
    std::string id;                 ///< Of the decision, or an X-Request-Id.
    std::vector<std::string> logs;  ///< Where to look instead of asking the instance.
    bool json = false;
};
/// What became of one request, why, and how to let it in.
int why(const InstanceOptions& instance, const WhyOptions& options);

struct OverrideOptions {
    std::string time;  ///< For how long: `24h`.
    std::string id;    ///< Whom: who was refused then,
    std::string address;
    std::string crawler;
    std::string site;  ///< Empty: every site.
    std::string note;
    bool json = false;
};
/// Lets somebody in, or refuses nobody, for a while.
int allow(const InstanceOptions& instance, const OverrideOptions& options);
int observe(const InstanceOptions& instance, const OverrideOptions& options);
/// Lists what allow and observe have made; ends one of them.
int overrides(const InstanceOptions& instance, bool json);
int remove_override(const InstanceOptions& instance, std::uint32_t number);

struct ExplainOptions {
    std::string config;  ///< Empty: the default policy for every host.
    std::string origin;
    std::string url;
    std::string method = "GET";
    std::optional<std::string> user_agent;
    std::string address;              ///< Who is connected to us; empty: not said.
    std::vector<std::string> fields;  ///< `Name: value`
    std::string behaviour;            ///< A level or a signal; empty: as people behave.
    bool json = false;
};
/// What would be decided about one request and why. 0 allow, 10 deny, 11 pay, 12 throttle.
int explain(const ExplainOptions& options);

/// One user agent a line, from the file or from standard input.
int identify(const std::string& config, const std::string& format, const std::string& file);

struct CrawlersOptions {
    std::string config;                  ///< Empty: the installed catalogue.
    std::string name;                    ///< Empty: all of them.
    std::optional<std::string> unknown;  ///< A list or log whose unknown bots are wanted.
    std::optional<std::string> diff;     ///< A folder with another state of the catalogue.
    bool json = false;
};
/// The catalogue, one entry of it, what it lacks or what has changed in it.
int crawlers(const CrawlersOptions& options);

struct ReplayOptions {
    std::string config;  ///< Empty: the default policy for every host.
    std::string site;    ///< Empty: each line's own.
    std::string format = "auto";
    std::vector<std::string> logs;
    unsigned threads = 0;  ///< 0: one for each core in the affinity mask.
    bool json = false;
    std::string html;  ///< Where the page goes; empty: none.
};
/// What a policy would have done to logs.
int replay_logs(const ReplayOptions& options);

struct RobotsOptions {
    std::string config;
    std::string origin;  ///< As for serve.
    std::string site;    ///< Empty: the only one.
    bool diff = false;
    bool trap = false;
    bool json = false;
};
/// What a site's /robots.txt says, or the link to its trap.
int robots(const RobotsOptions& options);

int demo(bool once);

int version();

}  // namespace turnpike::cli
