// What an entry of rules/crawlers/*.yaml may say, read strictly.
#include "identity/crawlers_reader.hpp"

#include <algorithm>
#include <chrono>

#include "identity/words.hpp"

namespace turnpike::identity {

using config::Mapping;
using config::Node;

std::optional<std::int64_t> seconds_of(std::string_view date) {
    const auto number = [&](std::size_t at, std::size_t size) {
        int value = 0;
        for (const char c : date.substr(at, size))
            value = is_digit(c) ? value * 10 + c - '0' : -10000;
        return value;
    };
    if (date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
    const std::chrono::year_month_day day{std::chrono::year{number(0, 4)},
                                          std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                          std::chrono::day{static_cast<unsigned>(number(8, 2))}};
    if (number(0, 4) < 1970 || !day.ok()) return std::nullopt;
    return std::chrono::sys_seconds{std::chrono::sys_days{day}}.time_since_epoch().count();
}

void CrawlersReader::read(Mapping& root, const Node& crawlers) {
    const Defaults defaults{.operator_name = root.take_string("operator").value_or(""),
                            .source = root.take_string("source").value_or(""),
                            .date = root.take_string("date").value_or("")};
    if (!crawlers.is_list()) report(out_, crawlers, "'crawlers' must be a list");
    for (const Node& node : crawlers.items()) keep(read_entry(node, defaults), node);
}

CrawlersReader::Draft CrawlersReader::read_entry(const Node& node, const Defaults& defaults) {
    Mapping mapping(node, out_);
    Draft draft;
    Crawler& crawler = draft.entry.crawler;
    crawler.name = mapping.take_string("token").value_or("");
    crawler.aliases = mapping.take_strings("aliases");
    crawler.operator_name = mapping.take_string("operator").value_or(defaults.operator_name);
    read_category(mapping, crawler);
    crawler.also = read_categories(mapping, "also");
    crawler.robots_token = mapping.take_string("robots").value_or("");
    crawler.control_only = mapping.take_bool("control_only").value_or(false);
    crawler.exclusive = mapping.take_bool("exclusive").value_or(false);
    crawler.hired = mapping.take_bool("hired").value_or(false);
    if (const auto index = mapping.take_choice("status", {"documented", "observed", "listed"})) {
        crawler.certainty = static_cast<Certainty>(*index);
    }
    read_proof(mapping, crawler.proof);
    crawler.source = mapping.take_string("source").value_or(defaults.source);
    crawler.date = mapping.take_string("date").value_or(defaults.date);
    draft.examples = mapping.take_list("examples");
    draft.lookalikes = mapping.take_list("lookalikes");
    draft.file = node.where().file;
    read_patterns(mapping, draft.entry);
    mapping.finish();

    if (mapping.ok()) check(node, crawler);
    return draft;
}

void CrawlersReader::check(const Node& node, const Crawler& crawler) {
    const std::pair<const char*, bool> needed[] = {{"token", crawler.name.empty()},
                                                   {"operator", crawler.operator_name.empty()},
                                                   {"source", crawler.source.empty()},
                                                   {"date", !seconds_of(crawler.date)}};
    for (const auto& [key, missing] : needed) {
        if (missing) report(out_, node, "this crawler needs a '" + std::string(key) + "'");
    }
    if (!crawler.exclusive) return;
    const Category kinds[] = {Category::link_preview, Category::feed_reader, Category::monitor,
                              Category::http_library};
    if (crawler.proof.addresses.empty()) {
        report(out_, node, "'exclusive' is said of a list: this crawler needs 'proof: addresses'");
    } else if (std::count(std::begin(kinds), std::end(kinds), crawler.category) != 0) {
        report(out_, node,
               "a " + std::string(name_of(crawler.category)) +
                   " is never exclusive: people's own machines send its name too");
    }
}

void CrawlersReader::read_proof(Mapping& mapping, ProofSources& proof) {
    const auto node = mapping.take("proof");
    if (!node || node->is_null()) return;  // `proof:` without a value: there is none
    Mapping inner(*node, out_);
    proof.addresses = inner.take_string("addresses").value_or("");
    proof.reverse_dns = inner.take_strings("reverse_dns");
    proof.signature = inner.take_string("signature").value_or("");
    inner.finish();
    for (const std::string& ending : proof.reverse_dns) {
        // Without its dot, `.example.com` would prove evilexample.com.
        if (!ending.starts_with('.')) {
            report(out_, *node, "'" + ending + "' must begin with a dot");
        }
    }
}

void CrawlersReader::read_patterns(Mapping& mapping, Entry& entry) {
    const Node& node = mapping.node();
    const auto compare_case = mapping.take_choice("case", {"any", "exact"});
    auto texts = mapping.take_strings("patterns");
    if (const auto one = mapping.take_string("pattern")) texts.push_back(*one);
    std::string error;
    const auto add = [&](std::optional<Pattern> pattern, const std::string& text) {
        if (!pattern) {
            report(out_, node, "'" + text + "' " + error);
            return;
        }
        if (compare_case == 1) pattern->compare_case();
        entry.patterns.push_back(std::move(*pattern));
    };
    for (const std::string& text : texts) add(Pattern::of_pattern(text, error), text);
    if (texts.empty() && !entry.crawler.name.empty()) {
        add(Pattern::of_token(entry.crawler.name, error), entry.crawler.name);
    }
    for (const std::string& alias : entry.crawler.aliases) {
        add(Pattern::of_token(alias, error), alias);
    }
}

void CrawlersReader::read_category(Mapping& mapping, Crawler& crawler) {
    const auto categories = read_categories(mapping, "category");
    if (categories.size() == 1) {
        crawler.category = categories[0];
    } else if (categories.size() > 1) {
        report(out_, mapping.node(), "a crawler has one 'category'; what else it serves is 'also'");
    } else if (mapping.ok() && !mapping.take("category")) {
        report(out_, mapping.node(), "this crawler needs a 'category'");
    }
}

std::vector<Category> CrawlersReader::read_categories(Mapping& mapping, std::string_view key) {
    std::vector<Category> categories;
    std::vector<std::string> known;
    for (std::size_t i = 0; i < category_count; ++i) {
        known.emplace_back(name_of(static_cast<Category>(i)));
    }
    for (const Node& item : mapping.take_list(key)) {
        const auto category = category_named(item.text());
        if (!category) {
            report(out_, item, "'" + item.text() + "' is no category",
                   config::did_you_mean(item.text(), known));
        } else if (*category == Category::browser || *category == Category::unknown) {
            report(out_, item, "a crawler is not '" + item.text() + "'");
        } else {
            categories.push_back(*category);
        }
    }
    return categories;
}

/// A later file's entry takes the place of an earlier one's with the same token.
void CrawlersReader::keep(Draft draft, const Node& node) {
    const auto [place, is_new] =
        places_.emplace(to_lower(draft.entry.crawler.name), drafts_.size());
    if (is_new) {
        drafts_.push_back(std::move(draft));
    } else if (drafts_[place->second].file == draft.file) {
        report(out_, node, "'" + draft.entry.crawler.name + "' is in this file twice");
    } else {
        drafts_[place->second] = std::move(draft);
    }
}

std::vector<Entry> CrawlersReader::take_entries() {
    std::vector<Entry> entries;
    for (Draft& draft : drafts_) entries.push_back(std::move(draft.entry));
    return entries;
}

void CrawlersReader::check_examples(const Catalogue& catalogue) const {
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
        const Crawler* crawler = catalogue.crawlers()[i];
        const auto check = [&](const Node& node, bool wanted) {
            const std::string_view agent = node.text();
            const Identity identity = catalogue.identify({&agent, 1});
            const auto claims = identity.all();
            const bool found = std::any_of(claims.begin(), claims.end(), [&](const Claim& claim) {
                return claim.crawler == crawler;
            });
            if (found == wanted) return;
            report(out_, node,
                   (wanted ? "this example is not taken for '" : "this look-alike is taken for '") +
                       crawler->name + "'",
                   "it is " + to_tsv(identity, ""), Severity::warning);
        };
        for (const Node& node : drafts_[i].examples) check(node, true);
        for (const Node& node : drafts_[i].lookalikes) check(node, false);
    }
}

}  // namespace turnpike::identity
