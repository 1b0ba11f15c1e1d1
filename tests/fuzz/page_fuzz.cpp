// Any bytes as a template: complained about, or rendered with every value escaped.
#include <array>
#include <cstdlib>
#include <string>

#include "pages/pages.hpp"

using namespace turnpike;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const TextFile file{"page.html", std::string(reinterpret_cast<const char*>(data), size)};
    const pages::Vocabulary vocabulary{.names = {"title", "price", "none"}, .hint = {}};
    Diagnostics out;
    const auto page = pages::Template::parse(file, vocabulary, out);
    if (page.has_value() == out.has_errors()) std::abort();
    (void)out.to_string();
    if (!page || file.text.find('\x01') != std::string::npos) return 0;
    const std::array<std::string_view, 3> values = {"\x01<\x02", "\x01\"\x02", ""};
    const std::string made = page->render(values);
    for (const char* bare : {"\x01<", "\x01\""}) {
        if (made.find(bare) != std::string::npos) std::abort();
    }
    return 0;
}
