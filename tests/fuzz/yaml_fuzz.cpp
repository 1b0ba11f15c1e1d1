// Any bytes as configuration: parsed or explained, never both or neither, each mistake at a place
// that the file has.
#include <cstdlib>

#include "config/config.hpp"

using namespace turnpike;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Diagnostics out;
    const config::Environment environment = [](const std::string&) { return "x"; };
    const auto document = config::Document::parse("f.yaml", text, out, environment);
    if (document.has_value() == out.has_errors()) std::abort();
    if (document) (void)config::Settings::read(*document, out);
    for (const Diagnostic& mistake : out.list()) {
        if (mistake.message.empty() || mistake.file != "f.yaml") std::abort();
        if (mistake.line > 0 && mistake.column == 0) std::abort();
        if (mistake.source_line.find('\n') != std::string::npos) std::abort();
        if (mistake.line > 0 && mistake.column > mistake.source_line.size() + 1) std::abort();
    }
    return 0;
}
