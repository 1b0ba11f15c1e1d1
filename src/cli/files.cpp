// Reading and finding files, and remembering how they were.
#include "cli/files.hpp"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

namespace turnpike::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view wildcards = "*?[\\";

std::int64_t nanoseconds(const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::vector<std::string> find_files(const std::string& pattern) {
    std::vector<std::string> found;
    glob_t matches{};
    if (::glob(pattern.c_str(), 0, nullptr, &matches) == 0) {
        found.assign(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
    }
    ::globfree(&matches);
    return found;
}

/// The folder that a pattern begins with, before its first wildcard.
fs::path fixed_folder(const std::string& pattern) {
    return fs::path(pattern.substr(0, pattern.find_first_of(wildcards))).parent_path();
}

}  // namespace

std::optional<Files::State> Files::look(const std::string& path) {
    struct stat status;
    if (::stat(path.c_str(), &status) != 0) return std::nullopt;
    return State{.device = status.st_dev,
                 .inode = status.st_ino,
                 .size = static_cast<std::uint64_t>(status.st_size),
                 .modified = nanoseconds(status.st_mtim),
                 .status_changed = nanoseconds(status.st_ctim)};
}

std::optional<std::string> Files::read(const std::string& path) {
    // Looked at first: what is written while it is read is a change.
    read_[path] = {look(path), std::chrono::system_clock::now()};
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::nullopt;
    std::string text;
    std::array<char, 64 * 1024> room;
    ssize_t count;
    while ((count = ::read(file, room.data(), room.size())) > 0) {
        text.append(room.data(), static_cast<std::size_t>(count));
    }
    const int error = errno;
    ::close(file);
    errno = error;
    if (count < 0) return std::nullopt;
    return text;
}

std::vector<std::string> Files::find(const std::string& pattern) {
    return found_[pattern] = find_files(pattern);
}

std::vector<std::string> Files::list(const std::string& folder, const std::string& ending) {
    std::string pattern;
    for (const char c : folder) {
        if (wildcards.find(c) != wildcards.npos) pattern += '\\';
        pattern += c;
    }
    return find(pattern + "/*" + ending);
}

bool Files::changed() const {
    return std::any_of(read_.begin(), read_.end(),
                       [](const auto& entry) { return look(entry.first) != entry.second.state; }) ||
           std::any_of(found_.begin(), found_.end(),
                       [](const auto& entry) { return find_files(entry.first) != entry.second; });
}

bool Files::were_calm(std::chrono::milliseconds span) const {
    return std::all_of(read_.begin(), read_.end(), [span](const auto& entry) {
        const Seen& seen = entry.second;
        if (!seen.state) return true;
        const auto modified = std::chrono::system_clock::time_point(
            std::chrono::duration_cast<std::chrono::system_clock::duration>(
                std::chrono::nanoseconds(seen.state->modified)));
        // A time to come was set by hand, or by another clock: it says nothing.
        return modified > seen.when || seen.when - modified >= span;
    });
}

std::set<std::string> Files::folders() const {
    std::set<fs::path> found;
    for (const auto& [path, seen] : read_) {
        found.insert(fs::path(path).parent_path());
        std::error_code error;
        const fs::path real = fs::canonical(path, error);
        if (!error) found.insert(real.parent_path());
    }
    for (const auto& [pattern, paths] : found_) found.insert(fixed_folder(pattern));
    std::set<std::string> folders;
    for (const fs::path& folder : found) {
        const fs::path place = fs::absolute(folder.empty() ? "." : folder).lexically_normal();
        const bool ends_in_slash = !place.has_filename();
        const fs::path whole = ends_in_slash ? place.parent_path() : place;
        folders.insert(whole.string());
        folders.insert(whole.parent_path().string());
    }
    return folders;
}

}  // namespace turnpike::cli
