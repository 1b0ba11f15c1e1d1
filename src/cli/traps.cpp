// Making up a path.
#include "cli/traps.hpp"

#include "store/store.hpp"

namespace turnpike::cli {
namespace {

constexpr const char* folders[] = {
    "archive", "articles", "catalog",  "collection", "entries", "guides",  "history",   "index",
    "journal", "library",  "listings", "materials",  "notices", "records", "resources", "topics"};
constexpr const char* pages[] = {"appendix", "chapter", "details", "digest",  "document", "edition",
                                 "extract",  "issue",   "note",    "outline", "overview", "page",
                                 "report",   "review",  "section", "summary"};

}  // namespace

std::string trap_for(const std::string& secret, const std::string& site) {
    store::KeyHash hash(store::Secret{});  // what is secret is among what is hashed
    const auto bits = static_cast<std::uint64_t>(hash.add("trap").add(secret).add(site).key());
    constexpr std::uint64_t smallest = 100'000;
    const std::uint64_t number = smallest + (bits >> 8) % (9 * smallest);
    return std::string("/") + folders[bits % 16] + "/" + pages[bits / 16 % 16] + "-" +
           std::to_string(number);
}

}  // namespace turnpike::cli
