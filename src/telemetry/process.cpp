// Reading /proc (proc(5)) and resource usage.
#include "telemetry/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace turnpike::telemetry {
namespace {

/// The fields of /proc/self/stat that follow the program's name, which may hold blanks; the first
/// is number 3 of the manual.
void read_stat(ProcessFigures& figures, double boot_time) {
    std::ifstream file("/proc/self/stat");
    std::string line;
    std::getline(file, line);
    std::istringstream fields(line.substr(line.rfind(')') + 1));
    std::string field;
    for (int number = 3; number <= 24 && fields >> field; ++number) {
        if (number == 20) figures.threads = std::stoull(field);
        if (number == 22) {
            const auto ticks = static_cast<double>(std::stoull(field));
            figures.start_time = boot_time + ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
        }
        if (number == 23) figures.virtual_bytes = std::stoull(field);
        if (number == 24) {
            const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
            figures.resident_bytes = std::stoull(field) * page;
        }
    }
}

double read_boot_time() {
    std::ifstream file("/proc/stat");
    std::string word;
    double seconds = 0;
    while (file >> word) {
        if (word == "btime" && file >> seconds) return seconds;
    }
    return 0;
}

std::uint64_t count_descriptors() {
    std::error_code error;
    std::uint64_t count = 0;
    for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", error);
         !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        ++count;
    }
    return count > 0 ? count - 1 : 0;  // less the one that lists them
}

}  // namespace

ProcessFigures read_process_figures() {
    ProcessFigures figures;
    static const double boot_time = read_boot_time();
    read_stat(figures, boot_time);
    figures.open_descriptors = count_descriptors();
    rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.most_descriptors = limit.rlim_cur;
    rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) == 0) {
        const auto seconds = [](const timeval& time) {
            return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
        };
        figures.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    }
    return figures;
}

}  // namespace turnpike::telemetry
