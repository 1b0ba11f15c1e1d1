// A judgement in words: for a terminal, and as JSON for programs.
#pragma once

#include <string>
#include <vector>

#include "gate/gate.hpp"

namespace turnpike::cli {

/// One request, what was decided about it, and what every rule had to say.
struct Explanation {
    const RequestHead& head;
    const gate::Judgement& judgement;
    std::vector<std::string> signals;  ///< Of behaviour, by their bits.
    std::vector<RuleTrace> rules;
    std::string robots = {};  ///< Why it should not have asked for this; empty: it may.
};

std::string to_text(const Explanation& explanation);
/// The shape that docs/explain.md promises.
std::string to_json(const Explanation& explanation);

}  // namespace turnpike::cli
