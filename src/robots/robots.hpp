// robots.txt, RFC 9309: what a file asks of a crawler, which of its lines says so, and one file
// made of what two want. Bytes in, verdicts out; fetching a file, serving one and minding it are
// the work of others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/arena.hpp"

namespace turnpike::robots {

/// Of a longer file the lines count that end within its first 500 KiB. RFC 9309 §2.5.
inline constexpr std::size_t longest_file = 500 * 1024;
/// Of a longer line the beginning counts. Google's parser keeps as much, and no URL is longer.
inline constexpr std::size_t longest_line = 8 * 2083 - 1;

/// How a file is understood. Google's parser mends what people get wrong, and compares octets where
/// the RFC compares what they mean: who breaks a rule breaks it only if both say so.
enum class Reading : std::uint8_t { rfc9309, google };
inline constexpr std::size_t reading_count = 2;

enum class Field : std::uint8_t {
    user_agent,
    allow,
    disallow,
    crawl_delay,
    content_signal,  ///< contentsignals.org
    content_usage,   ///< draft-ietf-aipref-attach
    license,         ///< RSL 1.0: of its group, or of the whole file where it stands before all.
    sitemap,         ///< Belongs to no group, wherever it stands.
    other,           ///< Another key and a value.
};

/// A line that says something.
struct Record {
    Field field = Field::other;
    bool mended = false;     ///< Misspelt: only Google's reading knows it.
    std::uint32_t line = 0;  ///< From 1.
    std::string_view text;   ///< Without comment and white space around it.
    std::string_view value;
};

constexpr bool counts(const Record& record, Reading reading) {
    return !record.mended || reading == Reading::google;
}

/// User-agent lines that stand together and all that follows them up to the next such lines. Holds
/// records too that do not count in its reading.
struct Group {
    std::span<const Record> records;
};

/// What a request asks for: path and query, in the form in which each reading compares it.
struct Target {
    std::string_view as_sent;
    std::string_view normal;  ///< RFC 9309 §2.2.2.
};

/// `path_and_query` without a fragment. The target lives as long as it and the arena; nothing is
/// copied where there is nothing to normalise.
Target read_target(std::string_view path_and_query, Arena& arena);

/// Yes or no, and why. Lives as long as the file, or a copy of it.
struct Verdict {
    bool allowed = true;
    bool mended = false;     ///< RFC 9309 knows no such rule: Google's reading mended the file.
    std::uint32_t line = 0;  ///< Of the rule that decided; 0 where none matched.
    std::string_view rule;   ///< That line.
    std::string_view agent;  ///< The group that was asked, as its user-agent line names it, `*`
                             ///< too; empty where no group is meant.
};

/// A file that has been read. Never changes, cheap to copy, safe from any thread.
class File {
public:
    /// Any bytes are a file; one pass over them. Copies what it keeps.
    static File parse(std::string_view text);

    /// May the crawler with this robots token, `GPTBot`, fetch the target? Does not allocate. Takes
    /// time in proportion to the rules of the token's groups, times the target's length where
    /// rules begin alike or with `*`; the number of wildcards in a rule does not matter.
    Verdict match(std::string_view token, const Target& target, Reading reading) const;

    /// Whether the crawler may fetch nothing at all: its groups disallow everything, and allow
    /// nothing.
    bool disallows_all(std::string_view token, Reading reading) const;
    /// The value of the Crawl-delay that the crawler is asked to keep; empty: none. The RFC knows
    /// no such line, so who reads it finds groups as it does.
    std::string_view crawl_delay(std::string_view token) const;

    /// All that the file says, in its order.
    std::span<const Record> records() const;
    std::span<const Group> groups(Reading reading) const;
    /// What stands before the first group.
    std::span<const Record> preamble(Reading reading) const;
    /// It was longer than `longest_file`.
    bool was_cut() const;

private:
    struct Contents;
    explicit File(std::shared_ptr<const Contents> contents) : contents_(std::move(contents)) {}
    std::shared_ptr<const Contents> contents_;
};

/// The token that a user-agent line names, RFC 9309 §2.2.1: letters, `-` and `_`. `GPTBot/1.2`
/// names GPTBot.
std::string_view product_token(std::string_view value);

/// What a site's policy has to say to crawlers.
struct Wishes {
    struct Section {
        std::string heading;  ///< A comment, for people.
        std::vector<std::string> tokens;
    };
    std::vector<Section> denied;  ///< Robots tokens of those who may fetch nothing.
    std::string trap;             ///< A path that nobody may fetch; empty: none.
    /// What everybody may use the content for: `search=yes, ai-train=no`; empty: nothing is said.
    std::string content_signal, content_usage;
};

/// The file that says what is wished, and of all else what `origin` says, the site's own file,
/// which may be empty. A token that is denied stands in one group and nowhere else; for every
/// other, and every path but the trap, the verdict is that of `origin`. Where RFC 9309 and Google
/// would find other groups in `origin`, it is taken as Google mends it. Groups, sitemaps, comments
/// and unknown lines stay; only what was said to those who are denied now goes, and a general
/// preference is joined with ours, so that what is refused by one is refused.
std::string compose(const Wishes& wishes, std::string_view origin);

}  // namespace turnpike::robots
