// Values of refusal pages.
#include "gate/page.hpp"

#include <array>
#include <cassert>

#include "config/config.hpp"
#include "core/embedded.hpp"

namespace turnpike {
extern const EmbeddedFile embedded_pages[];
}

namespace turnpike::gate {
namespace {

struct Value {
    std::string_view name;
    std::string Message::*text;
};

constexpr std::array values = {Value{"status", &Message::status},
                               Value{"title", &Message::title},
                               Value{"reason", &Message::reason},
                               Value{"client", &Message::client},
                               Value{"evidence", &Message::evidence},
                               Value{"crawler", &Message::crawler},
                               Value{"operator", &Message::operator_name},
                               Value{"category", &Message::category},
                               Value{"forged", &Message::forged},
                               Value{"assistant", &Message::assistant},
                               Value{"rule", &Message::rule},
                               Value{"price", &Message::price},
                               Value{"site", &Message::site},
                               Value{"contact", &Message::contact},
                               Value{"contact_url", &Message::contact_url},
                               Value{"id", &Message::id}};

std::string hint_for(const std::string& wrong) {
    std::vector<std::string> names;
    for (const Value& value : values) names.emplace_back(value.name);
    std::string hint = config::did_you_mean(wrong, names);
    if (!hint.empty()) return hint;
    hint = "one of:";
    for (const std::string& name : names) hint += " " + name;
    return hint;
}

std::optional<pages::Template> parse(const TextFile& file, Diagnostics& out) {
    pages::Vocabulary vocabulary;
    for (const Value& value : values) vocabulary.names.push_back(value.name);
    vocabulary.hint = hint_for;
    return pages::Template::parse(file, vocabulary, out);
}

pages::Template parse_installed() {
    const EmbeddedFile& file = embedded_pages[0];
    Diagnostics out;
    auto page = parse({file.name, std::string(file.text())}, out);
    assert(page);
    return std::move(*page);
}

}  // namespace

Pages::Pages() : installed_(parse_installed()) {}

Pages::Pages(const Sites& sites, Diagnostics& out) : Pages() {
    for (const Site& site : sites.all()) {
        if (site.refusal_page.file.empty()) continue;
        if (auto page = parse(site.refusal_page, out)) own_.emplace(&site, std::move(*page));
    }
}

std::string Pages::render(const Site* site, const Message& message) const {
    std::array<std::string_view, values.size()> texts;
    for (std::size_t i = 0; i < values.size(); ++i) texts[i] = message.*values[i].text;
    const auto own = own_.find(site);
    return (own == own_.end() ? installed_ : own->second).render(texts);
}

}  // namespace turnpike::gate
