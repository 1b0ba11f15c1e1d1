// Where log lines end up: a file, or one of the standard streams. Writes never wait for a reader.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace turnpike::telemetry {

class LogTarget {
public:
    /// `stdout`, `stderr` or a path, which is created (0640) or appended to. Empty where that
    /// fails; `error` then says why.
    static std::optional<LogTarget> open(const std::string& to, std::string& error);
    LogTarget(LogTarget&& other) noexcept;
    LogTarget& operator=(LogTarget&& other) noexcept;
    ~LogTarget();

    struct Written {
        std::size_t size = 0;
        int error = 0;  ///< errno. 0 with a size of 0: the reader has to catch up first.
    };
    /// Writes what can be written at once, lines whole where possible.
    Written write(std::string_view lines);
    int descriptor() const { return descriptor_; }

private:
    LogTarget(int descriptor, bool owned);
    int descriptor_;
    bool owned_;
    bool is_file_ = false;
};

}  // namespace turnpike::telemetry
