// The operational log. The only file that names spdlog.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <string>

#include "telemetry/telemetry.hpp"

namespace turnpike::telemetry {
namespace {

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = std::make_shared<spdlog::logger>(
            "turnpike", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$: %v", spdlog::pattern_time_type::utc);
        return made;
    }();
    return *instance;
}

/// Messages may quote clients, who must not be able to forge lines or to move a terminal's cursor.
std::string without_controls(std::string_view message) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string text;
    text.reserve(message.size());
    for (const char c : message) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7f) {
            text += c;
        } else {
            text += {'\\', 'x', digits[byte >> 4], digits[byte & 0xf]};
        }
    }
    return text;
}

}  // namespace

void log_info(std::string_view message) {
    logger().info(without_controls(message));
}

void log_warning(std::string_view message) {
    logger().warn(without_controls(message));
}

void log_error(std::string_view message) {
    logger().error(without_controls(message));
}

}  // namespace turnpike::telemetry
