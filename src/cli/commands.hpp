// The commands of `turnpike`, as functions that return an exit status: 0 done, 1 bad configuration,
// 2 wrong usage. Parsing the command line is main.cpp's business.
#pragma once

#include <optional>
#include <string>

namespace turnpike::cli {

inline constexpr int exit_ok = 0;
inline constexpr int exit_configuration = 1;
inline constexpr int exit_usage = 2;

struct ServeOptions {
    std::string config;  ///< Empty: no file.
    std::string origin;  ///< Empty: from the site files.
    std::optional<std::string> listen;
    std::optional<std::string> admin;  ///< An address, or `off`.
    bool observe = false;
};
int serve(const ServeOptions& options);

/// One user agent a line, from the file or from standard input.
int identify(const std::string& format, const std::string& file);

/// The catalogue, or one entry of it.
int crawlers(const std::string& name);

int demo(bool once);

int version();

}  // namespace turnpike::cli
