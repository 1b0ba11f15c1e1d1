// A set of texts that is asked, at the beginning of each word of a user agent, which of them begin
// there. Case is ignored. Most words are turned away by one look at a table of 4 KiB.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "identity/gate.hpp"
#include "identity/words.hpp"

namespace turnpike::identity {

/// A text is known by its place in the list that the set was made from.
class Texts {
public:
    static constexpr std::size_t shortest = 3;
    static constexpr std::uint32_t none = UINT32_MAX;

    Texts() : Texts(std::span<const std::string>{}) {}
    /// Every text begins with a word byte and has at least `shortest` bytes; the same text may
    /// stand there more than once.
    explicit Texts(std::span<const std::string> texts);

    /// False for nearly every word that begins no text of the set; never false for one that does.
    bool may_begin(std::string_view agent, const Word& word) const {
        if (agent.size() - word.begin < shortest) return false;
        return first_words_.may_have(keys_of(agent, word.begin, word.end).word);
    }

    /// Calls visit(text) for each text that begins with that word, the longest first. What follows
    /// the text is the caller's to check, and so is the text where a few signs must not meet
    /// (gate.hpp).
    template <class Visit>
    void find(std::string_view agent, const Word& word, Visit visit) const {
        const std::string_view rest = agent.substr(word.begin);
        const Keys keys = keys_of(agent, word.begin, word.end);
        if (gate_.may_have(keys.longer)) visit_from(longest(rest, keys.longer), visit);
        if (keys.word == keys.longer || !gate_.may_have(keys.word)) return;
        visit_from(longest(rest, keys.word), visit);
    }

    std::size_t memory() const;  ///< Bytes held.

private:
    struct Entry {
        std::uint32_t key;
        std::uint32_t offset;  // into pool_
        std::uint32_t size;
        std::uint32_t text;
        std::uint32_t prefix;  // entry with the next shorter text that begins this one
    };
    /// The entries of one key, side by side.
    struct Group {
        std::uint32_t key = 0;
        std::uint32_t first = 0;
        std::uint32_t count = 0;
    };
    /// A text is looked for by the ends of its first word, its length, and, where the text goes on,
    /// the sign behind it. A text's first word is always whole: names end where words do.
    struct Keys {
        std::uint32_t word;    // of a text that is one word
        std::uint32_t longer;  // of one that goes on; the same at the end of the user agent
    };
    static Keys keys_of(std::string_view text, std::size_t begin, std::size_t end) {
        const char* bytes = text.data() + begin;
        const std::size_t size = end - begin;
        const std::uint32_t last = fold_two(size < 2 ? bytes : bytes + size - 2);
        const auto length = static_cast<std::uint32_t>(size);
        const std::uint32_t word = ((fold_two(bytes) | last << 16) ^ length << 7) * 31;
        const auto sign = end < text.size() ? static_cast<unsigned char>(text[end]) : 0U;
        return {.word = word, .longer = word + sign};
    }
    template <class Visit>
    void visit_from(std::uint32_t entry, Visit& visit) const {
        for (; entry != none; entry = entries_[entry].prefix) visit(entries_[entry].text);
    }
    std::size_t place_of(std::uint32_t key) const;

    std::string_view text_of(const Entry& entry) const {
        return {pool_.data() + entry.offset, entry.size};
    }
    void link(std::uint32_t entry);
    std::uint32_t longest(std::string_view rest, std::uint32_t key) const;

    Gate<15> first_words_;  // whatever follows them
    Gate<15> gate_;
    std::vector<Entry> entries_;  // sorted by key, then text
    std::vector<Group> groups_;   // open addressing, a power of two, at most half full
    std::string pool_;            // the texts in lower case
};

}  // namespace turnpike::identity
