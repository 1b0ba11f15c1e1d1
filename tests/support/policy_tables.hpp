// The tables of tests/policy/*.yaml: requests, and what each site makes of them. They are read as
// documentation too, so each says all it needs.
//
// `sites` are site files without name, hosts and origin; `examples` are files of config/examples,
// each with the site that it decides like where a request does not say otherwise. `rules` says in
// which file, or files, each rule stands that decides something. A request has `who` and `ask`,
// perhaps `agent` (several are several lines), `headers`, `host`, `from`, and `gets`: the action
// and the rule, for all sites or for each by name, `else` for those not named. `observed` names
// rules that were recorded on the way.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "support/source_tree.hpp"

namespace turnpike::test {

struct TableRow {
    std::string who;
    std::string head;  ///< As bytes, ready for the parser.
    std::string from;
    std::map<std::string, std::string> gets;  ///< By site.
    std::vector<std::string> observed;
    std::uint32_t line = 0;
};

/// A site file, for every host.
struct TableSite {
    std::string file;
    std::string text;
    std::string like;  ///< Another site of the table; empty for none.
};

struct PolicyTable {
    std::string file;
    std::map<std::string, TableSite> sites;
    std::map<std::string, std::vector<std::string>> rules;  ///< Files by name of the rule.
    std::vector<TableRow> rows;
};

namespace tables {

inline std::vector<std::string> texts(const config::Node& parent, std::string_view key) {
    std::vector<std::string> found;
    const auto child = parent.child(key);
    if (!child) return found;
    for (const config::Node& item : child->items()) found.push_back(item.text());
    return found;
}

inline std::string text(const config::Node& parent, std::string_view key, std::string otherwise) {
    const auto found = texts(parent, key);
    return found.empty() ? otherwise : found.front();
}

inline std::map<std::string, std::string> mapping(const config::Node& parent,
                                                  std::string_view key) {
    std::map<std::string, std::string> found;
    const auto child = parent.child(key);
    if (!child) return found;
    for (const config::Node& name : child->keys()) {
        found[name.text()] = child->child(name.text())->text();
    }
    return found;
}

inline std::map<std::string, TableSite> sites_of(const config::Node& root,
                                                 const std::string& file) {
    const std::string begin = "site: example\nhosts: [\"*\"]\norigin: http://127.0.0.1:3000\n";
    std::map<std::string, TableSite> sites;
    for (const auto& [name, rest] : mapping(root, "sites")) sites[name] = {file, begin + rest, ""};
    for (const auto& [name, like] : mapping(root, "examples")) {
        const std::string path = "config/examples/" + name + ".yaml";
        std::string text = read_file(std::filesystem::path(TURNPIKE_SOURCE) / path);
        const std::size_t hosts = text.find("\nhosts: ") + 1;
        text.replace(hosts, text.find('\n', hosts) - hosts, "hosts: [\"*\"]");
        sites[name] = {path, text, like};
    }
    return sites;
}

inline std::map<std::string, std::string> gets_of(const config::Node& node,
                                                  const PolicyTable& table) {
    const auto gets = node.child("gets");
    auto named = gets && gets->is_mapping()
                     ? mapping(node, "gets")
                     : std::map<std::string, std::string>{{"else", text(node, "gets", "")}};
    const auto decision = [&](const std::string& site) {
        const auto found = named.find(site);
        return found != named.end() ? found->second : named["else"];
    };
    std::map<std::string, std::string> all;
    for (const auto& [name, site] : table.sites) {
        const bool follows = !site.like.empty() && !named.contains(name);
        all[name] = decision(follows ? site.like : name);
    }
    return all;
}

inline TableRow row_of(const config::Node& node, const PolicyTable& table) {
    TableRow row;
    row.who = text(node, "who", "");
    row.line = node.where().line;
    row.head = text(node, "ask", "") + " HTTP/1.1\r\nHost: " + text(node, "host", "example.com");
    for (const std::string& agent : texts(node, "agent")) row.head += "\r\nUser-Agent: " + agent;
    for (const std::string& header : texts(node, "headers")) row.head += "\r\n" + header;
    row.head += "\r\n\r\n";
    row.from = text(node, "from", "198.51.100.7");
    row.observed = texts(node, "observed");
    row.gets = gets_of(node, table);
    return row;
}

}  // namespace tables

/// Every table of tests/policy. A mistake in one throws.
inline std::vector<PolicyTable> policy_tables() {
    std::vector<PolicyTable> all;
    for (const Source& source : read_tree({"tests/policy"}, {".yaml"})) {
        Diagnostics out;
        const auto document = config::Document::parse(source.path, source.text, out);
        if (!document) throw std::runtime_error(out.to_string());
        PolicyTable table;
        table.file = source.path;
        table.sites = tables::sites_of(document->root(), source.path);
        const auto rules = document->root().child("rules");
        if (rules) {
            for (const config::Node& rule : rules->keys()) {
                table.rules[rule.text()] = tables::texts(*rules, rule.text());
            }
        }
        for (const config::Node& node : document->root().child("requests")->items()) {
            table.rows.push_back(tables::row_of(node, table));
        }
        all.push_back(std::move(table));
    }
    return all;
}

}  // namespace turnpike::test
