// Any bytes as patterns, query, cookies and field values: what decides agrees with what explains,
// and a query is compared as if it had been decoded first.
#include <array>
#include <cstdlib>
#include <string>

#include "turnpike/policy.hpp"

using namespace turnpike;

namespace {

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string decode(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape =
            text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
        plain += escape           ? static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]))
                 : text[i] == '+' ? ' '
                                  : text[i];
        if (escape) i += 2;
    }
    return plain;
}

Rule rule_about(When when) {
    Rule rule;
    rule.name = "fuzzed";
    rule.when = std::move(when);
    rule.then = Action::deny;
    return rule;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string name(take_line(text));
    const std::string value(take_line(text));
    const std::string_view query = take_line(text);
    const std::array<Field, 2> fields{Field{"Cookie", take_line(text), FieldId::cookie},
                                      Field{"X-Value", text, FieldId::other}};
    const ValuePattern pattern(value);
    if (pattern.matches_query(query) != pattern.matches(decode(query))) std::abort();

    const NamedValue wanted{ValuePattern(name), {pattern}};
    Site site;
    When when;
    when.add(when::Query{{wanted}});
    site.rules.push_back(rule_about(when));
    when = {};
    when.add(when::Cookies{{wanted}, false});
    site.rules.push_back(rule_about(when));
    when = {};
    when.add(when::Not{});
    std::get<when::Not>(when.conditions[0].key)
        .when.add(when::Headers{{NamedValue{ValuePattern("x-value"), {pattern}}}});
    site.rules.push_back(rule_about(when));

    RequestHead head;
    head.query = query;
    head.fields = std::span<const Field>(fields);
    const Identity identity;
    const std::string_view path = "/";
    const Question question{
        .readings = {&path, 1}, .user_agents = {}, .identity = &identity, .head = &head};
    const Decision decision = decide(site, question);
    const auto traces = trace(site, question, decision);
    const Rule* first = nullptr;
    for (const RuleTrace& each : traces) {
        if (each.why.empty()) std::abort();
        if (each.matched && first == nullptr) first = each.rule;
    }
    if (decision.where != (first == nullptr ? nullptr : &first->where)) std::abort();
    return 0;
}
