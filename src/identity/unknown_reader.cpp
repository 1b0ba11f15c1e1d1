// The shape of rules/unknown-bots.yaml, read strictly.
#include "identity/unknown_reader.hpp"

#include "identity/crawlers_reader.hpp"
#include "identity/words.hpp"

namespace turnpike::identity {

using config::Mapping;
using config::Node;

void UnknownReader::read(Mapping& root) {
    if (!root.ok()) return;
    if (!seconds_of(root.take_string("date").value_or(""))) {
        report(out_, root.node(), "needs a 'date' like 2026-11-24");
    }
    if (const auto node = root.take("endings")) read_endings(*node);
    if (const auto node = root.take("ai")) read_ai(*node);
    if (const auto node = root.take("people")) read_people(*node);
}

void UnknownReader::read_endings(const Node& node) {
    Mapping endings(node, out_);
    const std::pair<const char*, Reach> reaches[] = {{"everywhere", Reach::everywhere},
                                                     {"alone", Reach::alone},
                                                     {"beside-ai", Reach::beside_ai}};
    for (const auto& [key, reach] : reaches) {
        const auto inner = endings.take(key);
        if (!inner) continue;
        Mapping by_category(*inner, out_);
        for (std::size_t i = 0; i < category_count; ++i) {
            const auto category = static_cast<Category>(i);
            for (std::string& word : take_words(by_category, name_of(category), 3)) {
                endings_.push_back({.word = std::move(word), .category = category, .reach = reach});
            }
        }
        by_category.finish();
    }
    if (endings_.size() > Vocabulary::most_endings) report(out_, node, "too many endings");
    endings.finish();
}

void UnknownReader::read_ai(const Node& node) {
    Mapping ai(node, out_);
    const auto add = [&](std::vector<std::string>& words, std::string_view key, std::size_t least) {
        for (std::string& word : take_words(ai, key, least)) words.push_back(std::move(word));
    };
    add(ai_.parts, "parts", 2);
    add(ai_.tails, "tails", 2);
    add(ai_.inside, "inside", 3);
    add(ai_.alone, "alone", 3);
    add(ai_.domains, "domains", 2);
    ai.finish();
}

void UnknownReader::read_people(const Node& node) {
    Mapping people(node, out_);
    const std::pair<const char*, Mark> kinds[] = {
        {"browsers", mark_browser}, {"phones", mark_phone}, {"apps", mark_app}};
    for (const auto& [key, mark] : kinds) {
        for (std::string& word : take_words(people, key, 3)) {
            std::string error;
            if (!Pattern::of_token(word, error)) report(out_, node, "'" + word + "' " + error);
            marked_.push_back({.word = std::move(word), .mark = mark});
        }
    }
    people.finish();
}

std::vector<std::string> UnknownReader::take_words(Mapping& mapping, std::string_view key,
                                                   std::size_t shortest) {
    std::vector<std::string> words;
    for (const Node& item : mapping.take_list(key)) {
        words.push_back(to_lower(item.text()));
        if (words.back().size() >= shortest) continue;
        report(out_, item, "'" + item.text() + "' is too short");
    }
    return words;
}

UnknownRules UnknownReader::take_rules() {
    // How a URL begins and what bots and Internet Explorer call themselves is no matter of data.
    for (const char* word : {"http", "https", "www"}) marked_.push_back({word, mark_contact});
    marked_.push_back({"compatible", mark_compatible});
    marked_.push_back({"msie", mark_explorer});
    return {.vocabulary = Vocabulary(std::move(endings_), std::move(ai_)),
            .marked = std::move(marked_)};
}

}  // namespace turnpike::identity
