// The files that one reading of a configuration looked at, so that afterwards somebody can say
// whether they were whole, and where a change of them would be seen.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace turnpike::cli {

class Files {
public:
    /// The text of a file; nothing where it cannot be read, and errno says why.
    std::optional<std::string> read(const std::string& path);
    /// Files whose names a glob matches, in order of name.
    std::vector<std::string> find(const std::string& pattern);
    /// Files of a folder whose names end so.
    std::vector<std::string> list(const std::string& folder, const std::string& ending);

    /// Whether one of these is another now than when it was looked at, or is there or gone.
    bool changed() const;
    /// Whether none had changed for so long when it was read: else somebody may be at work on it.
    bool were_calm(std::chrono::milliseconds span) const;
    /// Where they stand, and the folders above, which may be links to others.
    std::set<std::string> folders() const;

private:
    /// What tells two states of a file apart without reading it.
    struct State {
        std::uint64_t device = 0, inode = 0, size = 0;
        std::int64_t modified = 0, status_changed = 0;  // nanoseconds
        bool operator==(const State&) const = default;
    };
    struct Seen {
        std::optional<State> state;  // nothing: it was not there
        std::chrono::system_clock::time_point when;
    };
    static std::optional<State> look(const std::string& path);

    std::map<std::string, Seen> read_;
    std::map<std::string, std::vector<std::string>> found_;  // by pattern
};

}  // namespace turnpike::cli
