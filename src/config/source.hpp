// The tree that a parsed file becomes: small enough that a catalogue of a thousand entries costs
// little, with a place for every value.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace turnpike::config {

enum class Kind : std::uint8_t { null, scalar, list, mapping };

struct Value {
    Kind kind = Kind::null;
    bool quoted = false;
    std::uint32_t line = 0;    // from 1; 0 = the file as a whole
    std::uint32_t column = 0;  // from 1
    std::string text;
    std::vector<const Value*> items;  // of a list; of a mapping: key, value, key, value …
};

struct Source {
    Source(std::string name, std::string_view whole);

    /// Counted from 1, without its line break; empty where there is none.
    std::string_view line(std::size_t number) const;
    Diagnostic at(std::uint32_t line, std::uint32_t column, std::string message,
                  std::string hint = {}) const;

    std::string file;
    std::string text;
    std::vector<std::size_t> starts;  // of lines
    std::deque<Value> values;
    const Value* root = nullptr;
};

}  // namespace turnpike::config
