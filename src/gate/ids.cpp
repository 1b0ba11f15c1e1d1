// xoshiro256** (Blackman and Vigna, 2018) behind the ids.
#include "gate/ids.hpp"

#include <bit>
#include <random>

namespace turnpike::gate {

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
    static constexpr char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
    std::uint64_t bits = next();
    for (std::size_t i = 0; i < size; ++i) {
        // 12 characters of 5 bits from the first word, the rest from a second.
        if (i == 12) bits = next();
        room[i] = alphabet[bits & 31];
        bits >>= 5;
    }
    return {room, size};
}

}  // namespace turnpike::gate
