// Counting by text in bounded memory: what is frequent is kept, what is rare goes when there is no
// more room. The same lines in the same order always leave the same table.
#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "replay/replay.hpp"

namespace turnpike::replay {

inline std::size_t mix(std::size_t seed, std::size_t value) {
    return (seed ^ value) * 0x9E3779B97F4A7C15 ^ (seed >> 29);
}
inline std::size_t hash_pointer(const void* pointer) {
    return reinterpret_cast<std::uintptr_t>(pointer) >> 4;
}

struct HashWho {
    std::size_t operator()(const Who& who) const {
        return mix(hash_pointer(who.crawler), static_cast<std::size_t>(who.category));
    }
};
struct HashVerdict {
    std::size_t operator()(const Verdict& verdict) const {
        const auto actions =
            static_cast<std::size_t>(verdict.action) * 8 + static_cast<std::size_t>(verdict.got);
        std::size_t hash = mix(HashWho()(verdict.who), hash_pointer(verdict.where));
        hash = mix(hash, hash_pointer(verdict.site));
        return mix(hash, actions * 64 + verdict.rule.size());
    }
};

/// `Lead` is what stands before the text in a key, `Sample` what is kept of the first of its kind.
template <class Lead, class HashLead, class Sample>
class Tally {
public:
    struct Entry {
        Count count;
        std::uint64_t rank = 0;  ///< As how manyth its kind came.
        Sample sample;
    };
    static constexpr std::size_t longest_text = 512;

    explicit Tally(std::size_t room) : room_(room) {}

    template <class MakeSample>
    void add(const Lead& lead, std::string_view text, const Count& count, MakeSample make_sample) {
        text = text.substr(0, longest_text);
        auto found = entries_.find(View{lead, text});
        if (found == entries_.end()) {
            if (entries_.size() >= room_) make_room();
            Entry entry{.count = {}, .rank = next_rank_++, .sample = make_sample()};
            found = entries_.emplace(Key{lead, std::string(text)}, std::move(entry)).first;
        }
        found->second.count += count;
    }
    /// Calls `use` with lead, text and entry of all that are left, in no order.
    template <class Use>
    void for_each(Use use) const {
        for (const auto& [key, entry] : entries_) use(key.lead, key.text, entry);
    }
    /// Requests that were counted under keys that had to go.
    std::uint64_t left_out() const { return left_out_; }

private:
    struct View {
        Lead lead;
        std::string_view text;
    };
    struct Key {
        Lead lead;
        std::string text;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(const View& key) const {
            return mix(std::hash<std::string_view>()(key.text), HashLead()(key.lead));
        }
        std::size_t operator()(const Key& key) const { return (*this)(View{key.lead, key.text}); }
    };
    struct Equal {
        using is_transparent = void;
        bool operator()(const auto& a, const auto& b) const {
            return a.text == b.text && a.lead == b.lead;
        }
    };
    using Map = boost::unordered_flat_map<Key, Entry, Hash, Equal>;

    /// The rarer half goes; of equals, those that came later.
    void make_room() {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> order;
        order.reserve(entries_.size());
        for (const auto& [key, entry] : entries_) {
            order.emplace_back(entry.count.requests, ~entry.rank);
        }
        const auto middle = order.begin() + static_cast<std::ptrdiff_t>(order.size() / 2);
        std::nth_element(order.begin(), middle, order.end());
        const auto least = *middle;
        boost::unordered::erase_if(entries_, [&](const auto& each) {
            const Entry& entry = each.second;
            const bool goes = std::pair(entry.count.requests, ~entry.rank) < least;
            if (goes) left_out_ += entry.count.requests;
            return goes;
        });
    }

    std::size_t room_;
    Map entries_;
    std::uint64_t next_rank_ = 0;
    std::uint64_t left_out_ = 0;
};

}  // namespace turnpike::replay
