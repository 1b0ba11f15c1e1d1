// Any bytes as robots.txt, after a token and a path on a line each: every verdict names a line that
// stands in the file, and the same question gets the same answer.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "robots/robots.hpp"

using namespace turnpike;
using robots::Reading;

namespace {

std::string_view take_line(std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

void check(bool holds) {
    if (!holds) std::abort();
}

bool stands_in(const robots::File& file, const robots::Verdict& verdict) {
    for (const robots::Record& record : file.records()) {
        if (record.line == verdict.line) return record.text == verdict.rule;
    }
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string_view token = take_line(text);
    const std::string path = "/" + std::string(take_line(text));
    const auto file = robots::File::parse(text);
    const auto again = robots::File::parse(text);
    Arena arena;
    const auto target = robots::read_target(path, arena);
    for (const Reading reading : {Reading::rfc9309, Reading::google}) {
        const auto verdict = file.match(token, target, reading);
        check(verdict.line == again.match(token, target, reading).line);
        check(verdict.allowed || verdict.line > 0);
        check(verdict.line == 0 || stands_in(file, verdict));
        check(reading == Reading::google || !verdict.mended);
        std::size_t grouped = file.preamble(reading).size();
        for (const auto& group : file.groups(reading)) grouped += group.records.size();
        check(grouped == file.records().size());
    }
    return 0;
}
