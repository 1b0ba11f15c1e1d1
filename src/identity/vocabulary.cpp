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

std::size_t slot_of(std::string_view word) {
    return Gate<12>::slot(fold_three(word.data() + word.size() - 3));
}

/// Whether a word ends so. An ending that begins with a hyphen is a whole word behind one, at the
/// end of its name and with a capital: builds of Android are called "V5.0.67-user-20101018".
bool ends_so(std::string_view text, const Word& word, std::string_view ending) {
    const std::string_view letters = text.substr(word.begin, word.letters_end - word.begin);
    if (ending.front() != '-') return ends_with_lower(letters, ending);
    if (word.begin < 2 || text[word.begin - 1] != '-' || !is_letter(text[word.begin - 2])) {
        return false;
    }
    const bool last = word.end == text.size() || text[word.end] != '-';
    return last && is_upper(letters.front()) && equals_lower(letters, ending.substr(1));
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
    endings_.resize(std::min(endings_.size(), most_endings));
    const auto order = [](const Ending& ending) {
        return std::pair(slot_of(ending.word), ending.reach);
    };
    std::stable_sort(endings_.begin(), endings_.end(),
                     [&](const Ending& a, const Ending& b) { return order(a) < order(b); });
    first_.fill(none);
    for (std::size_t i = endings_.size(); i-- > 0;) {
        first_[slot_of(endings_[i].word)] = static_cast<std::uint8_t>(i);
    }
    for (const std::string& word : ai_.parts) parts_.add(part_key(word));
    for (const std::string& word : ai_.inside) {
        inside_keys_.push_back(fold_three(word.data()));
        inside_.add(inside_keys_.back());
    }
}

const Ending* Vocabulary::ending_of(std::string_view text, const Word& word) const {
    if (!may_end(text, word)) return nullptr;
    const std::size_t slot = slot_of(text.substr(word.begin, word.letters_end - word.begin));
    for (std::size_t i = first_[slot]; i < endings_.size(); ++i) {
        if (ends_so(text, word, endings_[i].word)) return &endings_[i];
        if (slot_of(endings_[i].word) != slot) break;
    }
    return nullptr;
}

unsigned Vocabulary::mark_of(std::string_view agent, const Word& word) const {
    const Ending* ending = ending_of(agent, word);
    if (ending == nullptr) return 0;
    return ending->reach == Reach::everywhere ? mark_ending : mark_weak_ending;
}

Vocabulary::NameReading Vocabulary::read_name(std::string_view name) const {
    NameReading reading{.ending = nullptr, .ai = has_inside(name)};
    for_each_word(name, [&](const Word& word) {
        const std::string_view letters = name.substr(word.begin, word.letters_end - word.begin);
        reading.ai = reading.ai || has_ai_part(letters);
        const Ending* ending = ending_of(name, word);
        if (ending == nullptr) return;
        const auto stem =
            letters.substr(0, letters.size() - std::min(letters.size(), ending->word.size()));
        for (const std::string& tail : ai_.tails) reading.ai |= ends_with_lower(stem, tail);
        if (reading.ending == nullptr || ending->reach < reading.ending->reach) {
            reading.ending = ending;
        }
    });
    return reading;
}

Vocabulary::ContactReading Vocabulary::read_contact(std::string_view contact) const {
    ContactReading reading;
    reading.ai = has_inside(contact) || equals_any(last_label(contact), ai_.domains);
    for_each_word(contact, [&](const Word& word) {
        // Hosts and paths are in small letters mostly: whole words only, no parts.
        reading.ai |= is_ai_part(contact.substr(word.begin, word.end - word.begin));
        const Ending* ending = ending_of(contact, word);
        reading.bot |= ending != nullptr && ending->reach == Reach::everywhere;
    });
    return reading;
}

bool Vocabulary::has_inside(std::string_view text) const {
    for (std::size_t at = 0; at + 3 <= text.size(); ++at) {
        const std::uint32_t key = fold_three(text.data() + at);
        if (!inside_.may_have(key)) continue;
        const std::string_view rest = text.substr(at);
        // Many a word begins as one of these does: "Macintosh" as "machine-learning".
        for (std::size_t i = 0; i < inside_keys_.size(); ++i) {
            if (inside_keys_[i] == key && starts_with_lower(rest, ai_.inside[i])) return true;
        }
    }
    return false;
}

bool Vocabulary::has_ai_part(std::string_view word) const {
    while (!word.empty()) {
        if (is_ai_part(take_part(word))) return true;
    }
    return false;
}

bool Vocabulary::is_ai_part(std::string_view part) const {
    return part.size() >= 2 && parts_.may_have(part_key(part)) && equals_any(part, ai_.parts);
}

bool Vocabulary::lone_name_says_ai(std::string_view name) const {
    std::size_t words = 0;
    bool ai = false;
    for_each_word(name, [&](const Word& word) {
        ++words;
        const std::string_view text = name.substr(word.begin, word.end - word.begin);
        ai = ai || is_ai_part(text) || equals_any(text, ai_.inside);
    });
    // One word alone may be anything: a person's app, a service that is older than the model.
    if (ai && words > 1) return true;
    return std::any_of(ai_.alone.begin(), ai_.alone.end(),
                       [&](const std::string& word) { return ends_with_lower(name, word); });
}

std::string_view last_label(std::string_view contact) {
    if (const std::size_t at = contact.find("//"); at != std::string_view::npos) {
        contact.remove_prefix(at + 2);
    }
    std::size_t end = 0;
    std::size_t begin = 0;  // of the last label, or 0 before there is a dot
    for (; end < contact.size(); ++end) {
        const char c = contact[end];
        if (c == '/' || c == '?' || c == ':') break;
        if (c == '.' && end + 1 < contact.size() && is_letter(contact[end + 1])) begin = end + 1;
        if (c == '@') begin = 0;
    }
    while (end > begin && contact[end - 1] == '.') --end;
    return begin == 0 ? std::string_view{} : contact.substr(begin, end - begin);
}

}  // namespace turnpike::identity
