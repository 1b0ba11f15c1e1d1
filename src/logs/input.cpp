// zlib reads plain files as they are, straight into the block.
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "logs/logs.hpp"

namespace turnpike::logs {
namespace {

gzFile as_file(void* file) {
    return static_cast<gzFile>(file);
}

struct Packer {
    std::string_view magic;
    std::string_view name;
    std::string_view command;
};
constexpr std::array<Packer, 3> packers = {
    Packer{"\x28\xb5\x2f\xfd", "zstd", "zstdcat"},
    Packer{"\xfd"
           "7zXZ",
           "xz", "xzcat"},
    Packer{"BZh", "bzip2", "bzcat"},
};

/// Why a file that is packed in another way cannot be read; empty where it is not.
std::string strange_packing(std::string_view begin, const std::string& path) {
    for (const Packer& packer : packers) {
        if (!begin.starts_with(packer.magic)) continue;
        return "'" + path + "' is compressed by " + std::string(packer.name) + ": " +
               std::string(packer.command) + " " + path + " | turnpike … -";
    }
    return {};
}

}  // namespace

Input::Input(void* file, std::uint64_t size) : file_(file), size_(size) {
    ::gzbuffer(as_file(file_), 256 * 1024);
}

Input::~Input() {
    ::gzclose(as_file(file_));
}

std::unique_ptr<Input> Input::open(const std::string& path, std::string& error) {
    const bool standard = path == "-";
    errno = 0;
    struct stat status {};
    const int known = standard ? ::fstat(STDIN_FILENO, &status) : ::stat(path.c_str(), &status);
    if (known == 0 && S_ISDIR(status.st_mode)) {
        error = "'" + path + "' is a folder";
        return nullptr;
    }
    const gzFile file =
        standard ? ::gzdopen(::dup(STDIN_FILENO), "rb") : ::gzopen(path.c_str(), "rb");
    if (file == nullptr) {
        error = "'" + path + "' cannot be read: " + std::strerror(errno);
        return nullptr;
    }
    const bool plain = known == 0 && S_ISREG(status.st_mode);
    std::unique_ptr<Input> input(
        new Input(file, plain ? static_cast<std::uint64_t>(status.st_size) : 0));
    input->rest_.resize(8);
    input->rest_.resize(input->fill(input->rest_));
    error = input->error_.empty() ? strange_packing(input->rest_, path)
                                  : "'" + path + "' cannot be read: " + input->error_;
    return error.empty() ? std::move(input) : nullptr;
}

std::uint64_t Input::position() const {
    const auto offset = ::gzoffset(as_file(file_));
    return offset < 0 ? 0 : static_cast<std::uint64_t>(offset);
}

/// Reads until the room is full, or there is no more.
std::size_t Input::fill(std::span<char> room) {
    std::size_t filled = 0;
    while (filled < room.size() && !at_end_) {
        const int count = ::gzread(as_file(file_), room.data() + filled,
                                   static_cast<unsigned>(room.size() - filled));
        if (count > 0) filled += static_cast<std::size_t>(count);
        if (count > 0 && filled < room.size()) continue;
        if (count > 0) break;
        at_end_ = true;
        int code = Z_OK;
        const char* what = ::gzerror(as_file(file_), &code);
        if (code == Z_ERRNO) error_ = std::strerror(errno);
        if (code == Z_BUF_ERROR) error_ = "the gzip file ends too early";
        if (code == Z_DATA_ERROR) error_ = std::string("the gzip file is damaged: ") + what;
    }
    return filled;
}

/// Drops what is left of a line whose beginning has been given out.
void Input::skip_line() {
    std::array<char, 4096> room;
    while (!at_end_) {
        const std::string_view text(room.data(), fill(room));
        const std::size_t end = text.find('\n');
        if (end == text.npos) continue;
        rest_ = text.substr(end + 1);
        return;
    }
}

std::string_view Input::next(std::span<char> block) {
    std::size_t filled = rest_.copy(block.data(), block.size());
    rest_.clear();
    filled += fill(block.subspan(filled));
    const std::string_view text(block.data(), filled);
    if (filled < block.size()) return text;
    const std::size_t last = text.rfind('\n');
    if (last == text.npos) {
        skip_line();
        return text;
    }
    rest_ = text.substr(last + 1);
    return text.substr(0, last + 1);
}

}  // namespace turnpike::logs
