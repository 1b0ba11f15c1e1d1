// Paths, queries, user agents and fields as clients make them up: what they are taken for is asked
// without harm, and a claim is never more than its text.
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "behaviour/headers.hpp"
#include "http/http.hpp"

/// The input's lines: path, query, user agent, then `name: value`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace turnpike;
    std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto take_line = [&input] {
        const std::size_t end = std::min(input.find('\n'), input.size());
        const std::string_view line = input.substr(0, end);
        input.remove_prefix(std::min(end + 1, input.size()));
        return line;
    };
    const std::string_view path = take_line();
    const std::string_view query = take_line();
    const std::string_view agent = take_line();
    std::vector<Field> fields;
    while (!input.empty() && fields.size() < 50) {
        const std::string_view line = take_line();
        const std::string_view name = line.substr(0, line.find(": "));
        fields.push_back({.name = name,
                          .value = line.substr(std::min(name.size() + 2, line.size())),
                          .id = http::field_id(name)});
    }
    RequestHead head;
    head.method = Method::get;
    head.query = query;
    head.fields = Fields(fields);
    const Address address;
    behaviour::kind_of(path, query);
    const behaviour::Checks failed = behaviour::failed_checks({.head = head,
                                                               .path = path,
                                                               .user_agent = agent,
                                                               .site = "example",
                                                               .client = address,
                                                               .category = Category::browser,
                                                               .secure = true});
    if ((failed >> behaviour::check_count) != 0) __builtin_trap();
    return 0;
}
