// What a line of the access log consists of, as JSON and in the combined format. Order and names of
// the JSON fields are a contract: new ones only at the end.
#include <algorithm>
#include <array>

#include "core/clock.hpp"
#include "telemetry/access_log.hpp"
#include "telemetry/escape.hpp"

namespace turnpike::telemetry {
namespace {

using Options = AccessLogOptions;

constexpr std::size_t long_text = 4 * 1024;
constexpr std::size_t short_text = 1024;
constexpr std::size_t address_room = 46;

Address as_detailed(const Address& address, Options::AddressDetail detail) {
    if (detail == Options::AddressDetail::full) return address;
    std::array<std::uint8_t, 16> bytes = address.bytes();
    std::fill(bytes.begin() + (address.is_v4() ? 15 : 6), bytes.end(), std::uint8_t{0});
    return Address(bytes);
}

std::uint64_t count_of(std::chrono::microseconds duration) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
}

/// The texts of a moment. Lines come in bursts of the same second, so the last one is kept.
Clock& date_texts(std::chrono::system_clock::time_point time) {
    thread_local Clock clock;
    clock.set({}, time);
    return clock;
}

/// Writes members one after the other. Nothing is checked: longest_line holds the sum of all
/// limits.
class JsonLine {
public:
    explicit JsonLine(char* room) : out_(room) {}

    void time(std::chrono::system_clock::time_point time) {
        const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time);
        const auto fraction = milliseconds - std::chrono::floor<std::chrono::seconds>(time);
        out_ = write_plain(out_, R"({"time":")");
        std::memcpy(out_, date_texts(time).iso_second().data(), iso_second_size);
        out_[iso_second_size] = '.';
        out_ =
            write_three_digits(out_ + iso_second_size + 1, static_cast<unsigned>(fraction.count()));
        out_ = write_plain(out_, "Z\"");
    }

    /// The key stands as `,"name":`, so that its copy is a constant.
    void text(std::string_view key, std::string_view value, std::size_t limit = short_text) {
        if (value.empty()) return;
        open(key);
        out_ = write_json_text(out_, value, limit);
        *out_++ = '"';
    }

    /// Nothing in it to escape.
    void word(std::string_view key, std::string_view value) {
        open(key);
        out_ = write_plain(out_, value);
        *out_++ = '"';
    }
    void word_if_any(std::string_view key, std::string_view value) {
        if (!value.empty()) word(key, value.substr(0, short_text));
    }

    /// Where both are the same, as they are without a proxy between, one is written anew.
    void addresses(const AccessRecord& record, Options::AddressDetail detail) {
        if (detail == Options::AddressDetail::none) return;
        const std::string_view client = address(R"(,"client":)", record.client, detail);
        if (record.peer == record.client && !client.empty()) {
            word(R"(,"peer":)", client);
        } else {
            address(R"(,"peer":)", record.peer, detail);
        }
    }

    void members(std::string_view text) { out_ = write_plain(out_, text); }

    void number(std::string_view key, std::uint64_t value) {
        out_ = write_number(write_plain(out_, key), value);
    }

    void status(std::string_view key, std::uint16_t value) {
        if (value != 0) out_ = write_three_digits(write_plain(out_, key), value);
    }

    void milliseconds(std::string_view key, std::chrono::microseconds value) {
        const std::uint64_t count = count_of(value);
        number(key, count / 1000);
        *out_++ = '.';
        out_ = write_three_digits(out_, static_cast<unsigned>(count % 1000));
    }

    void where(std::string_view key, std::string_view file, std::uint32_t line) {
        if (file.empty()) return;
        open(key);
        out_ = write_json_text(out_, file, short_text);
        *out_++ = ':';
        out_ = write_number(out_, line);
        *out_++ = '"';
    }

    char* end() const { return out_; }

private:
    void open(std::string_view key) {
        out_ = write_plain(out_, key);
        *out_++ = '"';
    }
    std::string_view address(std::string_view key, const Address& value,
                             Options::AddressDetail detail) {
        if (value.is_unspecified()) return {};
        open(key);
        const std::string_view text = as_detailed(value, detail).write(out_);
        out_ += text.size();
        *out_++ = '"';
        return text;
    }
    char* out_;
};

constexpr std::size_t longest_behaviour = short_text;

/// Six short texts at most, and words of ours.
constexpr std::size_t longest_decision = 6 * short_text;

char* write_json(const AccessRecord& record, const Options& options, char* room) {
    JsonLine line(room);
    line.time(record.time);
    line.word_if_any(R"(,"id":)", record.id);
    line.text(R"(,"request_id":)", record.request_id);
    line.word_if_any(R"(,"site":)", record.site);
    line.addresses(record, options.address);
    line.word_if_any(R"(,"method":)", record.method);
    line.word_if_any(R"(,"host":)", record.host);
    line.text(R"(,"path":)", record.path, long_text);
    if (options.query && record.has_query) {
        if (record.query.empty()) {
            line.word(R"(,"query":)", "");
        } else {
            line.text(R"(,"query":)", record.query, long_text);
        }
    }
    line.word_if_any(R"(,"protocol":)", record.protocol);
    line.status(R"(,"status":)", record.status);
    line.word(R"(,"outcome":)", name_of(record.outcome));
    line.members(record.decision);
    line.number(R"(,"bytes_in":)", record.bytes_in);
    line.number(R"(,"bytes_out":)", record.bytes_out);
    line.milliseconds(R"(,"duration_ms":)", record.duration);
    if (record.origin_duration) line.milliseconds(R"(,"origin_ms":)", *record.origin_duration);
    line.text(R"(,"user_agent":)", record.user_agent, long_text);
    line.text(R"(,"referer":)", record.referer, long_text);
    if (record.robots != RobotsRemark::none) line.word(R"(,"robots":)", name_of(record.robots));
    line.members(record.behaviour);
    line.members("}\n");
    return line.end();
}

/// `24/Nov/2026:12:00:00 +0000`, taken from the parts of an HTTP date.
char* write_common_date(char* out, std::chrono::system_clock::time_point time) {
    const std::string_view parts = date_texts(time).http_date();
    out = write_plain(out, parts.substr(5, 2));
    *out++ = '/';
    out = write_plain(out, parts.substr(8, 3));
    *out++ = '/';
    out = write_plain(out, parts.substr(12, 4));
    *out++ = ':';
    out = write_plain(out, parts.substr(17, 8));
    return write_plain(out, " +0000");
}

char* write_request_line(char* out, const AccessRecord& record, const Options& options) {
    if (record.method.empty()) return write_plain(out, "-");  // it never became a request
    out = write_combined_text(out, record.method, short_text);
    *out++ = ' ';
    out = write_combined_text(out, record.path, long_text);
    if (options.query && record.has_query) {
        *out++ = '?';
        out = write_combined_text(out, record.query, long_text);
    }
    *out++ = ' ';
    return write_combined_text(out, record.protocol, short_text);
}

char* write_quoted(char* out, std::string_view text) {
    *out++ = '"';
    out = write_combined_text(out, text.empty() ? "-" : text, long_text);
    *out++ = '"';
    return out;
}

/// `client - - [date] "request line" status bytes "referer" "user agent"`
char* write_combined(const AccessRecord& record, const Options& options, char* out) {
    if (options.address == Options::AddressDetail::none || record.client.is_unspecified()) {
        *out++ = '-';
    } else {
        out += as_detailed(record.client, options.address).write(out).size();
    }
    out = write_plain(out, " - - [");
    out = write_common_date(out, record.time);
    out = write_plain(out, "] \"");
    out = write_request_line(out, record, options);
    out = write_plain(out, "\" ");
    out = write_three_digits(out, record.status);
    *out++ = ' ';
    out = write_number(out, record.bytes_out);
    *out++ = ' ';
    out = write_quoted(out, record.referer);
    *out++ = ' ';
    out = write_quoted(out, record.user_agent);
    *out++ = '\n';
    return out;
}

/// Five short texts, four long ones; the rest of the line is keys, numbers and two addresses.
static_assert(5 * short_text + longest_decision + longest_behaviour + 4 * long_text +
                  2 * address_room + 1024 <=
              longest_line);

}  // namespace

std::string_view name_of(Outcome outcome) {
    constexpr std::array<std::string_view, outcome_count> names{"forwarded", "refused", "failed",
                                                                "answered"};
    return names[static_cast<std::size_t>(outcome)];
}

std::string_view name_of(RobotsRemark remark) {
    constexpr std::array<std::string_view, robots_remark_count> names{"none", "too-fast",
                                                                      "disallowed", "violator"};
    return names[static_cast<std::size_t>(remark)];
}

std::string decision_members(const LoggedDecision& decision) {
    char room[longest_decision];
    JsonLine line(room);
    if (decision.decided) {
        line.word(R"(,"action":)", name_of(decision.action));
        line.word(R"(,"mode":)", name_of(decision.mode));
        line.text(R"(,"rule":)", decision.rule);
        line.where(R"(,"where":)", decision.where_file, decision.where_line);
    }
    line.text(R"(,"reason":)", decision.reason);
    if (decision.decided) {
        line.text(R"(,"crawler":)", decision.crawler);
        line.text(R"(,"operator":)", decision.operator_name);
        line.word(R"(,"category":)", name_of(decision.category));
        line.word(R"(,"proof":)", name_of(decision.proof));
    }
    return {room, line.end()};
}

std::string behaviour_members(Behaviour::Level level, std::span<const std::string_view> signals) {
    if (level == Behaviour::Level::normal) return {};
    std::string text = R"(,"behaviour":")" + std::string(name_of(level)) + R"(","signals":[)";
    for (const std::string_view signal : signals) {
        if (text.size() + signal.size() > longest_behaviour - 4) break;
        text += (text.back() == '[' ? "\"" : ",\"") + std::string(signal) + "\"";
    }
    return text + "]";
}

std::size_t format_record(const AccessRecord& record, const AccessLogOptions& options, char* room,
                          std::size_t size) {
    if (size < longest_line) {
        char whole[longest_line];
        const std::size_t needed = format_record(record, options, whole, sizeof whole);
        if (needed > size) return 0;
        write_plain(room, {whole, needed});
        return needed;
    }
    const bool json = options.format == AccessLogOptions::Format::json;
    const char* end =
        json ? write_json(record, options, room) : write_combined(record, options, room);
    return static_cast<std::size_t>(end - room);
}

}  // namespace turnpike::telemetry
