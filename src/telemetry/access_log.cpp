// The access log's face towards the loops: rings given out, lines formatted into them.
#include "telemetry/access_log.hpp"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "telemetry/log_writer.hpp"

namespace turnpike::telemetry {

void AccessLog::Ring::write(const AccessRecord& record) {
    if (lines_ == nullptr) return;
    char* room = lines_->reserve(longest_line);
    if (room == nullptr) return;
    const std::size_t size = format_record(record, options_, room, longest_line);
    if (lines_->commit(size)) log_->writer_->wake();
}

AccessLog::AccessLog(std::size_t threads) : rings_(threads) {}

AccessLog::~AccessLog() = default;

std::unique_ptr<AccessLog> AccessLog::open(const AccessLogOptions& options, std::size_t threads,
                                           std::string& error) {
    std::unique_ptr<AccessLog> log(new AccessLog(threads));
    if (options.to == "off") return log;
    std::optional<LogTarget> target = LogTarget::open(options.to, error);
    if (!target) return nullptr;

    Writer::Rings rings;
    for (std::size_t i = 0; i < threads; ++i) {
        rings.push_back(LineRing::make(std::max(options.ring_size, 4 * longest_line)));
        if (rings.back() == nullptr) {
            error = "no memory for the access log: " + std::generic_category().message(errno);
            return nullptr;
        }
    }
    const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake < 0) {
        error = "no descriptor for the access log: " + std::generic_category().message(errno);
        return nullptr;
    }
    log->writer_ = std::make_unique<Writer>(options.to, std::move(*target), std::move(rings), wake);
    for (std::size_t i = 0; i < threads; ++i) {
        log->rings_[i].lines_ = &log->writer_->ring(i);
        log->rings_[i].log_ = log.get();
        log->rings_[i].options_ = options;
    }
    return log;
}

void AccessLog::reopen() {
    if (writer_) writer_->reopen();
}

std::uint64_t AccessLog::dropped() const {
    return writer_ ? writer_->dropped() : 0;
}

}  // namespace turnpike::telemetry
