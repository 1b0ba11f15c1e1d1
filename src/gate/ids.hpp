// Decision ids: 16 characters of base32, unique for practical purposes, made without a system call.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace turnpike::gate {

/// One a thread. Seeded from the system once; not a secret, only unlikely to repeat (80 bits).
class IdGenerator {
public:
    static constexpr std::size_t size = 16;
    IdGenerator();
    explicit IdGenerator(std::array<std::uint64_t, 4> seed) : state_(seed) {}
    /// Writes `size` characters of Crockford's alphabet in lower case.
    std::string_view write(char* room);

private:
    std::uint64_t next();
    std::array<std::uint64_t, 4> state_;
};

}  // namespace turnpike::gate
