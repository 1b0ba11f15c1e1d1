// Files are put in order of their first lines' times: rotated logs are named the other way round.
#include "replay/feed.hpp"

#include <algorithm>
#include <array>

namespace turnpike::replay {
namespace {

constexpr std::string_view standard_input = "-";

struct Look {
    std::string name;
    std::int64_t begins = 0;
    std::uint64_t size = 0;
};

/// The time of the first line that can be read; 0 where none can.
std::int64_t first_time(std::string_view lines, std::optional<logs::Format> format) {
    if (!format) format = logs::detect(lines);
    if (!format) return 0;
    logs::LineReader reader(*format);
    Arena arena;
    std::int64_t time = 0;
    logs::for_each_line(lines, [&](std::string_view line) {
        logs::Entry entry;
        if (time == 0 && reader.read(line, entry, arena) != logs::Reading::broken) {
            time = entry.time;
        }
    });
    return time;
}

}  // namespace

Round::Round() : blocks(size) {
    for (Block& block : blocks) {
        block.memory = std::make_unique_for_overwrite<char[]>(logs::Input::block_size);
    }
}

bool Feed::open(const Assignment& assignment, Failure& failure) {
    format_ = assignment.format;
    std::vector<Look> looks;
    std::vector<char> beginning(64 * 1024);
    for (const std::string& name : assignment.logs) {
        auto input = logs::Input::open(name, failure.what);
        if (input == nullptr) return false;
        Look look{.name = name, .begins = 0, .size = input->size()};
        if (name == standard_input) {
            standard_ = std::move(input);
        } else {
            look.begins = first_time(input->next(beginning), format_);
        }
        looks.push_back(std::move(look));
    }
    // Standard input cannot be looked at first, so that with it the order is the operator's.
    if (standard_ == nullptr) {
        std::stable_sort(looks.begin(), looks.end(),
                         [](const Look& a, const Look& b) { return a.begins < b.begins; });
    }
    const bool known =
        std::all_of(looks.begin(), looks.end(), [](const Look& look) { return look.size != 0; });
    for (const Look& look : looks) {
        if (known) size_ += look.size;
        logs_.push_back({.name = look.name});
    }
    return true;
}

std::uint64_t Feed::position() const {
    return done_ + (input_ != nullptr ? input_->position() : 0);
}

bool Feed::find_format(std::string_view lines) {
    LogFile& log = logs_[next_ - 1];
    const auto format = format_ ? format_ : logs::detect(lines);
    if (format) {
        log.format = *format;
        return true;
    }
    std::string why;
    logs::LineReader reader(lines.starts_with('{') ? logs::Format::json : logs::Format::combined);
    Arena arena;
    logs::for_each_line(lines, [&](std::string_view line) {
        logs::Entry entry;
        if (!why.empty() || line.empty()) return;
        reader.read(line, entry, arena);
        why = reader.why();
    });
    if (why.empty()) return true;  // blank lines only
    failure_ = "'" + log.name +
               "' is no access log in a format that is known (combined, common, json): "
               "its first line cannot be read, " +
               why;
    return false;
}

bool Feed::open_next() {
    if (input_ != nullptr) done_ += input_->position();
    input_ = nullptr;
    if (next_ == logs_.size()) return false;
    const std::string& name = logs_[next_].name;
    const bool standard = name == standard_input && standard_ != nullptr;
    input_ = standard ? std::move(standard_) : logs::Input::open(name, failure_);
    if (input_ == nullptr) return false;
    ++next_;
    return true;
}

/// The next lines of this file, or of the next that has any.
bool Feed::read(Block& block) {
    for (bool is_first = input_ == nullptr;; is_first = true) {
        if (input_ != nullptr) {
            block.text = input_->next({block.memory.get(), logs::Input::block_size});
            if (!input_->error().empty()) {
                failure_ = "'" + logs_[next_ - 1].name + "' cannot be read: " + input_->error();
                return false;
            }
            if (!block.text.empty()) return !is_first || find_format(block.text);
        }
        if (!open_next()) return false;
    }
}

bool Feed::fill(Round& round) {
    std::size_t filled = 0;
    for (Block& block : round.blocks) {
        block.text = {};
        if (filled == static_cast<std::size_t>(&block - round.blocks.data()) && read(block)) {
            block.log = static_cast<std::uint32_t>(next_ - 1);
            block.format = logs_[block.log].format;
            ++filled;
        }
    }
    return filled > 0 && failure_.empty();
}

}  // namespace turnpike::replay
