// Which site a host name means.
#include <algorithm>

#include "policy/letters.hpp"
#include "turnpike/policy.hpp"

namespace turnpike {
namespace {

using policy::lower;
using policy::name_of_host;

/// Whether `name`, which is in lower case, comes before `text` in any case.
bool before(std::string_view name, std::string_view text) {
    return std::lexicographical_compare(name.begin(), name.end(), text.begin(), text.end(),
                                        [](char a, char b) { return lower(a) < lower(b); });
}

bool same(std::string_view name, std::string_view text) {
    return std::equal(name.begin(), name.end(), text.begin(), text.end(),
                      [](char a, char b) { return a == lower(b); });
}

}  // namespace

std::string OriginAddress::authority() const {
    if (!unix_path.empty()) return "localhost";
    const std::string name = host.find(':') == host.npos ? host : "[" + host + "]";
    return port == 80 ? name : name + ":" + std::to_string(port);
}

Sites::Sites(std::vector<Site> sites) : sites_(std::move(sites)) {
    for (std::uint32_t i = 0; i < sites_.size(); ++i) {
        for (const std::string& host : sites_[i].hosts) {
            if (host == "*") {
                any_ = i;
            } else if (host.starts_with("*.")) {
                wildcards_.push_back({host.substr(1), i});
            } else {
                exact_.push_back({host, i});
            }
        }
    }
    for (std::vector<Name>* names : {&exact_, &wildcards_}) {
        std::sort(names->begin(), names->end(),
                  [](const Name& a, const Name& b) { return a.text < b.text; });
    }
}

const Site* Sites::find(std::string_view host) const {
    const auto look_up = [this](const std::vector<Name>& names,
                                std::string_view wanted) -> const Site* {
        const auto found = std::lower_bound(
            names.begin(), names.end(), wanted,
            [](const Name& entry, std::string_view text) { return before(entry.text, text); });
        if (found == names.end() || !same(found->text, wanted)) return nullptr;
        return &sites_[found->site];
    };
    const Site* any = any_ ? &sites_[*any_] : nullptr;
    if (exact_.empty() && wildcards_.empty()) return any;  // `serve --origin`: no name matters
    const std::string_view name = name_of_host(host);
    if (const Site* site = look_up(exact_, name)) return site;
    if (!wildcards_.empty()) {
        // From the left, so that the longest wildcard comes first. Something stands for the star.
        for (std::size_t dot = name.find('.', 1); dot < name.size();
             dot = name.find('.', dot + 1)) {
            if (const Site* site = look_up(wildcards_, name.substr(dot))) return site;
        }
    }
    return any;
}

}  // namespace turnpike
