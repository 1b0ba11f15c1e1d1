// The tables of tests/policy/*.yaml: requests, and what each site makes of them. They are read as
// documentation too, so each says all it needs.
//
// `sites` are site files without name, hosts and origin; `rules` says in which file each rule
// stands that decides something. A request has `who` and `ask`, perhaps `agent` (several are
// several lines), `headers`, `host`, `from`, and `gets`: the action and the rule, for all sites or
// for each by name. `observed` names rules that were recorded on the way.
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

struct PolicyTable {
    std::string file;
    std::map<std::string, std::string> sites;  ///< What follows `origin` in a site file.
    std::map<std::string, std::string> rules;  ///< File by name of the rule.
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
    const auto gets = node.child("gets");
    if (gets && gets->is_mapping()) {
        row.gets = mapping(node, "gets");
    } else {
        for (const auto& site : table.sites) row.gets[site.first] = text(node, "gets", "");
    }
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
        table.sites = tables::mapping(document->root(), "sites");
        table.rules = tables::mapping(document->root(), "rules");
        for (const config::Node& node : document->root().child("requests")->items()) {
            table.rows.push_back(tables::row_of(node, table));
        }
        all.push_back(std::move(table));
    }
    return all;
}

}  // namespace turnpike::test
