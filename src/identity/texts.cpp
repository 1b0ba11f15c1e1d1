// Finding texts at a place. Sorted, a text that begins another stands before it, so the longest one
// that begins the input is its predecessor in the order, or begins that predecessor in turn.
#include "identity/texts.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <limits>

namespace turnpike::identity {
namespace {

constexpr auto lower_case = [] {
    std::array<char, 256> table{};
    for (unsigned c = 0; c < table.size(); ++c) table[c] = lower(static_cast<char>(c));
    return table;
}();

/// Bytes that both share from the start; `sorted` is in lower case.
std::size_t common(std::string_view input, std::string_view sorted) {
    const std::size_t size = std::min(input.size(), sorted.size());
    std::size_t i = 0;
    while (i < size && lower_case[static_cast<unsigned char>(input[i])] == sorted[i]) ++i;
    return i;
}

/// The bytes of an Integer at one place of both, without regard to case. Signs may meet letters
/// here that they do not equal.
template <class Integer>
bool same_bytes(std::string_view input, std::string_view text, std::size_t at) {
    Integer a = 0;
    Integer b = 0;
    std::memcpy(&a, input.data() + at, sizeof a);
    std::memcpy(&b, text.data() + at, sizeof b);
    constexpr Integer fold = std::numeric_limits<Integer>::max() / 0xFF * 0x20;
    return ((a ^ b) & ~fold) == 0;
}

/// Whether `text`, which has three bytes or more, begins the input: most groups have one text only.
/// The last bytes may be looked at twice, which costs less than counting them; the caller looks
/// closer.
bool same(std::string_view input, std::string_view text) {
    const std::size_t size = text.size();
    if (input.size() < size) return false;
    if (size < 4) return fold_three(input.data()) == fold_three(text.data());
    if (size < 8) {
        return same_bytes<std::uint32_t>(input, text, 0) &&
               same_bytes<std::uint32_t>(input, text, size - 4);
    }
    for (std::size_t at = 0; at + 8 < size; at += 8) {
        if (!same_bytes<std::uint64_t>(input, text, at)) return false;
    }
    return same_bytes<std::uint64_t>(input, text, size - 8);
}

/// Order of the input, in lower case, against a text; equal where the text begins the input.
bool before(std::string_view input, std::string_view sorted) {
    const std::size_t i = common(input, sorted);
    if (i == sorted.size()) return false;
    if (i == input.size()) return true;
    return static_cast<unsigned char>(lower(input[i])) < static_cast<unsigned char>(sorted[i]);
}

std::size_t first_word(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && is_word(text[length])) ++length;
    return length;
}

}  // namespace

Texts::Texts(std::span<const std::string> texts) {
    for (std::uint32_t i = 0; i < texts.size(); ++i) {
        const std::string text = to_lower(texts[i]);
        assert(text.size() >= shortest && is_word(text.front()));
        const Keys keys = keys_of(text, 0, first_word(text));
        first_words_.add(keys.word);
        entries_.push_back({.key = keys.longer,
                            .offset = static_cast<std::uint32_t>(pool_.size()),
                            .size = static_cast<std::uint32_t>(text.size()),
                            .text = i,
                            .prefix = none});
        pool_ += text;
        gate_.add(entries_.back().key);
    }
    std::sort(entries_.begin(), entries_.end(), [this](const Entry& a, const Entry& b) {
        if (a.key != b.key) return a.key < b.key;
        if (const int order = text_of(a).compare(text_of(b)); order != 0) return order < 0;
        return a.text < b.text;
    });
    groups_.resize(std::bit_ceil(2 * entries_.size() + 1));
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
        link(i);
        Group& group = groups_[place_of(entries_[i].key)];
        if (group.count == 0) group = {.key = entries_[i].key, .first = i, .count = 0};
        ++group.count;
    }
}

/// Where the group of a key is, or would be.
std::size_t Texts::place_of(std::uint32_t key) const {
    const std::size_t mask = groups_.size() - 1;
    std::size_t at = gate_.slot(key) & mask;
    while (groups_[at].count != 0 && groups_[at].key != key) at = (at + 1) & mask;
    return at;
}

/// Whatever begins this text begins its neighbour too, or is the neighbour.
void Texts::link(std::uint32_t entry) {
    const auto same_key = [&](std::uint32_t other) {
        return other != none && entries_[other].key == entries_[entry].key;
    };
    std::uint32_t candidate = entry == 0 ? none : entry - 1;
    while (same_key(candidate) &&
           !text_of(entries_[entry]).starts_with(text_of(entries_[candidate]))) {
        candidate = entries_[candidate].prefix;
    }
    entries_[entry].prefix = same_key(candidate) ? candidate : none;
}

std::uint32_t Texts::longest(std::string_view rest, std::uint32_t key) const {
    const Group& group = groups_[place_of(key)];
    if (group.count == 0) return none;
    const auto first = entries_.begin() + group.first;
    if (group.count == 1) return same(rest, text_of(*first)) ? group.first : none;
    const auto after = std::upper_bound(
        first, first + group.count, rest,
        [&](std::string_view input, const Entry& entry) { return before(input, text_of(entry)); });
    if (after == first) return none;
    auto found = static_cast<std::uint32_t>(after - entries_.begin() - 1);
    const std::size_t shared = common(rest, text_of(entries_[found]));
    while (found != none && entries_[found].size > shared) found = entries_[found].prefix;
    return found;
}

std::size_t Texts::memory() const {
    return sizeof(*this) + entries_.capacity() * sizeof(Entry) +
           groups_.capacity() * sizeof(Group) + pool_.capacity();
}

}  // namespace turnpike::identity
