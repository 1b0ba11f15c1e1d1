// Which site a host name means.
#include <bit>

#include "policy/letters.hpp"
#include "policy/watched.hpp"

namespace turnpike {
namespace {

using policy::name_of_host;
using policy::same_letters;

/// Of a name from its end to its start, so that what follows each dot has been hashed on the way.
/// Without regard to case; a few signs meet, too.
class NameHash {
public:
    void add(char c) {
        value_ = (value_ ^ (static_cast<unsigned char>(c) | 0x20U)) * 0x01000193U;  // FNV-1a
    }
    std::uint32_t value() const { return value_; }

private:
    std::uint32_t value_ = 0x811C9DC5U;
};

std::uint32_t hash_of(std::string_view name) {
    NameHash hash;
    for (std::size_t i = name.size(); i-- > 0;) hash.add(name[i]);
    return hash.value();
}

}  // namespace

std::string OriginAddress::authority() const {
    if (!unix_path.empty()) return "localhost";
    const std::string name = host.find(':') == host.npos ? host : "[" + host + "]";
    return port == 80 ? name : name + ":" + std::to_string(port);
}

Sites::Sites(std::vector<Site> sites) : sites_(std::move(sites)) {
    std::size_t count = 0;
    for (const Site& site : sites_) {
        for (const std::string& host : site.hosts) count += host != "*" ? 1 : 0;
    }
    if (count != 0) names_.resize(std::bit_ceil(2 * count));
    for (std::uint32_t i = 0; i < sites_.size(); ++i) {
        sites_[i].watched = policy::watched_categories(sites_[i].rules);
        for (const std::string& host : sites_[i].hosts) {
            const bool wildcard = host.starts_with("*.");
            has_wildcards_ |= wildcard;
            if (host == "*") {
                any_ = i;
            } else {
                const std::string text = wildcard ? host.substr(1) : host;
                add({text, hash_of(text), i});
            }
        }
    }
}

void Sites::add(Name name) {
    std::size_t at = name.hash & (names_.size() - 1);
    while (!names_[at].text.empty()) at = (at + 1) & (names_.size() - 1);
    names_[at] = std::move(name);
}

const Site* Sites::look_up(std::string_view text, std::uint32_t hash) const {
    std::size_t at = hash & (names_.size() - 1);
    for (; !names_[at].text.empty(); at = (at + 1) & (names_.size() - 1)) {
        const Name& name = names_[at];
        if (name.hash == hash && same_letters(name.text, text)) return &sites_[name.site];
    }
    return nullptr;
}

const Site* Sites::find(std::string_view host) const {
    const Site* found = any_ ? &sites_[*any_] : nullptr;
    if (names_.empty()) return found;
    const std::string_view name = name_of_host(host);
    NameHash hash;
    for (std::size_t i = name.size(); i-- > 0;) {
        hash.add(name[i]);
        // Something stands for the star. The longest wildcard is the last that is met.
        if (name[i] != '.' || i == 0 || !has_wildcards_) continue;
        if (const Site* site = look_up(name.substr(i), hash.value())) found = site;
    }
    if (name.starts_with('.')) return found;
    if (const Site* site = look_up(name, hash.value())) found = site;
    return found;
}

}  // namespace turnpike
