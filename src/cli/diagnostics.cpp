// Diagnostics as JSON.
#include "cli/diagnostics.hpp"

#include <boost/json.hpp>

namespace turnpike::cli {

std::string to_json(const Diagnostics& diagnostics) {
    boost::json::array list;
    for (const Diagnostic& diagnostic : diagnostics.list()) {
        const bool error = diagnostic.severity == Severity::error;
        list.push_back(boost::json::object{{"severity", error ? "error" : "warning"},
                                           {"file", diagnostic.file},
                                           {"line", diagnostic.line},
                                           {"column", diagnostic.column},
                                           {"message", diagnostic.message},
                                           {"hint", diagnostic.hint}});
    }
    return boost::json::serialize(list);
}

}  // namespace turnpike::cli
