// What a policy would have done to yesterday's log: every line judged as `serve` would have judged
// the request, on the log's own clock, and what came of it as a report for people and for programs.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gate/gate.hpp"
#include "logs/logs.hpp"

namespace turnpike::replay {

struct Count {
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0;
    Count& operator+=(const Count& other) {
        requests += other.requests;
        bytes += other.bytes;
        return *this;
    }
    auto operator<=>(const Count&) const = default;
};

/// A line of a log, for people to look at.
struct Place {
    std::uint32_t log = 0;   ///< Its index in `Findings::logs`.
    std::uint64_t line = 0;  ///< Counted from 1.
    auto operator<=>(const Place&) const = default;
};

/// One request out of many.
struct Example {
    Place place;
    std::string method;
    std::string path;
    std::string network;  ///< That its address lies in; empty where there is none.
    std::string user_agent;
};

/// Who asked: a crawler of the catalogue, or anybody else of a category.
struct Who {
    const Crawler* crawler = nullptr;
    Category category = Category::unknown;
    bool operator==(const Who&) const = default;
    /// The crawler's name, else the category's.
    std::string_view name() const;
};

/// What was decided about a request, and what it would have got: of a rate that was kept, or an
/// action that was only paid for by rate, `got` is the milder or stricter of the two.
struct Verdict {
    const Site* site = nullptr;
    Who who;
    std::string_view rule;
    const Where* where = nullptr;
    Action action = Action::allow;
    Action got = Action::allow;
    bool is_refused() const { return got != Action::allow; }
    bool operator==(const Verdict&) const = default;
};

struct LogFile {
    std::string name;
    logs::Format format = logs::Format::combined;
    std::uint64_t lines = 0;
};

struct BrokenLine {
    Place place;
    std::string why;
    std::string text;  ///< Its beginning.
};

/// What one group of requests was told, with one of them.
struct Refused {
    Verdict verdict;
    std::string user_agent;
    Count count;
    Example example;
};

struct Path {
    Who who;
    std::string path;
    Count count;
};

struct UnknownBot {
    std::string name;
    Category category = Category::other_bot;
    Count count;
    std::string user_agent;  ///< One of them.
};

/// A product whose users follow links, beside what its operator's crawlers took.
struct Referral {
    std::string product;
    std::string operator_name;
    std::uint64_t visits = 0;
    Count taken;               ///< By the operator's AI crawlers, answered without an error.
    std::string landing_page;  ///< The one that most came to; empty where none came.
};

/// How Turnpike's own log was decided when it was written, and how it would be now.
struct Change {
    std::string mode, action, outcome, rule;  ///< Then.
    Action got = Action::allow;               ///< Now.
    std::string_view now_rule;
    const Where* where = nullptr;
    Count count;
    Example example;
    /// Whether it would be another now: another rule, or in earnest what was only observed.
    bool is_change() const {
        const bool in_earnest = mode == "observe" && got != Action::allow;
        return action != name_of(got) || rule != now_rule || in_earnest;
    }
};

/// Requests of one kind of client in one span of time.
struct Moment {
    std::int64_t begin = 0;  ///< Seconds since 1970.
    Who who;
    Action got = Action::allow;
    Count count;
};

/// Everything that a replay found, in the order in which it is shown. Views and pointers live as
/// long as the policy.
struct Findings {
    std::vector<LogFile> logs;
    std::vector<std::string> sites;  ///< That were judged by.
    std::uint64_t lines = 0;
    std::uint64_t no_requests = 0;  ///< Lines that tell of no HTTP request.
    std::uint64_t broken = 0;
    std::vector<BrokenLine> broken_lines;  ///< The first of them.
    std::uint64_t of_other_sites = 0;      ///< Left out by `--site`.
    std::uint64_t unjudged = 0;            ///< No site has their host, or the path is none.
    std::string unjudged_host;             ///< The most frequent of those hosts.
    Count total;
    std::int64_t first = 0, last = 0;  ///< Seconds since 1970; both 0 where nothing was judged.
    std::uint64_t without_agent = 0;   ///< Requests whose log has no user agents.
    std::uint64_t shared = 0;          ///< Requests from addresses that may stand for many.
    std::string main_address;          ///< That most requests come from; empty where none does.
    std::uint64_t main_requests = 0;   ///< At least so many.

    std::vector<std::pair<Verdict, Count>> verdicts;
    std::vector<Refused> people;  ///< Refused, though they may be people …
    std::vector<Refused> hired;   ///< … or tools that the owner ordered.
    std::vector<Path> paths;      ///< Of declared crawlers.
    std::vector<UnknownBot> unknown_bots;
    std::vector<Referral> referrals;
    std::vector<Change> changes;
    std::uint64_t own_requests = 0;     ///< Of Turnpike's own log, which says what was decided.
    std::int64_t step = 60;             ///< Seconds that a moment lasts.
    std::vector<Moment> moments;        ///< In order of time.
    std::vector<std::string> left_out;  ///< Tables that were full.
};

struct Progress {
    std::uint64_t lines = 0;
    std::uint64_t position = 0;  ///< Bytes of all files.
    std::uint64_t size = 0;      ///< 0: nobody knows.
};

struct Assignment {
    const gate::Snapshot& policy;
    std::vector<std::string> logs;
    std::optional<logs::Format> format;  ///< Else each file's own.
    const Site* site = nullptr;          ///< This one only.
    unsigned threads = 1;
    std::function<void(const Progress&)> progress;  ///< Called now and then; may be empty.
};

/// Why there are no findings.
struct Failure {
    std::string what;
    bool is_usage = false;  ///< Another command line would help.
};

/// The same findings for any number of threads.
std::optional<Findings> replay(const Assignment& assignment, Failure& failure);

/// One page of HTML that needs no other file.
std::string to_html(const Findings& findings);
/// For a terminal.
std::string to_text(const Findings& findings);
/// The shape that docs/replay.md promises.
std::string to_json(const Findings& findings);

}  // namespace turnpike::replay
