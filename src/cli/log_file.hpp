// An access log on disk, line by line, compressed by gzip or not.
#pragma once

#include <memory>
#include <string>

namespace turnpike::cli {

class LogFile {
public:
    /// Null where it cannot be opened.
    static std::unique_ptr<LogFile> open(const std::string& path);
    ~LogFile();
    LogFile(const LogFile&) = delete;
    /// The next line, without its end; false at the end of the file, or of what can be read.
    bool next(std::string& line);

private:
    explicit LogFile(void* file) : file_(file) {}
    void* file_;
};

}  // namespace turnpike::cli
