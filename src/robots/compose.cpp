// One file out of two: what a site's policy says, and what its origin's file says of all others.
// Whom the policy denies is taken out of the origin's groups, so that no token stands in two groups
// of opposite meaning; every other group keeps its lines.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "robots/index.hpp"
#include "robots/lines.hpp"
#include "robots/pattern.hpp"
#include "robots/robots.hpp"

namespace turnpike::robots {
namespace {

constexpr std::string_view greeting =
    "# What this site asks of crawlers. Turnpike writes this file from the rules that it enforces";
constexpr std::string_view reservation =
    "# Content-Signal and Content-Usage say what the content may be used for: a reservation of\n"
    "# rights as in Article 4 of Directive (EU) 2019/790.\n";

/// `ai-train=no, search=yes` as keys and values; the value is empty where there is none.
using Preferences = std::vector<std::pair<std::string_view, std::string_view>>;

/// Adds what is not said yet. Of two that contradict each other the one that refuses stands.
void add_preferences(std::string_view text, Preferences& into) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::string_view item = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t equals = std::min(item.find('='), item.size());
        const std::string_view key = trimmed(item.substr(0, equals));
        const std::string_view value = trimmed(item.substr(std::min(equals + 1, item.size())));
        if (key.empty()) continue;
        const auto said = std::find_if(into.begin(), into.end(),
                                       [key](const auto& each) { return each.first == key; });
        if (said == into.end()) {
            into.emplace_back(key, value);
        } else if (value == "no" || value == "n") {
            said->second = value;
        }
    }
}

std::string line_of(std::string_view key, const Preferences& preferences) {
    std::string text;
    for (const auto& [name, value] : preferences) {
        text.append(text.empty() ? "" : ", ").append(name);
        if (!value.empty()) text.append("=").append(value);
    }
    return std::string(key) + ": " + text + "\n";
}

/// A preference for the whole site, and not for a path.
bool is_general(const Record& record, Field field) {
    return record.field == field && !record.value.starts_with('/');
}

/// Whether the two readings take the file's groups for the same, so that lines can be taken out
/// without moving rules from one group to another in one of them.
bool is_read_alike(const File& file) {
    const auto strict = file.groups(Reading::rfc9309);
    const auto lenient = file.groups(Reading::google);
    const auto records = file.records();
    return std::none_of(records.begin(), records.end(),
                        [](const Record& record) {
                            return record.mended && record.field == Field::user_agent;
                        }) &&
           std::equal(
               strict.begin(), strict.end(), lenient.begin(), lenient.end(),
               [](const Group& a, const Group& b) { return a.records.data() == b.records.data(); });
}

class Composer {
public:
    /// `brief`: without what nobody's crawling depends on.
    Composer(const Wishes& wishes, std::string_view text, bool brief)
        : wishes_(wishes),
          brief_(brief),
          file_(File::parse(text)),
          lines_(split_lines(within_limit(text))),
          mends_(!is_read_alike(file_)),
          trap_(trap_pattern()) {
        for (const Wishes::Section& section : wishes.denied) {
            for (const std::string& token : section.tokens) {
                denied_.push_back(token);
                denied_.push_back(product_token(token));
            }
        }
    }

    std::string compose() {
        out_.append(greeting).append(lines_.empty() ? ".\n" : "\n# and from the site's own.\n");
        const auto groups = file_.groups(Reading::google);
        const std::size_t first =
            groups.empty() ? lines_.size() : groups.front().records.front().line - 1;
        blank();
        // Ahead of all groups still, so that what belongs to none goes to none.
        copy_lines(0, first, file_.preamble(Reading::google));
        write_denied();
        if (!wishes_.content_signal.empty() || !wishes_.content_usage.empty()) {
            blank();
            out_.append(reservation);
        }
        if (!names_everyone_else()) {
            blank();
            out_.append("User-agent: *\n");
            std::vector<Record> nothing_else;
            write_wishes(true, nothing_else);
            if (trap_.empty()) out_.append("Allow: /\n");
        }
        blank();
        for (std::size_t i = 0; i < groups.size(); ++i) {
            const std::size_t end =
                i + 1 < groups.size() ? groups[i + 1].records.front().line - 1 : lines_.size();
            write_group(groups[i], end);
        }
        while (out_.ends_with("\n\n")) out_.pop_back();
        return std::move(out_);
    }

private:
    /// Longer than whatever allows it: the longest rule counts, RFC 9309 §2.2.2.
    std::string trap_pattern() const {
        std::string pattern = wishes_.trap;
        for (const Record& record : file_.records()) {
            if (pattern.empty() || record.field != Field::allow) continue;
            for (const std::string& allowed :
                 {normal_pattern(record.value), google_pattern(record.value)}) {
                if (allowed.size() < pattern.size() || !matches(allowed, wishes_.trap)) continue;
                pattern.append(allowed.size() - pattern.size() + 1, '*');
            }
        }
        return pattern;
    }

    bool is_denied(const Record& agent) const {
        const std::string_view token = product_token(agent.value);
        return std::any_of(denied_.begin(), denied_.end(), [&](std::string_view denied) {
            return !denied.empty() && (equals_ignoring_case(denied, token) ||
                                       equals_ignoring_case(denied, agent.value));
        });
    }

    bool names_everyone_else() const {
        const auto records = file_.records();
        return std::any_of(records.begin(), records.end(), [](const Record& record) {
            return record.field == Field::user_agent && names_everyone(record.value);
        });
    }

    void write_denied() {
        if (wishes_.denied.empty()) return;
        blank();
        out_.append("# Not let in.\n");
        for (const Wishes::Section& section : wishes_.denied) {
            out_.append("# ").append(section.heading).append("\n");
            for (const std::string& token : section.tokens) {
                out_.append("User-agent: ").append(token).append("\n");
            }
        }
        out_.append("Disallow: /\n");
    }

    /// One of ours, joined with what the group says of the same, which leaves `records`.
    void write_preference(std::string_view key, std::string_view ours, Field field,
                          std::vector<Record>& records) {
        if (ours.empty()) return;
        Preferences preferences;
        add_preferences(ours, preferences);
        std::erase_if(records, [&](const Record& record) {
            if (!is_general(record, field)) return false;
            add_preferences(record.value, preferences);
            return true;
        });
        out_.append(line_of(key, preferences));
    }

    /// What a group is told that may fetch something.
    void write_wishes(bool is_everyones, std::vector<Record>& records) {
        if (!brief_ || is_everyones) {
            write_preference("Content-Signal", wishes_.content_signal, Field::content_signal,
                             records);
            write_preference("Content-Usage", wishes_.content_usage, Field::content_usage, records);
        }
        if (!trap_.empty()) out_.append("Disallow: ").append(trap_).append("\n");
    }

    /// Up to the line `end`.
    void write_group(const Group& group, std::size_t end) {
        std::vector<Record> agents;
        std::vector<Record> rest;
        for (const Record& record : group.records) {
            if (record.field != Field::user_agent) {
                rest.push_back(record);
            } else if (!is_denied(record)) {
                agents.push_back(record);
            }
        }
        if (agents.empty()) {  // with its rules; sitemaps belong to no group
            std::erase_if(rest, [](const Record& each) { return each.field != Field::sitemap; });
        } else {
            for (const Record& agent : agents) copy_record(agent);
            const bool everyones =
                std::any_of(agents.begin(), agents.end(),
                            [](const Record& each) { return names_everyone(each.value); });
            write_wishes(everyones, rest);
        }
        copy_lines(group.records.front().line - 1, end, rest);
    }

    /// Lines from `begin` to `end` that hold one of `records`, or nothing but a comment.
    void copy_lines(std::size_t begin, std::size_t end, std::span<const Record> records) {
        auto next = records.begin();
        for (std::size_t i = begin; i < end; ++i) {
            if (next != records.end() && next->line == i + 1) {
                copy_record(*next++);
            } else if (brief_) {
                continue;
            } else if (trimmed(lines_[i]).empty()) {
                blank();
            } else if (trimmed(lines_[i]).starts_with('#')) {
                out_.append(lines_[i]).append("\n");
            }
        }
    }

    /// As it stands, with its comment; where the readings differ, as it was meant.
    void copy_record(const Record& record) {
        if (!mends_ || !record.mended) {
            out_.append(lines_[record.line - 1]).append("\n");
            return;
        }
        constexpr std::string_view keys[] = {"User-agent", "Allow", "Disallow"};
        const auto key = static_cast<std::size_t>(record.field);
        out_.append(key < std::size(keys) ? keys[key] : "Sitemap");
        out_.append(": ").append(record.value).append("\n");
    }

    void blank() {
        if (!out_.empty() && !out_.ends_with("\n\n")) out_.append("\n");
    }

    const Wishes& wishes_;
    const bool brief_;
    const File file_;
    const std::vector<std::string_view> lines_;
    const bool mends_;
    const std::string trap_;
    std::vector<std::string_view> denied_;
    std::string out_;
};

}  // namespace

std::string compose(const Wishes& wishes, std::string_view origin) {
    std::string text = Composer(wishes, origin, false).compose();
    // What is too long is cut by whoever reads it, and rules may stand at its end.
    if (text.size() > longest_file) text = Composer(wishes, origin, true).compose();
    return text;
}

}  // namespace turnpike::robots
