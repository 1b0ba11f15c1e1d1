// xoshiro256** (Blackman and Vigna, 2018) behind the ids.
#include "gate/ids.hpp"

#include <bit>
#include <cstring>
#include <random>

namespace turnpike::gate {
namespace {

using Pairs = std::array<std::array<char, 2>, 1024>;

constexpr Pairs make_pairs() {
    constexpr char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
    Pairs made{};
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = {alphabet[i >> 5], alphabet[i & 31]};
    return made;
}
constexpr Pairs pairs = make_pairs();

}  // namespace

IdGenerator::IdGenerator() {
    std::random_device system;
    for (std::uint64_t& word : state_) word = (std::uint64_t{system()} << 32) | system();
}

std::uint64_t IdGenerator::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

std::string_view IdGenerator::write(char* room) {
    // 6 pairs of 10 bits from the first word, the rest from a second.
    const auto put = [room](std::size_t pair, std::uint64_t bits) {
        std::memcpy(room + 2 * pair, pairs[bits & 1023].data(), 2);
    };
    const std::uint64_t first = next();
    put(0, first);
    put(1, first >> 10);
    put(2, first >> 20);
    put(3, first >> 30);
    put(4, first >> 40);
    put(5, first >> 50);
    const std::uint64_t second = next();
    put(6, second);
    put(7, second >> 10);
    return {room, size};
}

}  // namespace turnpike::gate
