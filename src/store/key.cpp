// SipHash over 64-bit words, and where its secret comes from.
#include "store/key.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>

namespace turnpike::store {

Secret Secret::random() {
    std::random_device system;
    const auto word = [&system] { return std::uint64_t{system()} << 32 | system(); };
    Secret secret;
    secret.low = word();
    secret.high = word();
    return secret;
}

KeyHash::KeyHash(const Secret& secret)
    : state_{secret.low ^ 0x736f6d6570736575u, secret.high ^ 0x646f72616e646f6du,
             secret.low ^ 0x6c7967656e657261u, secret.high ^ 0x7465646279746573u} {}

inline void KeyHash::round() {
    auto& [a, b, c, d] = state_;
    a += b;
    b = std::rotl(b, 13) ^ a;
    a = std::rotl(a, 32);
    c += d;
    d = std::rotl(d, 16) ^ c;
    a += d;
    d = std::rotl(d, 21) ^ a;
    c += b;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
}

KeyHash& KeyHash::add(std::uint64_t word) {
    state_[3] ^= word;
    round();
    round();
    state_[0] ^= word;
    return *this;
}

KeyHash& KeyHash::add(std::string_view text) {
    add(std::uint64_t{text.size()});
    for (std::size_t i = 0; i < text.size(); i += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + i, std::min(text.size() - i, sizeof word));
        add(word);
    }
    return *this;
}

Key KeyHash::key() const {
    KeyHash last = *this;
    last.state_[2] ^= 0xff;
    for (int i = 0; i < 4; ++i) last.round();
    const auto& [a, b, c, d] = last.state_;
    return static_cast<Key>(a ^ b ^ c ^ d);
}

}  // namespace turnpike::store
