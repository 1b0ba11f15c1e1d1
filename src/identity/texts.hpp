// A set of texts that is asked, at the beginning of each word of a user agent, which of them begin
// there. Case is ignored. Most words are turned away by one look at a table of 4 KiB.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "identity/gate.hpp"

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
    bool may_begin(std::string_view agent, std::size_t begin, std::size_t end) const {
        return agent.size() - begin >= shortest &&
               gate_.may_have(key(agent.data() + begin, end - begin));
    }

    /// Calls visit(text) for each text that stands at `begin`, the longest first; the word there
    /// ends at `end`. What follows the text is the caller's to check.
    template <class Visit>
    void find(std::string_view agent, std::size_t begin, std::size_t end, Visit visit) const {
        const std::string_view rest = agent.substr(begin);
        for (std::uint32_t i = longest(rest, key(rest.data(), end - begin)); i != none;
             i = entries_[i].prefix) {
            visit(entries_[i].text);
        }
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
    /// Made of the first word's ends and its length. A text's first word is always whole, because
    /// names end where words do.
    static std::uint32_t key(const char* bytes, std::size_t word) {
        const std::uint32_t last = fold_two(word < 2 ? bytes : bytes + word - 2);
        return (fold_two(bytes) | last << 16) ^ static_cast<std::uint32_t>(word) << 7;
    }
    std::size_t place_of(std::uint32_t key) const;

    std::string_view text_of(const Entry& entry) const {
        return {pool_.data() + entry.offset, entry.size};
    }
    void link(std::uint32_t entry);
    std::uint32_t longest(std::string_view rest, std::uint32_t key) const;

    Gate<15> gate_;
    std::vector<Entry> entries_;  // sorted by key, then text
    std::vector<Group> groups_;   // open addressing, a power of two, at most half full
    std::string pool_;            // the texts in lower case
};

}  // namespace turnpike::identity
