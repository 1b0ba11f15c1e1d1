// The story in the order in which people ask: what happened, to whom, by which rule, and what to
// do.
#include "cli/story.hpp"

#include <boost/json.hpp>

#include "core/printable.hpp"
#include "policy/policy.hpp"

namespace turnpike::cli {
namespace {

class Record {
public:
    explicit Record(const boost::json::object& members) : members_(members) {}

    /// Safe on a terminal; empty where the record does not say.
    std::string text(std::string_view name) const {
        const auto* value = members_.if_contains(name);
        const auto* string = value != nullptr ? value->if_string() : nullptr;
        return string != nullptr ? printable({string->data(), string->size()}) : std::string();
    }
    bool is(std::string_view name, std::string_view wanted) const { return text(name) == wanted; }
    bool has(std::string_view name) const { return members_.contains(name); }
    std::int64_t number(std::string_view name) const {
        const auto* value = members_.if_contains(name);
        return value != nullptr && value->is_int64() ? value->as_int64() : 0;
    }

private:
    const boost::json::object& members_;
};

std::string what_happened(const Record& record) {
    const std::int64_t code = record.number("status");
    const std::string status = std::to_string(code);
    if (record.is("outcome", "failed")) {
        return code == 0 ? "Not answered" : "Answered with " + status + ", which is no decision";
    }
    if (record.is("outcome", "refused")) {
        if (code == 402) return "Asked to pay, with 402";
        return "Refused with " + status;
    }
    const std::string answered = "let in; the site answered " + status;
    if (record.is("action", "allow") || !record.is("mode", "observe")) {
        return "L" + answered.substr(1);
    }
    return "Only observed (it would have been: " + record.text("action") + "), " + answered;
}

std::string request_line(const Record& record) {
    if (!record.has("method")) return "(none that could be read)";
    std::string text = record.text("method") + " " + record.text("host") + record.text("path");
    if (record.has("query")) text += "?" + record.text("query");
    return text;
}

std::string taken_for(const Record& record) {
    std::string category = record.text("category");
    const std::string name = record.text("crawler");
    if (name.empty()) return category;
    const std::string owner = record.text("operator");
    const bool says_more = !owner.empty() && owner != name;
    return name + (says_more ? " of " + owner : "") + ", " + category;
}

std::string evidence(const Record& record) {
    const std::string proof = record.text("proof");
    if (proof.empty()) return {};
    if (proof == "none") return "its User-Agent, which nothing proves";
    if (proof == "forged") return "its User-Agent, which is certainly not its own";
    if (proof == "pending") return "its User-Agent; the proof had not come yet";
    return "its User-Agent, proved by " + proof;
}

std::string robots(const Record& record) {
    if (record.is("robots", "too-fast")) return "it came sooner than Crawl-delay asks";
    if (record.is("robots", "disallowed")) return "robots.txt asks it not to come here";
    if (record.is("robots", "violator")) {
        return "robots.txt asks it not to come here, and it keeps coming";
    }
    return {};
}

std::string rule(const Record& record) {
    const std::string where = record.text("where");
    return record.text("rule") + (where.empty() ? "" : ", " + where);
}

/// Who is meant, for a rule of the site: a crawler by its name, anybody else by its address.
std::string let_in_for_good(const Record& record) {
    const std::string crawler = record.text("crawler");
    const std::string address = record.text("client");
    const bool by_name = !crawler.empty();
    if (!by_name && address.empty()) return {};
    const std::string rule =
        by_name ? policy::let_in_rule("crawler", crawler) : policy::let_in_rule("address", address);
    std::string text = "\nFor good, in the file of the site '" + record.text("site") +
                       "', ahead of the rule that decided:\n\n    rules:\n";
    for (std::size_t i = 0; i < rule.size();) {
        const std::size_t end = rule.find('\n', i) + 1;
        text += "      " + rule.substr(i, end - i);
        i = end;
    }
    return text;
}

std::string advice(const Record& record) {
    if (!record.has("action")) return {};
    if (record.number("status") == 429 && record.has("where")) {
        return "\nIt came too often. The rate stands at " + record.text("where") + ".\n";
    }
    if (record.is("action", "allow")) return {};
    const bool forged = record.is("proof", "forged");  // denied ahead of every rule
    return "\nTo let it in for a day:\n\n    turnpike allow --id " + record.text("id") +
           " --for 24h\n" + (forged ? "" : let_in_for_good(record));
}

}  // namespace

std::optional<std::string> tell_story(std::string_view text) {
    boost::system::error_code error;
    const auto value = boost::json::parse({text.data(), text.size()}, error);
    if (error || !value.is_object()) return std::nullopt;
    const Record record(value.as_object());

    std::string story = what_happened(record) + ".\n\n";
    const auto line = [&story](std::string_view label, const std::string& said) {
        if (said.empty()) return;
        story.append("  ").append(label).append(11 - label.size(), ' ').append(said).append("\n");
    };
    line("when", record.text("time"));
    line("request", request_line(record));
    line("client", record.text("client"));
    line("user agent", record.text("user_agent"));
    line("taken for", taken_for(record));
    line("by", evidence(record));
    line("robots", robots(record));
    line("decision", record.text("action"));
    line("rule", rule(record));
    line("reason", record.text("reason"));
    line("site", record.text("site"));
    line("id", record.text("id"));
    line("request id", record.text("request_id"));
    return story + advice(record);
}

}  // namespace turnpike::cli
