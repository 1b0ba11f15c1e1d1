// zlib reads plain files as they are.
#include "cli/log_file.hpp"

#include <zlib.h>

#include <array>
#include <cstring>

namespace turnpike::cli {
namespace {

gzFile as_file(void* file) {
    return static_cast<gzFile>(file);
}

}  // namespace

std::unique_ptr<LogFile> LogFile::open(const std::string& path) {
    const gzFile file = ::gzopen(path.c_str(), "rb");
    if (file == nullptr) return nullptr;
    return std::unique_ptr<LogFile>(new LogFile(file));
}

LogFile::~LogFile() {
    ::gzclose(as_file(file_));
}

bool LogFile::next(std::string& line) {
    line.clear();
    std::array<char, 4096> room;
    while (::gzgets(as_file(file_), room.data(), static_cast<int>(room.size())) != nullptr) {
        line += room.data();
        if (!line.ends_with('\n')) continue;
        line.pop_back();
        return true;
    }
    return !line.empty();
}

}  // namespace turnpike::cli
