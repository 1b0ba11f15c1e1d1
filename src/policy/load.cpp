// Site files and their presets, read and put together.
#include <algorithm>
#include <map>

#include "core/embedded.hpp"
#include "policy/origin.hpp"
#include "policy/rules.hpp"
#include "policy/when.hpp"

namespace turnpike {
extern const EmbeddedFile embedded_presets[];
}

namespace turnpike::policy {
namespace {

using config::Document;
using config::Mapping;
using config::Node;

constexpr std::size_t deepest_preset = 4;
constexpr std::string_view default_preset = "block-ai";

/// What stays readable for everyone: how a crawler learns that it is not wanted, and why.
constexpr std::string_view always_open[] = {"/robots.txt",    "/.well-known/**",    "/favicon.ico",
                                            "/sitemap.xml",   "/sitemap_index.xml", "/security.txt",
                                            "/ads.txt",       "/app-ads.txt",       "/llms.txt",
                                            "/crawlers.json", "/license.xml",       "/rsl.xml"};

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

std::string to_string(const Where& where) {
    return where.file + ":" + std::to_string(where.line);
}

std::string preset_name(const EmbeddedFile& file) {
    std::string_view name = file.name;
    name.remove_prefix(name.rfind('/') + 1);
    return std::string(name.substr(0, name.rfind('.')));
}

/// Whether it can only be judged by who knows what robots.txt says.
bool asks_robots(const When& when) {
    return std::any_of(when.conditions.begin(), when.conditions.end(), [](const Condition& each) {
        const auto* negated = std::get_if<when::Not>(&each.key);
        return std::holds_alternative<when::Robots>(each.key) ||
               (negated != nullptr && asks_robots(negated->when));
    });
}

struct PresetFile {
    std::string name;
    std::string text;
};

bool is_file_name(std::string_view preset) {
    return preset.find('/') != preset.npos || preset.ends_with(".yaml");
}

/// What only one site may have, and which does.
struct Claimed {
    std::map<std::string, Where> names;
    std::map<std::string, Where> hosts;
};

/// Reads one site's file and the presets behind it. The documents stay, since what is wrong with
/// one may be known only when all are read.
class SiteReader {
public:
    SiteReader(const Context& context, Claimed& claimed) : context_(context), claimed_(claimed) {}

    std::optional<Site> read(const SiteFile& file) {
        const auto root = open({file.name, file.text});
        if (!root) return std::nullopt;
        Mapping mapping(*root, site_fields, context_.out);
        if (!mapping.ok()) return std::nullopt;
        site_.where = root->where();
        mapping.take_version();
        read_name(mapping);
        read_hosts(mapping);
        if (auto origin = read_origin(mapping, context_.out)) site_.origin = std::move(*origin);
        site_.contact = mapping.take_string("contact").value_or("");
        read_refusal_page(mapping, file.name);
        if (const auto mode = mapping.take_choice("mode")) site_.mode = static_cast<Mode>(*mode);
        const auto preset = mapping.take_scalar("preset");
        site_.preset = preset ? preset->text() : default_preset;
        read_policy(mapping);
        if (const auto source = mapping.take_choice("robots")) {
            site_.robots = static_cast<RobotsSource>(*source);
        }
        read_trap(mapping);
        mapping.finish();
        follow(preset, file.name);
        finish(preset);
        return std::move(site_);
    }

    Site make_default(OriginAddress origin) {
        site_.name = "default";
        site_.hosts = {"*"};
        site_.origin.address = std::move(origin);
        site_.preset = default_preset;
        add_default_trap();
        follow(std::nullopt, "");
        finish(std::nullopt);
        return std::move(site_);
    }

private:
    std::optional<Node> open(PresetFile file) {
        auto document =
            Document::parse(std::move(file.name), file.text, context_.out, context_.environment);
        if (!document) return std::nullopt;
        documents_.push_back(std::move(*document));
        return documents_.back().root();
    }

    void read_name(Mapping& mapping) {
        const auto node = mapping.take_scalar("site");
        if (!node) return;
        // It becomes a label of metrics, where "-" says that there was no site.
        constexpr std::string_view allowed =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
        site_.name = node->text();
        if (site_.name.empty() || site_.name.starts_with('-') || site_.name.size() > 64 ||
            site_.name.find_first_not_of(allowed) != site_.name.npos) {
            report(context_.out, *node, quoted(site_.name) + " is not a name for a site",
                   "letters, digits, '-', '_' and '.'");
        }
        claim(claimed_.names, "the site", *node, site_.name);
    }

    void read_hosts(Mapping& mapping) {
        for (const Node& item : mapping.take_scalars("hosts")) {
            std::string hint;
            if (auto host = parse_host(item.text(), hint)) {
                claim(claimed_.hosts, "the host", item, *host);
                site_.hosts.push_back(std::move(*host));
            } else {
                report(context_.out, item, quoted(item.text()) + " is not a host name", hint);
            }
        }
    }

    void claim(std::map<std::string, Where>& owners, std::string_view what, const Node& node,
               const std::string& name) {
        const auto [owner, is_new] = owners.emplace(name, node.where());
        if (is_new) return;
        report(context_.out, node,
               std::string(what) + " " + quoted(name) + " is in " + to_string(owner->second) +
                   " already");
    }

    void read_refusal_page(Mapping& mapping, const std::string& file) {
        const auto node = mapping.take_scalar("refusal_page");
        if (!node) return;
        site_.refusal_page.file = config::beside(file, node->text());
        auto text = context_.read_file ? context_.read_file(site_.refusal_page.file) : std::nullopt;
        if (text) {
            site_.refusal_page.text = std::move(*text);
        } else {
            report(context_.out, *node, quoted(site_.refusal_page.file) + " cannot be read");
        }
    }

    /// Where nothing of ours is in robots.txt, nobody is told to stay away from it.
    void add_default_trap() {
        if (site_.robots == RobotsSource::origin) return;
        if (context_.default_trap) site_.trap = context_.default_trap(site_.name);
    }

    void read_trap(Mapping& mapping) {
        const auto node = mapping.take_scalar("trap");
        if (!node) return add_default_trap();
        if (node->text() == "off") return;
        // In robots.txt it stands as it is, and nothing else may begin like a folder of it.
        constexpr std::string_view allowed =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
        site_.trap = node->text();
        if (site_.trap.find_first_not_of(allowed) != std::string::npos ||
            site_.trap.ends_with('/')) {
            report(context_.out, *node,
                   "a trap is one path of letters, digits, '-', '.', '_' and '~', with no '/' at "
                   "its end",
                   "choose one that the site does not have: /archive/notes-2741");
            return;
        }
        check_path(*node, context_.out);
        trap_ = *node;
    }

    /// Keys that sites and presets have in common. Sites are read first, and what is first wins.
    void read_policy(Mapping& mapping) {
        const auto price = mapping.take_money("price");
        if (!site_.price) site_.price = price;
        priced_ |= mapping.take("price").has_value();
        if (const auto open = mapping.take("open_paths")) open_paths_.push_back(*open);
        for (ReadRule& read : read_rules(mapping, context_)) {
            if (read.unpriced) unpriced_.push_back(*read.unpriced);
            site_.rules.push_back(std::move(read.rule));
            rule_nodes_.push_back(*read.node);
        }
    }

    /// The preset that a site names, the one that this one names, and so on.
    void follow(std::optional<Node> named, std::string file) {
        std::vector<std::string> chain;
        std::string name = site_.preset;
        while (true) {
            auto preset = find_preset(name, file, named);
            if (!preset) return;
            if (std::find(chain.begin(), chain.end(), preset->name) != chain.end()) {
                report(context_.out, *named,
                       "the preset " + quoted(name) + " leads back to itself");
                return;
            }
            if (chain.size() == deepest_preset) {
                report(context_.out, *named, "presets name one another at most four deep");
                return;
            }
            file = chain.emplace_back(preset->name);
            const auto root = open(std::move(*preset));
            if (!root) return;
            Mapping mapping(*root, preset_fields, context_.out);
            if (!mapping.ok()) return;
            mapping.take_version();
            named = mapping.take_scalar("preset");
            read_policy(mapping);
            mapping.finish();
            if (!named) return;
            name = named->text();
        }
    }

    std::optional<PresetFile> find_preset(const std::string& name, const std::string& from,
                                          const std::optional<Node>& named) {
        for (const EmbeddedFile* file = embedded_presets; file->name != nullptr; ++file) {
            if (preset_name(*file) == name)
                return PresetFile{file->name, std::string(file->text())};
        }
        if (!is_file_name(name)) {
            const std::string hint = config::did_you_mean(name, preset_names());
            std::string known = "a file, or one of:";
            for (const std::string& preset : preset_names()) known += " " + preset;
            report(context_.out, *named, "unknown preset " + quoted(name),
                   hint.empty() ? known : hint);
            return std::nullopt;
        }
        const std::string path = config::beside(from, name);
        auto text = context_.read_file ? context_.read_file(path) : std::nullopt;
        if (!text) {
            report(context_.out, *named, "the preset " + quoted(path) + " cannot be read");
            return std::nullopt;
        }
        return PresetFile{path, std::move(*text)};
    }

    /// What needs all files: paths opened by presets first, then by the site; prices.
    void finish(const std::optional<Node>& preset) {
        for (const std::string_view path : always_open) {
            site_.open_paths.add(std::string(path));
        }
        for (auto node = open_paths_.rbegin(); node != open_paths_.rend(); ++node) {
            change_open_paths(*node, site_.open_paths, context_);
        }
        if (trap_ && site_.open_paths.matches(site_.trap)) {
            report(context_.out, *trap_, quoted(site_.trap) + " is open to everyone",
                   "choose a path that the site does not have");
        }
        site_.asks_robots = std::any_of(site_.rules.begin(), site_.rules.end(),
                                        [](const Rule& rule) { return asks_robots(rule.when); });
        check_own_rules();
        if (priced_) return;
        for (const Node& node : unpriced_) {
            // Who uses somebody else's preset has the price to say in his own file.
            const bool own = !preset || node.where().file == site_.where.file;
            report(context_.out, own ? node : *preset,
                   own ? "this rule charges, but nothing says how much"
                       : "this preset charges, but nothing says how much",
                   own ? "add a price to the rule or to the site: price: USD 0.01"
                       : "add a price to the site: price: USD 0.01");
            if (!own) return;
        }
    }

    /// A preset is shared by sites with other names and other open paths.
    void check_own_rules() {
        if (context_.out.has_errors()) return;
        for (std::size_t i = 0; i < rule_nodes_.size(); ++i) {
            if (rule_nodes_[i].where().file != site_.where.file) continue;
            const Rule& rule = site_.rules[i];
            const Subject subject{rule_nodes_[i], context_.out};
            check_reach(rule, site_, subject);
            check_names(rule, subject, context_.vocabulary);
            check_throttle(rule, std::span(site_.rules).subspan(i + 1), subject);
        }
    }

    const Context& context_;
    Claimed& claimed_;
    Site site_;
    std::vector<Document> documents_;
    std::vector<Node> rule_nodes_;  // as in site_.rules
    std::vector<Node> open_paths_;  // the site's own first
    std::vector<Node> unpriced_;
    std::optional<Node> trap_;
    bool priced_ = false;
};

}  // namespace

std::vector<std::string> preset_names() {
    std::vector<std::string> names;
    for (const EmbeddedFile* file = embedded_presets; file->name != nullptr; ++file) {
        names.push_back(preset_name(*file));
    }
    return names;
}

std::optional<Sites> load_sites(std::span<const SiteFile> files, const Context& context) {
    Claimed claimed;
    std::vector<Site> sites;
    for (const SiteFile& file : files) {
        SiteReader reader(context, claimed);
        if (auto site = reader.read(file)) sites.push_back(std::move(*site));
    }
    if (context.out.has_errors()) return std::nullopt;
    return Sites(std::move(sites));
}

std::optional<Sites> default_sites(std::string_view origin, const Context& context) {
    std::string error;
    auto address = parse_origin(origin, error);
    if (!address) {
        Diagnostic diagnostic;
        diagnostic.file = "--origin";
        diagnostic.message = error;
        context.out.add(std::move(diagnostic));
        return std::nullopt;
    }
    Claimed claimed;
    SiteReader reader(context, claimed);
    std::vector<Site> sites;
    sites.push_back(reader.make_default(std::move(*address)));
    if (context.out.has_errors()) return std::nullopt;
    return Sites(std::move(sites));
}

}  // namespace turnpike::policy
