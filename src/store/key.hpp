// Keys of tables: keyed hashes, because clients choose their addresses and must not be able to
// choose whom they share a slot with. Part of the face store.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace turnpike::store {

/// Under which a table keeps something. Two different things get the same key once in 2^64.
enum class Key : std::uint64_t {};

/// Sixteen bytes that nobody outside this process knows.
struct Secret {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    static Secret random();
};

/// SipHash-2-4 (Aumasson and Bernstein, 2012) over a sequence of texts and numbers. Texts that read
/// the same in a row are told apart: each is preceded by its length.
class KeyHash {
public:
    explicit KeyHash(const Secret& secret);
    KeyHash& add(std::string_view text);
    KeyHash& add(std::uint64_t word);
    Key key() const;

private:
    void round();
    std::array<std::uint64_t, 4> state_;
};

}  // namespace turnpike::store
