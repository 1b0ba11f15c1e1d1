// The suite `robots`.
#include "robots/robots.hpp"

#include <algorithm>

#include "conformance/suites.hpp"

namespace turnpike::conformance {
namespace {

namespace json = boost::json;
using robots::Reading;
using robots::Verdict;

enum class Answers : std::uint8_t { mended, strict, google };

/// Path and query of whatever a suite calls a URL: `http://a.b/c?d#e`, `//a.b/c`, `/c`, `a.b`.
std::string target_of(std::string_view url) {
    url = url.substr(0, url.find('#'));
    const std::size_t authority = url.starts_with("//") ? 2 : 0;
    const std::size_t scheme = url.find("://", authority);
    const bool absolute = scheme < url.find_first_of("/?;", authority);
    const std::size_t from = absolute ? scheme + 3 : authority;
    const std::size_t start = std::min(url.find_first_of("/?;", from), url.size());
    std::string target(url.substr(start));
    if (!target.starts_with('/')) target.insert(0, "/");
    return target;
}

Verdict verdict_of(const robots::File& file, std::string_view token, const robots::Target& target,
                   Answers answers) {
    const Verdict rfc = file.match(token, target, Reading::rfc9309);
    const Verdict google = file.match(token, target, Reading::google);
    if (answers == Answers::google) return google;
    return answers == Answers::mended && google.mended ? google : rfc;
}

json::object answer(const json::object& question, Answers answers) {
    const auto text = [&](const char* key) {
        return std::string_view(question.at(key).as_string());
    };
    Arena arena;
    const std::string path = target_of(text("url"));
    const auto file = robots::File::parse(text("robots"));
    const Verdict verdict =
        verdict_of(file, text("agent"), robots::read_target(path, arena), answers);
    return {{"allowed", verdict.allowed},
            {"line", verdict.line},
            {"rule", verdict.rule},
            {"group", verdict.agent}};
}

}  // namespace

std::optional<Answerer> robots(Options options) {
    Answers answers = Answers::mended;
    for (const std::string_view option : options) {
        if (option == "--google") {
            answers = Answers::google;
        } else if (option == "--strict") {
            answers = Answers::strict;
        } else {
            return std::nullopt;
        }
    }
    return [answers](const json::object& question) { return answer(question, answers); };
}

}  // namespace turnpike::conformance
