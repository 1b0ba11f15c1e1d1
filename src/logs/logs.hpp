// Access logs of this and other web servers: files into whole lines, a line into what it says of
// one request. Pure but for Input, which reads files. What follows from a request is not said here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/arena.hpp"

namespace turnpike::logs {

/// How the lines of a file are written.
enum class Format : std::uint8_t {
    combined,  ///< Apache's and nginx's; a host may stand before the address.
    common,    ///< The same without referer and user agent.
    json,      ///< One object a line: ours, Caddy's, Traefik's, nginx's with the usual names.
};
std::string_view name_of(Format format);
std::optional<Format> format_named(std::string_view name);

/// One request as a log tells it. What a line does not say is empty. Views into the line, or into
/// the arena where an escape had to be undone.
struct Entry {
    std::int64_t time = 0;  ///< Nanoseconds since 1970.
    std::string_view client;
    std::string_view host;
    std::string_view method;
    std::string_view target;  ///< With the query.
    std::string_view user_agent;
    std::string_view referer;
    std::string_view forwarded_for;
    std::uint64_t bytes = 0;
    std::uint16_t status = 0;
    bool is_own = false;  ///< The line is of Turnpike's own log, and says what was decided:
    std::string_view action, mode, outcome, rule, where;
};

enum class Reading : std::uint8_t {
    request,
    no_request,  ///< Well written, but what it tells of is no HTTP request.
    broken,
};

/// Reads lines of one format. Keeps a date it has read, since the next line mostly has the same.
class LineReader {
public:
    explicit LineReader(Format format) : format_(format) {}
    /// `line` has no line break at its end. Sets all of `entry`.
    Reading read(std::string_view line, Entry& entry, Arena& arena);
    /// What is wrong with the line that was last found broken.
    std::string_view why() const { return why_; }

private:
    Reading read_text(std::string_view line, Entry& entry, Arena& arena);
    Reading read_json(std::string_view line, Entry& entry, Arena& arena);
    Reading broken(std::string_view why);
    std::optional<std::int64_t> read_date(std::string_view text);

    Format format_;
    std::string_view why_;
    std::uint64_t day_[2] = {};   // `17/May/2015` as it was last read …
    std::int64_t day_start_ = 0;  // … and when it began, in UTC
};

/// The format in which most of these lines can be read; nothing where none can.
std::optional<Format> detect(std::string_view lines);

/// A line that is longer is not read.
inline constexpr std::size_t longest_line = 64 * 1024;

/// A file, compressed by gzip or not, or standard input, as blocks of whole lines.
class Input {
public:
    static constexpr std::size_t block_size = 256 * 1024;

    /// `-` is standard input. Null where the file cannot be read; `error` says why.
    static std::unique_ptr<Input> open(const std::string& path, std::string& error);
    ~Input();
    Input(const Input&) = delete;

    /// Fills `block` with the next whole lines, a last one without a line break too. Of a line of
    /// more than a block only the beginning is there. Empty at the end, or where reading
    /// failed.
    std::string_view next(std::span<char> block);
    /// Why reading ended before the end; empty where it did not.
    const std::string& error() const { return error_; }
    /// How far the file itself has been read, and its size; 0 where nobody knows it.
    std::uint64_t position() const;
    std::uint64_t size() const { return size_; }

private:
    Input(void* file, std::uint64_t size);
    std::size_t fill(std::span<char> room);
    void skip_line();

    void* file_;
    std::uint64_t size_;
    std::string rest_;  // of the last block, behind its last line break
    bool at_end_ = false;
    std::string error_;
};

/// Calls `use` with each line, without its line break.
template <class Use>
void for_each_line(std::string_view block, Use use) {
    while (!block.empty()) {
        const std::size_t end = block.find('\n');
        std::string_view line = block.substr(0, end);
        block.remove_prefix(end == block.npos ? block.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        use(line);
    }
}

}  // namespace turnpike::logs
