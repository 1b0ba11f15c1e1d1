// The access log: one line a request, formatted by the loop thread into a ring of its own, written
// by one writer thread that owns the descriptor. Field names are a contract (docs).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "turnpike/address.hpp"
#include "turnpike/decision.hpp"
#include "turnpike/facts.hpp"

namespace turnpike::telemetry {

/// `answered`: by us, and no refusal; robots.txt is.
enum class Outcome : std::uint8_t { forwarded, refused, failed, answered };
inline constexpr std::size_t outcome_count = 4;
std::string_view name_of(Outcome outcome);

/// What a crawler did that robots.txt asks it not to do.
enum class RobotsRemark : std::uint8_t {
    none,
    too_fast,    ///< It came sooner than Crawl-delay says.
    disallowed,  ///< It asked for what it should not.
    violator,    ///< And not for the first time.
};
inline constexpr std::size_t robots_remark_count = 4;
std::string_view name_of(RobotsRemark remark);

/// What was decided about a request, in the words of the log.
struct LoggedDecision {
    bool decided = true;  ///< Else only `reason` says something.
    Action action = Action::allow;
    Mode mode = Mode::enforce;
    std::string_view rule{}, where_file{}, reason{};
    std::uint32_t where_line = 0;
    std::string_view crawler{}, operator_name{};
    Category category = Category::unknown;
    Proof proof = Proof::none;
};

/// A decision as members of the JSON line, each with a comma before it. Many requests are decided
/// alike, so this is to be kept, not to be made for each.
std::string decision_members(const LoggedDecision& decision);

/// How the client behaves as members of the JSON line, each with a comma before it; nothing where
/// it is as people do. `signals` are names of ours.
std::string behaviour_members(Behaviour::Level level, std::span<const std::string_view> signals);

/// One request as the access log tells it. Empty views, empty optionals, a status of 0 and
/// unspecified addresses are left out of the line. `id`, `site`, `method`, `host` and `protocol`
/// hold nothing that needs escaping: they are ours, or the parser has seen to it.
struct AccessRecord {
    std::chrono::system_clock::time_point time;
    std::string_view id, request_id, site;
    Address client, peer;
    std::string_view method, host, path, query, protocol;
    bool has_query = false;
    std::uint16_t status = 0;
    Outcome outcome = Outcome::failed;
    std::string_view decision;  ///< decision_members()
    std::uint64_t bytes_in = 0, bytes_out = 0;
    std::chrono::microseconds duration{0};
    std::optional<std::chrono::microseconds> origin_duration;
    std::string_view user_agent, referer;
    RobotsRemark robots = RobotsRemark::none;
    std::string_view behaviour;  ///< behaviour_members()
};

struct AccessLogOptions {
    enum class Format : std::uint8_t { json, combined };
    /// `prefix` keeps the first 24 bits of an IPv4 and 48 of an IPv6 address, the rest is zero.
    enum class AddressDetail : std::uint8_t { full, prefix, none };
    std::string to = "stdout";  ///< `stdout`, `stderr`, `off` or a file's path.
    Format format = Format::json;
    AddressDetail address = AddressDetail::full;
    bool query = true;
    std::size_t ring_size = 1024 * 1024;  ///< For each thread; a power of two, 128 KiB or more.
};

/// No line is longer: path, query, user agent and referer are cut at 4 KiB, other texts at 1 KiB,
/// as escaped.
inline constexpr std::size_t longest_line = 32 * 1024;

/// Writes the line that `record` makes, `\n` included, to `room` of `size` bytes; 0 where it does
/// not fit, which cannot be where `size` is longest_line. Never writes a control character or an
/// invalid UTF-8 byte unescaped.
std::size_t format_record(const AccessRecord& record, const AccessLogOptions& options, char* room,
                          std::size_t size);

class LineRing;

/// A ring per loop thread, one writer. A full ring drops the line and counts it. Where the target
/// cannot be written to, lines wait in the rings and the writer tries again.
class AccessLog {
public:
    /// A loop thread's end. Used by that thread alone; does not allocate, lock or make a system
    /// call (but for one wake-up when the ring fills faster than the writer's tick).
    class Ring {
    public:
        void write(const AccessRecord& record);
        /// How lines look from now on; where they go stays.
        void use(const AccessLogOptions& options) { options_ = options; }

    private:
        friend class AccessLog;
        LineRing* lines_ = nullptr;  // null: the log is off
        const AccessLog* log_ = nullptr;
        AccessLogOptions options_;
    };

    /// Opens the file; an Error's text where that fails.
    static std::unique_ptr<AccessLog> open(const AccessLogOptions& options, std::size_t threads,
                                           std::string& error);
    AccessLog(const AccessLog&) = delete;
    /// Writes what is in the rings, then closes. A reader that takes nothing for a second loses the
    /// rest.
    ~AccessLog();
    Ring& ring(std::size_t thread) { return rings_[thread]; }
    /// Ask the writer to open the file anew (SIGUSR1). Safe from any thread and signal handler.
    void reopen();
    std::uint64_t dropped() const;

private:
    class Writer;
    explicit AccessLog(std::size_t threads);

    std::vector<Ring> rings_;
    std::unique_ptr<Writer> writer_;  // null: the log is off
};

}  // namespace turnpike::telemetry
