// Reads rules/referrals.yaml, which is embedded, and looks visitors up in it.
#include "replay/referrals.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "config/config.hpp"
#include "core/embedded.hpp"

namespace turnpike {
extern const EmbeddedFile embedded_referrals[];
}

namespace turnpike::replay {
namespace {

std::string_view host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == url.npos) return {};
    url = url.substr(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#:"));
    return url.starts_with("www.") ? url.substr(4) : url;
}

}  // namespace

Products Products::installed() {
    const EmbeddedFile& file = embedded_referrals[0];
    Diagnostics out;
    const auto document = config::Document::parse(file.name, file.text(), out);
    assert(document);
    Products result;
    config::Mapping root(document->root(), out);
    root.take_version();
    root.take("date");
    const auto list = root.take("products");
    assert(list);
    for (const config::Node& node : list->items()) {
        const std::size_t index = result.products_.size();
        const auto text = [&node](const char* key) {
            const auto value = node.child(key);
            return value ? value->text() : std::string();
        };
        result.products_.push_back({text("product"), text("operator")});
        const auto add = [&](const char* key, auto& into) {
            const auto values = node.child(key);
            if (!values) return;
            for (const config::Node& value : values->items()) into.emplace(value.text(), index);
        };
        add("hosts", result.hosts_);
        add("utm_source", result.sources_);
    }
    for (const auto& [host, index] : result.hosts_) {
        result.longest_host_ = std::max(result.longest_host_, host.size());
    }
    return result;
}

std::optional<std::size_t> Products::by_host(std::string_view referer) const {
    const std::string_view host = host_of(referer);
    if (host.empty() || host.size() > longest_host_) return std::nullopt;
    const auto found = hosts_.find(host);
    if (found == hosts_.end()) return std::nullopt;
    return found->second;
}

std::optional<std::size_t> Products::by_query(std::string_view target) const {
    constexpr std::string_view parameter = "utm_source=";
    const std::size_t query = target.find('?');
    if (query == target.npos) return std::nullopt;
    const std::size_t at = target.find(parameter, query);
    if (at == target.npos) return std::nullopt;
    std::string_view value = target.substr(at + parameter.size());
    value = value.substr(0, value.find_first_of("&#"));
    const auto found = sources_.find(value);
    if (found == sources_.end()) return std::nullopt;
    return found->second;
}

std::optional<std::size_t> Products::find(std::string_view referer, std::string_view target) const {
    const auto found = by_host(referer);
    return found ? found : by_query(target);
}

}  // namespace turnpike::replay
