// What holds of every composed robots.txt: for each token and path it says what is wished, and of
// all else what the origin's file says.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "robots/index.hpp"
#include "robots/lines.hpp"
#include "robots/robots.hpp"

namespace turnpike::test {

inline bool is_denied(const robots::Wishes& wishes, std::string_view token) {
    for (const auto& section : wishes.denied) {
        for (const std::string& denied : section.tokens) {
            if (robots::equals_ignoring_case(denied, token)) return true;
            if (robots::equals_ignoring_case(robots::product_token(denied), token)) return true;
        }
    }
    return false;
}

/// Tokens that the file names in either reading, those that are denied, and one that nobody knows.
inline std::vector<std::string> tokens_of(const robots::File& file, const robots::Wishes& wishes) {
    std::vector<std::string> tokens = {"Robin"};
    for (const robots::Record& record : file.records()) {
        if (record.field != robots::Field::user_agent) continue;
        const std::string_view token = robots::product_token(record.value);
        tokens.emplace_back(token);
        // `GPTBot/2` names GPTBot, and goes where that goes.
        if (!is_denied(wishes, token)) tokens.emplace_back(record.value);
    }
    for (const auto& section : wishes.denied) {
        tokens.insert(tokens.end(), section.tokens.begin(), section.tokens.end());
    }
    std::erase_if(tokens, [](const std::string& token) {
        return token.empty() || robots::names_everyone(token);
    });
    return tokens;
}

/// Paths that the file's rules are about, and some that they may not be.
inline std::vector<std::string> paths_of(const robots::File& file, const robots::Wishes& wishes) {
    std::vector<std::string> paths = {"/", "/x", "/x?y=z", "/robots.txt"};
    if (!wishes.trap.empty()) paths.push_back(wishes.trap);
    for (const robots::Record& record : file.records()) {
        if (record.field != robots::Field::allow && record.field != robots::Field::disallow)
            continue;
        std::string path(record.value);
        if (path.ends_with('$')) path.pop_back();
        if (!path.starts_with('/')) path.insert(path.begin(), '/');
        paths.push_back(path);
        paths.push_back(path + "more");
        std::replace(path.begin(), path.end(), '*', 'w');
        paths.push_back(path);
    }
    return paths;
}

/// The file, where the RFC and Google find the same groups in it.
inline bool is_read_alike(const robots::File& file) {
    const auto strict = file.groups(robots::Reading::rfc9309);
    const auto lenient = file.groups(robots::Reading::google);
    if (strict.size() != lenient.size()) return false;
    for (std::size_t i = 0; i < strict.size(); ++i) {
        if (strict[i].records.data() != lenient[i].records.data()) return false;
    }
    return std::none_of(file.records().begin(), file.records().end(), [](const auto& record) {
        return record.mended && record.field == robots::Field::user_agent;
    });
}

/// Empty, or the first token and path of which it does not hold.
inline std::string broken_promise(const robots::Wishes& wishes, std::string_view origin) {
    const auto before = robots::File::parse(origin);
    const std::string text = robots::compose(wishes, origin);
    const auto after = robots::File::parse(text);
    std::vector<robots::Reading> readings = {robots::Reading::google};
    if (is_read_alike(before)) readings.push_back(robots::Reading::rfc9309);
    Arena arena;
    for (const std::string& token : tokens_of(before, wishes)) {
        for (const std::string& path : paths_of(before, wishes)) {
            const auto target = robots::read_target(path, arena);
            for (const auto reading : readings) {
                const bool rfc = reading == robots::Reading::rfc9309;
                // Google's parser can name nobody whose name is no product token.
                if (!rfc && robots::product_token(token) != token) continue;
                bool expected = before.match(token, target, reading).allowed;
                if (is_denied(wishes, token) || path == wishes.trap) {
                    expected = rfc && path == "/robots.txt";
                } else if (!wishes.trap.empty() && path.starts_with(wishes.trap)) {
                    continue;  // whatever lies below it
                }
                if (after.match(token, target, reading).allowed != expected) {
                    return token + " on " + path + (rfc ? " (RFC)\n" : " (Google)\n") + text;
                }
            }
        }
    }
    return {};
}

}  // namespace turnpike::test
