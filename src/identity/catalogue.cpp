// Identifying: one pass over the words of a user agent finds the crawlers it names and hints at the
// rest. Loading is in load.cpp.
#include "identity/catalogue.hpp"

#include <algorithm>
#include <array>
#include <atomic>

#include "identity/crawlers_reader.hpp"

namespace turnpike::identity {
namespace {

std::uint64_t next_generation() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

/// The place of each category in the order of strictness, facts.hpp at Identity; lower is stricter.
constexpr auto ranks = [] {
    constexpr std::array order{
        Category::ai_undocumented,  Category::ai_scraper,   Category::ai_training,
        Category::ai_agent,         Category::ai_assistant, Category::ai_search,
        Category::security_scanner, Category::seo,          Category::archiver,
        Category::monitor,          Category::link_preview, Category::feed_reader,
        Category::search_engine,    Category::other_bot,    Category::http_library,
        Category::browser,          Category::unknown,
    };
    static_assert(order.size() == category_count);
    std::array<std::uint8_t, category_count> places{};
    for (std::uint8_t i = 0; i < order.size(); ++i) places[static_cast<std::size_t>(order[i])] = i;
    return places;
}();

int rank(const Claim& claim) {
    const int forged = claim.proof == Proof::forged ? 0 : static_cast<int>(category_count);
    return forged + ranks[static_cast<std::size_t>(claim.category)];
}

Claim claim_of(const Crawler& crawler, std::string_view token) {
    // An operator who says that it never crawls under this name has disproved whoever does.
    return {.crawler = &crawler,
            .category = crawler.category,
            .proof = crawler.control_only ? Proof::forged : Proof::none,
            .token = token};
}

}  // namespace

void Claims::add(const Claim& claim) {
    auto& [claims, count] = identity_;
    const auto end = claims.begin() + count;
    if (std::any_of(claims.begin(), end, [&](const Claim& known) {
            return known.crawler == claim.crawler && known.category == claim.category;
        })) {
        return;
    }
    const auto place = std::find_if(claims.begin(), end,
                                    [&](const Claim& known) { return rank(claim) < rank(known); });
    if (place == claims.end()) return;
    if (count < Identity::max_claims) ++count;
    std::copy_backward(place, claims.begin() + count - 1, claims.begin() + count);
    *place = claim;
}

Catalogue::Compiled::Compiled(std::vector<Entry> entries, UnknownRules unknown)
    : generation(next_generation()), vocabulary_(std::move(unknown.vocabulary)) {
    std::vector<std::string> heads;
    for (Entry& entry : entries) {
        const Crawler& crawler = crawlers.emplace_back(std::move(entry.crawler));
        list.push_back(&crawler);
        newest = std::max(newest, seconds_of(crawler.date).value_or(0));
        by_name.emplace(to_lower(crawler.name), &crawler);
        for (const std::string& alias : crawler.aliases) by_name.emplace(to_lower(alias), &crawler);
        for (Pattern& pattern : entry.patterns) {
            heads.push_back(pattern.head());
            namings_.push_back({std::move(pattern), &crawler});
        }
    }
    for (const auto& [word, mark] : unknown.marked) {
        heads.push_back(word);
        marks_.push_back(mark);
    }
    texts_ = Texts(heads);
}

unsigned Catalogue::Compiled::scan(std::string_view agent, Claims& claims) const {
    unsigned marks = 0;
    std::size_t named = 0;  // end of the last name found: what is inside it is no name of its own
    enum Hint : unsigned { begins = 1, ends = 2 };
    const auto hints_of = [&](const Word& word) {
        return unsigned{texts_.may_begin(agent, word)} * begins |
               unsigned{vocabulary_.may_end(agent, word)} * ends;
    };
    for_each_word(agent, hints_of, [&](const Word& word, unsigned hints) {
        if (word.begin < named) return;
        if ((hints & ends) != 0) marks |= vocabulary_.mark_of(agent, word);
        if ((hints & begins) == 0) return;
        texts_.find(agent, word, [&](std::uint32_t text) {
            if (text >= namings_.size()) {
                marks |= marks_[text - namings_.size()];
            } else if (named <= word.begin) {
                const auto& [pattern, crawler] = namings_[text];
                const std::size_t length = pattern.match(agent, word.begin);
                if (length == 0) return;
                named = word.begin + length;
                const bool library = crawler->category == Category::http_library;
                marks |= library ? mark_library : mark_crawler;
                claims.add(claim_of(*crawler, pattern.text()));
            }
        });
    });
    return marks;
}

unsigned Catalogue::Compiled::judge(std::string_view agent, Claims& claims) const {
    const unsigned marks = scan(agent, claims);
    if ((marks & mark_crawler) != 0 || !may_be_bot(marks)) return marks;
    const auto claim = judge_unknown(vocabulary_, agent, marks);
    // What only points to a library's home page is that library, not a bot of its own.
    const bool library = (marks & mark_library) != 0;
    const bool named = (marks & (mark_ending | mark_weak_ending)) != 0;
    if (claim && (!library || named || is_ai(claim->category))) claims.add(*claim);
    return marks;
}

Catalogue::Catalogue(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Catalogue::~Catalogue() = default;

Identity Catalogue::identify(std::span<const std::string_view> user_agents) const {
    Identity identity;
    Claims claims(identity);
    unsigned marks = 0;
    for (const std::string_view agent : user_agents) marks |= compiled_->judge(agent, claims);
    if (claims.empty()) {
        const bool browser = (marks & (mark_browser | mark_phone)) != 0;
        Claim claim;
        claim.category = browser ? Category::browser : Category::unknown;
        claims.add(claim);
    }
    return identity;
}

std::span<const Crawler* const> Catalogue::crawlers() const {
    return compiled_->list;
}

const Crawler* Catalogue::find(std::string_view name) const {
    const auto found = compiled_->by_name.find(to_lower(name));
    return found == compiled_->by_name.end() ? nullptr : found->second;
}

std::int64_t Catalogue::newest() const {
    return compiled_->newest;
}
std::uint64_t Catalogue::generation() const {
    return compiled_->generation;
}
std::size_t Catalogue::memory() const {
    return compiled_->memory();
}

std::string to_tsv(const Identity& identity, std::string_view user_agent) {
    const Claim& main = identity.main();
    std::string line(main.crawler != nullptr ? std::string_view(main.crawler->name) : "-");
    line += '\t';
    line += name_of(main.category);
    line += '\t';
    line += user_agent;
    return line;
}

}  // namespace turnpike::identity
