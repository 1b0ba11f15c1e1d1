// Policies that nobody would write but that could be, and requests that their rules have something
// to say about.
#pragma once

#include <random>

#include "support/sites.hpp"

namespace turnpike::test {

class Chance {
public:
    explicit Chance(std::uint32_t seed) : random_(seed) {}
    std::size_t below(std::size_t count) { return random_() % count; }
    bool one_in(std::size_t count) { return below(count) == 0; }
    template <class List>
    const auto& one_of(const List& list) {
        return list[below(std::size(list))];
    }

private:
    std::mt19937 random_;
};

inline NamedValue random_named_value(Chance& chance) {
    static const char* const names[] = {"a", "b", "A", "a*"};
    static const char* const values[] = {"1", "*2", "x*y", "*"};
    NamedValue named{.name = ValuePattern(chance.one_of(names)), .values = {}};
    for (auto count = chance.below(3); count > 0; --count) {
        named.values.emplace_back(chance.one_of(values));
    }
    return named;
}

inline Prefix random_network(Chance& chance) {
    static const char* const networks[] = {"10.0.0.0/8", "192.0.2.0/25", "::/0", "::1"};
    return *Prefix::parse(chance.one_of(networks));
}

inline when::Categories random_categories(Chance& chance) {
    when::Categories categories{.set = {}, .also = chance.one_in(3)};
    for (auto count = 1 + chance.below(8); count > 0; --count) {
        categories.set.add(static_cast<Category>(chance.below(category_count)));
    }
    return categories;
}

/// Each key with its chance; `depth` is how many `not` may still stand in one another.
inline When random_when(Chance& chance, int depth = 2) {
    static const char* const paths[] = {"/**", "/a", "/a/*", "/**/b", "/*"};
    static const char* const hosts[] = {"example.com", "*.example.com", "*"};
    static const char* const methods[] = {"GET", "POST"};
    When when;
    if (chance.one_in(3)) when.add(random_categories(chance));
    if (chance.one_in(5)) {
        when.add(when::Crawlers{{&chance.one_of(crawlers())}, {TokenPattern("Bot*")}});
    }
    if (chance.one_in(6)) when.add(when::Operators{{"OpenAI", "Google"}});
    if (chance.one_in(6)) when.add(when::Methods{{chance.one_of(methods)}});
    if (chance.one_in(6)) when.add(when::Hosts{{HostPattern(chance.one_of(hosts))}});
    if (chance.one_in(6)) {
        when.add(when::Addresses{PrefixList({random_network(chance)}), {"a network"}});
    }
    if (chance.one_in(4)) when.add(when::Paths{{chance.one_of(paths)}});
    if (chance.one_in(6)) when.add(when::UserAgents{{TokenPattern("a")}});
    if (chance.one_in(6)) when.add(when::Headers{{random_named_value(chance)}});
    if (chance.one_in(6)) {
        when.add(when::Cookies{{random_named_value(chance), random_named_value(chance)},
                               chance.one_in(2)});
    }
    if (chance.one_in(6)) when.add(when::Query{{random_named_value(chance)}});
    if (depth > 0 && chance.one_in(4)) when.add(when::Not{random_when(chance, depth - 1)});
    return when;
}

inline Rule random_rule(Chance& chance, std::string name) {
    Rule rule;
    rule.name = std::move(name);
    rule.reason = "because";
    rule.when = random_when(chance);
    rule.then = static_cast<Action>(chance.below(action_count));
    rule.observe = chance.one_in(5);
    if (rule.then == Action::throttle) rule.rate = Rate{};
    return rule;
}

inline Site random_site(Chance& chance) {
    Site site;
    site.price = Money{"USD", 1};
    if (chance.one_in(2)) site.open_paths.add("/robots.txt");
    const auto count = chance.below(8);
    for (std::size_t i = 0; i < count; ++i) {
        site.rules.push_back(random_rule(chance, "rule " + std::to_string(i)));
    }
    return site;
}

/// Everything that a question points at.
struct RandomRequest {
    explicit RandomRequest(Chance& chance) {
        static const char* const paths[] = {"/",      "/a",     "/a/b",        "/robots.txt",
                                            "/a%2Fb", "/x;/..", "/a;b\\..%2F", "/c/d/b"};
        static const char* const queries[] = {"", "a=1", "b=x+y&a", "a=%31;b=2", "A=&a=2"};
        static const char* const cookies[] = {"a=1", "a=12; b=x y", "A; b", "ab=2;a=1"};
        static const char* const addresses[] = {"10.1.2.3", "192.0.2.200", "::1", "2001:db8::1"};
        for (auto count = chance.below(Identity::max_claims + 1); count > 0; --count) {
            client.names.push_back(chance.one_of(crawlers()).name);
        }
        client.category = static_cast<Category>(chance.below(category_count));
        client.user_agent = chance.one_in(2) ? "a bot" : "Bot/1";
        if (chance.one_in(8)) client.proof = Proof::forged;
        identity = identity_of(client);
        line = client.user_agent;
        readings = *normalise_path(chance.one_of(paths), arena);
        if (chance.one_in(2)) fields.push_back({"Cookie", chance.one_of(cookies), FieldId::cookie});
        if (chance.one_in(2)) fields.push_back({"A", "1", FieldId::other});
        if (chance.one_in(3)) fields.push_back({"b", "x and y", FieldId::other});
        head.method_name = chance.one_in(2) ? "GET" : "post";
        head.authority = chance.one_in(2) ? "Example.com:80" : "www.example.com";
        head.query = chance.one_of(queries);
        head.fields = fields;
        address = *Address::parse(chance.one_of(addresses));
    }
    RandomRequest(const RandomRequest&) = delete;

    Question question() const {
        return {.readings = readings,
                .user_agents = {&line, 1},
                .identity = &identity,
                .head = &head,
                .client = address};
    }

    Client client;
    Identity identity;
    std::string_view line;
    Arena arena;
    std::span<const std::string_view> readings;
    std::vector<Field> fields;
    RequestHead head;
    Address address;
};

}  // namespace turnpike::test
