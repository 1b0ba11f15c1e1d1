// What a rule may ask of a request: the keys of `when`, compiled. A condition that nobody wrote is
// not there, so it costs nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "turnpike/address.hpp"
#include "turnpike/facts.hpp"

namespace turnpike {

/// A glob over normalised paths: `*` within a segment, `**` across segments, all else literal.
class PathPattern {
public:
    explicit PathPattern(std::string text)
        : text_(std::move(text)), plain_(text_.substr(0, text_.find('*')).size()) {}
    bool matches(std::string_view path) const {
        // Most patterns have no star, and most paths differ in length: cheap to tell here.
        if (path.size() < plain_) return false;
        return plain_ == text_.size() ? path == text_ : matches_glob(path);
    }
    const std::string& text() const { return text_; }

private:
    bool matches_glob(std::string_view path) const;
    std::string text_;
    std::size_t plain_;  // how much of it comes before the first star
};

/// Patterns of which any may match. Most paths are told apart by the letter behind their slash.
class PathList {
public:
    static constexpr std::size_t letter_count = 64;
    /// Which of the letters a path begins with; 0 for `/` alone.
    static constexpr std::size_t letter_of(std::string_view path) {
        return path.size() > 1 ? static_cast<unsigned char>(path[1]) % letter_count : 0;
    }

    PathList() = default;
    PathList(std::initializer_list<std::string_view> texts) {
        for (const std::string_view text : texts) add(std::string(text));
    }
    void add(std::string text);
    /// How many were removed.
    std::size_t remove(std::string_view text);
    bool matches(std::string_view path) const {
        if ((first_letters_ >> letter_of(path) & 1) == 0) return false;
        for (const PathPattern& pattern : patterns_) {
            if (pattern.matches(path)) return true;
        }
        return false;
    }
    const std::vector<PathPattern>& all() const { return patterns_; }
    /// One bit for each letter that a matching path may begin with.
    std::uint64_t letters() const { return first_letters_; }

private:
    std::vector<PathPattern> patterns_;
    std::uint64_t first_letters_ = 0;
};

/// A user-agent token with `*`, compared at token boundaries without regard to case.
class TokenPattern {
public:
    explicit TokenPattern(std::string text)
        : text_(std::move(text)),
          stars_(static_cast<std::size_t>(std::count(text_.begin(), text_.end(), '*'))) {}
    bool matches(std::string_view user_agent) const;
    const std::string& text() const { return text_; }

private:
    std::string text_;
    std::size_t stars_;
};

/// A whole value with `*` for any run of characters; the case of letters counts.
class ValuePattern {
public:
    explicit ValuePattern(std::string text) : text_(std::move(text)) {}
    bool matches(std::string_view value) const;
    /// `encoded` as it stands in a query: `+` is a space, `%41` an A.
    bool matches_query(std::string_view encoded) const;
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// A site's name as `hosts` has it: lower case, perhaps `*.x`, or `*` for any.
class HostPattern {
public:
    explicit HostPattern(std::string text) : text_(std::move(text)) {}
    /// `host` may carry a port, a trailing dot and any case.
    bool matches(std::string_view host) const;
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

class CategorySet {
public:
    void add(Category category) { bits_ |= bit(category); }
    bool has(Category category) const { return (bits_ & bit(category)) != 0; }
    bool has_all(CategorySet other) const { return (other.bits_ & ~bits_) == 0; }

private:
    static constexpr std::uint32_t bit(Category category) {
        return 1U << static_cast<unsigned>(category);
    }
    std::uint32_t bits_ = 0;
};

/// A field, cookie or parameter by its name, with one of these values; with any where there are
/// none.
struct NamedValue {
    ValuePattern name;  ///< Of a field: without stars, and the case of letters does not count.
    std::vector<ValuePattern> values;
};

/// One condition for each key of `when`; it matches if any entry of its list does.
namespace when {

struct Crawlers {
    std::vector<const Crawler*> known;  ///< Owned by the catalogue.
    std::vector<TokenPattern> tokens;   ///< Those that the catalogue lacks.
};
struct Operators {
    std::vector<std::string> names;
};
struct Categories {
    CategorySet set;
    bool also = false;  ///< By whatever else a multi-purpose crawler serves, too.
};
struct UserAgents {
    std::vector<TokenPattern> tokens;
};
struct Methods {
    std::vector<std::string> names;  ///< Upper case.
};
struct Hosts {
    std::vector<HostPattern> names;
};
struct Addresses {
    PrefixList networks;
    std::vector<std::string> texts;  ///< As written.
};
struct Paths {
    PathList patterns;
};
/// All of the parameters must be there; none named: any query will do.
struct Query {
    std::vector<NamedValue> parameters;
};
/// All of the fields must be there.
struct Headers {
    std::vector<NamedValue> fields;
};
/// `cookie: [a, b]` asks for any of them, `cookie: { a: x, b: y }` for all.
struct Cookies {
    std::vector<NamedValue> cookies;
    bool all = false;
};
/// Any of the two that is set.
struct Robots {
    bool disallowed = false;
    bool violator = false;
};
/// Behaviour from `least` on, or any of these signals.
struct Behaviours {
    Behaviour::Level least = Behaviour::Level::normal;  ///< `normal`: no level is asked for.
    std::uint64_t signals = 0;
    std::vector<std::string> texts;  ///< As written.
};
struct Not;

}  // namespace when

struct Condition;

/// A rule's `when`: all conditions must match. Without any, everything does.
struct When {
    std::vector<Condition> conditions;
    template <class Key>
    void add(Key key);
};

namespace when {

/// Matches where the whole does not.
struct Not {
    When when;
};

}  // namespace when

struct Condition {
    std::variant<when::Categories, when::Crawlers, when::Operators, when::Methods, when::Hosts,
                 when::Addresses, when::Paths, when::UserAgents, when::Headers, when::Cookies,
                 when::Query, when::Robots, when::Behaviours, when::Not>
        key;
};

template <class Key>
void When::add(Key key) {
    conditions.push_back(Condition{std::move(key)});
}

}  // namespace turnpike
