// Files over time, and what they have in common for who may have read any of them.
#include <algorithm>
#include <cstdlib>

#include "compliance/compliance.hpp"

namespace turnpike::compliance {
namespace {

constexpr std::size_t most_versions = 16;
constexpr std::chrono::milliseconds longest_delay{60'000};
constexpr robots::Reading readings[] = {robots::Reading::rfc9309, robots::Reading::google};

/// Whether two files say the same; comments say nothing.
bool is_same(const robots::File& a, const robots::File& b) {
    return std::equal(a.records().begin(), a.records().end(), b.records().begin(),
                      b.records().end(), [](const robots::Record& x, const robots::Record& y) {
                          return x.field == y.field && x.text == y.text;
                      });
}

/// `1.5`; nothing of what is no such number.
std::chrono::milliseconds parse_delay(std::string_view text) {
    const std::string copy(text);
    char* end = nullptr;
    const double seconds = std::strtod(copy.c_str(), &end);
    if (end == copy.c_str() || !(seconds > 0)) return {};
    const double most = static_cast<double>(longest_delay.count());
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(seconds * 1000, most)));
}

}  // namespace

std::string_view token_of(const Claim& claim) {
    switch (claim.category) {
        case Category::ai_training:
        case Category::ai_search:
        case Category::ai_scraper:
        case Category::ai_undocumented:
        case Category::search_engine:
        case Category::archiver:
        case Category::seo:
        case Category::security_scanner:
        case Category::other_bot:
            break;
        default:
            return {};
    }
    if (claim.proof == Proof::forged) return {};
    if (claim.crawler == nullptr) return claim.token.empty() ? "*" : claim.token;
    return claim.crawler->robots_token.empty() ? claim.crawler->name : claim.crawler->robots_token;
}

History History::with(std::string text, Wall since) const {
    auto file = robots::File::parse(text);
    History next = *this;
    if (!empty() && is_same(versions_.back()->file, file)) return next;
    next.versions_.push_back(std::make_shared<const Version>(
        Version{last_number() + 1, since, std::move(text), std::move(file)}));
    auto& versions = next.versions_;
    while (versions.size() > 1 &&
           (versions.size() > most_versions || versions[1]->since <= since - grace)) {
        versions.erase(versions.begin());
    }
    return next;
}

/// Those that were served within the grace; none where we do not know all of them.
std::span<const std::shared_ptr<const History::Version>> History::readable(Wall now) const {
    const Wall oldest = now - grace;
    if (empty() || versions_.front()->since > oldest) return {};
    std::size_t first = 0;
    while (first + 1 < versions_.size() && versions_[first + 1]->since <= oldest) ++first;
    std::size_t end = versions_.size();
    while (versions_[end - 1]->since > now) --end;
    return std::span(versions_).subspan(first, end - first);
}

bool History::disallows(std::string_view token, const robots::Target& target, Wall now) const {
    const auto versions = readable(now);
    return !versions.empty() &&
           std::all_of(versions.begin(), versions.end(), [&](const auto& each) {
               return std::none_of(std::begin(readings), std::end(readings),
                                   [&](robots::Reading reading) {
                                       return each->file.match(token, target, reading).allowed;
                                   });
           });
}

bool History::disallows_all(std::string_view token, Wall now) const {
    const auto versions = readable(now);
    return !versions.empty() &&
           std::all_of(versions.begin(), versions.end(), [&](const auto& each) {
               return std::all_of(std::begin(readings), std::end(readings),
                                  [&](robots::Reading reading) {
                                      return each->file.disallows_all(token, reading);
                                  });
           });
}

std::chrono::milliseconds History::crawl_delay(std::string_view token) const {
    if (empty()) return {};
    return parse_delay(versions_.back()->file.crawl_delay(token));
}

}  // namespace turnpike::compliance
