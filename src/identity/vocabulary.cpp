// Looking at single words, names and contacts.
#include "identity/vocabulary.hpp"

#include <algorithm>

namespace turnpike::identity {
namespace {

bool equals_any(std::string_view text, const std::vector<std::string>& words) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return word.size() == text.size() && equals_lower(text, word);
    });
}

std::string_view without_digits(std::string_view word) {
    while (!word.empty() && is_digit(word.back())) word.remove_suffix(1);
    return word;
}

std::uint32_t key_of(std::string_view word) {
    return fold_three(word.data() + word.size() - 3);
}

std::uint32_t part_key(std::string_view part) {
    return fold_two(part.data()) | static_cast<std::uint32_t>(part.size()) << 16;
}

/// Takes the next part off a word: `VantaAIUser2` gives Vanta, AI, User, 2.
std::string_view take_part(std::string_view& word) {
    std::size_t end = 1;
    if (is_digit(word[0])) {
        while (end < word.size() && is_digit(word[end])) ++end;
    } else {
        while (end < word.size() && is_upper(word[0]) && is_upper(word[end])) ++end;
        // The last capital of a run begins the next part, where small letters follow it.
        if (end > 1 && end < word.size() && is_letter(word[end])) --end;
        if (end == 1) {
            while (end < word.size() && !is_upper(word[end]) && !is_digit(word[end])) ++end;
        }
    }
    const std::string_view part = word.substr(0, end);
    word.remove_prefix(end);
    return part;
}

}  // namespace

Vocabulary::Vocabulary(std::vector<Ending> endings, AiWords ai)
    : endings_(std::move(endings)), ai_(std::move(ai)) {
    const auto order = [](const Ending& ending) {
        return std::pair(key_of(ending.word), ending.reach);
    };
    std::stable_sort(endings_.begin(), endings_.end(),
                     [&](const Ending& a, const Ending& b) { return order(a) < order(b); });
    for (const auto& [word, category, reach] : endings_) ends_.add(key_of(word));
    for (const std::string& word : ai_.parts) parts_.add(part_key(word));
    for (const std::string& word : ai_.inside) inside_.add(fold_three(word.data()));
}

const Ending* Vocabulary::ending_of(std::string_view word) const {
    word = without_digits(word);
    if (word.size() < 3) return nullptr;
    const std::uint32_t key = key_of(word);
    if (!ends_.may_have(key)) return nullptr;
    auto ending = std::lower_bound(endings_.begin(), endings_.end(), key,
                                   [](const Ending& candidate, std::uint32_t wanted) {
                                       return key_of(candidate.word) < wanted;
                                   });
    for (; ending != endings_.end() && key_of(ending->word) == key; ++ending) {
        if (ends_with_lower(word, ending->word)) return &*ending;
    }
    return nullptr;
}

unsigned Vocabulary::mark_of(std::string_view word) const {
    const Ending* ending = ending_of(word);
    if (ending == nullptr) return 0;
    return ending->reach == Reach::everywhere ? mark_ending : mark_weak_ending;
}

bool Vocabulary::has_inside(std::string_view text) const {
    for (std::size_t at = 0; at + 3 <= text.size(); ++at) {
        if (!inside_.may_have(fold_three(text.data() + at))) continue;
        const std::string_view rest = text.substr(at);
        if (std::any_of(ai_.inside.begin(), ai_.inside.end(),
                        [&](const std::string& word) { return starts_with_lower(rest, word); })) {
            return true;
        }
    }
    return false;
}

bool Vocabulary::word_says_ai(std::string_view word) const {
    word = without_digits(word);
    if (const Ending* ending = ending_of(word)) {
        const std::string_view stem = word.substr(0, word.size() - ending->word.size());
        if (std::any_of(ai_.tails.begin(), ai_.tails.end(),
                        [&](const std::string& tail) { return ends_with_lower(stem, tail); })) {
            return true;
        }
    }
    while (!word.empty()) {
        if (is_ai_part(take_part(word))) return true;
    }
    return false;
}

bool Vocabulary::is_ai_part(std::string_view part) const {
    return part.size() >= 2 && parts_.may_have(part_key(part)) && equals_any(part, ai_.parts);
}

bool Vocabulary::name_says_ai(std::string_view name) const {
    bool found = has_inside(name);
    for_each_word(name, [&](std::size_t begin, std::size_t end) {
        if (!found) found = word_says_ai(name.substr(begin, end - begin));
    });
    return found;
}

bool Vocabulary::contact_says_ai(std::string_view contact) const {
    bool found = has_inside(contact) || equals_any(last_label(host_of(contact)), ai_.domains);
    // Hosts and paths are in small letters mostly: whole words only, no parts.
    for_each_word(contact, [&](std::size_t begin, std::size_t end) {
        if (!found) found = is_ai_part(contact.substr(begin, end - begin));
    });
    return found;
}

bool Vocabulary::lone_name_says_ai(std::string_view name) const {
    return std::any_of(ai_.alone.begin(), ai_.alone.end(),
                       [&](const std::string& word) { return ends_with_lower(name, word); });
}

std::string_view host_of(std::string_view contact) {
    if (const std::size_t at = contact.find("://"); at != std::string_view::npos) {
        contact.remove_prefix(at + 3);
    }
    std::size_t end = 0;
    while (end < contact.size() && contact[end] != '/' && contact[end] != '?') ++end;
    contact = contact.substr(0, end);
    if (const std::size_t at = contact.find('@'); at != std::string_view::npos) {
        contact.remove_prefix(at + 1);
    }
    return contact.substr(0, contact.find(':'));
}

std::string_view last_label(std::string_view host) {
    while (host.ends_with('.')) host.remove_suffix(1);
    const std::size_t dot = host.rfind('.');
    return dot == std::string_view::npos ? std::string_view{} : host.substr(dot + 1);
}

}  // namespace turnpike::identity
