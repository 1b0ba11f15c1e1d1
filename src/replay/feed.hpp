// The logs, one after the other in order of time, as rounds of blocks of whole lines.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "replay/replay.hpp"

namespace turnpike::replay {

struct Block {
    std::unique_ptr<char[]> memory;
    std::string_view text;  ///< Empty: there was no more.
    std::uint32_t log = 0;  ///< Whose lines these are.
    logs::Format format = logs::Format::combined;
};

/// So many blocks are read together, whatever reads them: what is shared by all clients moves on
/// from one round to the next, and must do so at the same lines for any number of threads.
struct Round {
    static constexpr std::size_t size = 16;
    Round();
    std::vector<Block> blocks;
};

class Feed {
public:
    /// Looks at all files; false, with the reason in `failure`, where one cannot be read.
    bool open(const Assignment& assignment, Failure& failure);
    /// Whether there was anything. Where reading fails, `failure()` says why.
    bool fill(Round& round);
    const std::string& failure() const { return failure_; }
    const std::vector<LogFile>& logs() const { return logs_; }
    /// Bytes of all files that have been read.
    std::uint64_t position() const;
    std::uint64_t size() const { return size_; }

private:
    bool read(Block& block);
    bool open_next();
    bool find_format(std::string_view lines);

    std::vector<LogFile> logs_;
    std::optional<logs::Format> format_;
    std::unique_ptr<logs::Input> standard_;  // opened when it is looked at: there is no second time
    std::unique_ptr<logs::Input> input_;
    std::size_t next_ = 0;  // the file behind `input_`
    std::uint64_t done_ = 0, size_ = 0;
    std::string failure_;
};

}  // namespace turnpike::replay
