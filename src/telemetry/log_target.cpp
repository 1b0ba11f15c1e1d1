// Opening and writing. Pipes, sockets and terminals are written to in pieces that cannot block.
#include "telemetry/log_target.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <system_error>
#include <utility>

namespace turnpike::telemetry {
namespace {

bool is_ready(int descriptor) {
    pollfd target{descriptor, POLLOUT, 0};
    return poll(&target, 1, 0) > 0;
}

/// A pipe that poll calls writable takes PIPE_BUF bytes without blocking. Cut behind a line, so
/// that others who write to the same pipe come in between lines only.
std::string_view piece_of(std::string_view lines) {
    if (lines.size() <= PIPE_BUF) return lines;
    const std::size_t line_end = lines.substr(0, PIPE_BUF).rfind('\n');
    return lines.substr(0, line_end == lines.npos ? PIPE_BUF : line_end + 1);
}

}  // namespace

LogTarget::LogTarget(int descriptor, bool owned) : descriptor_(descriptor), owned_(owned) {
    struct stat status;
    is_file_ = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

LogTarget::LogTarget(LogTarget&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      owned_(std::exchange(other.owned_, false)),
      is_file_(other.is_file_) {}

LogTarget& LogTarget::operator=(LogTarget&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(owned_, other.owned_);
    std::swap(is_file_, other.is_file_);
    return *this;
}

LogTarget::~LogTarget() {
    if (owned_) close(descriptor_);
}

std::optional<LogTarget> LogTarget::open(const std::string& to, std::string& error) {
    if (to == "stdout") return LogTarget(STDOUT_FILENO, false);
    if (to == "stderr") return LogTarget(STDERR_FILENO, false);
    // Not blocking, for a path that turns out to be a pipe nobody reads.
    const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    const int descriptor = ::open(to.c_str(), flags, 0640);
    if (descriptor < 0) {
        error = "cannot open " + to + ": " + std::generic_category().message(errno);
        return std::nullopt;
    }
    return LogTarget(descriptor, true);
}

LogTarget::Written LogTarget::write(std::string_view lines) {
    Written total;
    while (total.size < lines.size()) {
        if (!is_file_ && !is_ready(descriptor_)) break;
        const std::string_view rest = lines.substr(total.size);
        const std::string_view piece = is_file_ ? rest : piece_of(rest);
        const ssize_t size = ::write(descriptor_, piece.data(), piece.size());
        if (size >= 0) {
            total.size += static_cast<std::size_t>(size);
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            total.error = errno;
            break;
        }
    }
    return total;
}

}  // namespace turnpike::telemetry
