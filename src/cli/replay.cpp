// `turnpike replay`: finds the policy and the threads, shows how far it has got, prints the report.
#include "replay/replay.hpp"

#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>

#include "cli/configuration.hpp"

namespace turnpike::cli {
namespace {

int complain(const std::string& text, int status) {
    std::fprintf(stderr, "turnpike: %s\n", text.c_str());
    return status;
}

unsigned cores() {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    if (::sched_getaffinity(0, sizeof mask, &mask) != 0) return 1;
    return static_cast<unsigned>(CPU_COUNT(&mask));
}

/// One line on a terminal, written anew a few times a second, and gone at the end.
class ProgressLine {
public:
    ~ProgressLine() {
        if (shown_) std::fprintf(stderr, "\r\x1b[K");
    }
    void show(const replay::Progress& progress) {
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < std::chrono::milliseconds(200)) return;
        last_ = now;
        shown_ = true;
        const double seconds = std::chrono::duration<double>(now - begin_).count();
        const auto lines = static_cast<double>(progress.lines);
        std::string done;
        if (progress.size != 0) {
            done = std::to_string(progress.position * 100 / progress.size) + " % read, ";
        }
        std::fprintf(stderr, "\r\x1b[K%s%.1f million lines, %.0f thousand a second", done.c_str(),
                     lines / 1e6, lines / seconds / 1e3);
    }

private:
    const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point last_ = begin_;
    bool shown_ = false;
};

const Site* find_site(const Sites& sites, const std::string& name, std::string& known) {
    for (const Site& site : sites.all()) {
        if (site.name == name) return &site;
        known += (known.empty() ? "" : ", ") + site.name;
    }
    return nullptr;
}

std::optional<replay::Findings> run(const replay::Assignment& assignment,
                                    replay::Failure& failure) {
    ProgressLine line;
    replay::Assignment shown = assignment;
    if (::isatty(STDERR_FILENO) == 1) {
        shown.progress = [&line](const replay::Progress& progress) { line.show(progress); };
    }
    return replay::replay(shown, failure);
}

bool write_file(const std::string& path, const std::string& text) {
    std::FILE* const file = std::fopen(path.c_str(), "we");
    if (file == nullptr) return false;
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    return std::fclose(file) == 0 && written;
}

}  // namespace

int replay_logs(const ReplayOptions& options) {
    ServeOptions served;
    served.config = options.config;
    if (served.config.empty()) served.origin = "http://127.0.0.1";  // nothing is sent anywhere
    Diagnostics diagnostics;
    const auto configuration = load_configuration(served, diagnostics);
    std::fputs(diagnostics.to_string().c_str(), stderr);
    if (!configuration) return exit_configuration;

    replay::Assignment assignment{.policy = *configuration->snapshot,
                                  .logs = options.logs,
                                  .format = logs::format_named(options.format),
                                  .site = nullptr,
                                  .threads = options.threads != 0 ? options.threads : cores(),
                                  .progress = {}};
    if (!options.site.empty()) {
        std::string known;
        assignment.site = find_site(assignment.policy.knowledge.sites, options.site, known);
        if (assignment.site == nullptr) {
            return complain("no site is called '" + options.site + "' (known are " + known + ")",
                            exit_usage);
        }
    }
    replay::Failure failure;
    const auto findings = run(assignment, failure);
    if (!findings) {
        return complain(failure.what, failure.is_usage ? exit_usage : exit_configuration);
    }
    if (!options.html.empty() && !write_file(options.html, replay::to_html(*findings))) {
        return complain("'" + options.html + "' cannot be written: " + std::strerror(errno),
                        exit_configuration);
    }
    const std::string report =
        options.json ? replay::to_json(*findings) : replay::to_text(*findings);
    std::fwrite(report.data(), 1, report.size(), stdout);
    return exit_ok;
}

}  // namespace turnpike::cli
