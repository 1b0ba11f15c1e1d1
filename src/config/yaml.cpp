// From text to values through yaml-cpp's events, with the strictness that yaml-cpp lacks: it takes
// duplicate keys, unclosed quotes and much else without a word. The only file that names it.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "config/source.hpp"

namespace turnpike::config {
namespace {

constexpr std::size_t most_stars = 64;  // an unquoted one each: more are reported another time

std::uint32_t from_one(int number) {
    return static_cast<std::uint32_t>(number + 1);
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// `${NAME}` and `${NAME:-default}`, as a shell has them: the default also stands for what is
/// empty.
class Expansion {
public:
    Expansion(const Environment& environment, std::string_view text)
        : environment_(environment), text_(text) {}

    /// Nothing where a variable has no value or is no variable: `error` and `hint` say so.
    std::optional<std::string> run() {
        std::string result;
        while (true) {
            const std::size_t start = text_.find("${");
            result += text_.substr(0, start);
            if (start == text_.npos) return result;
            const std::size_t end = text_.find('}', start);
            if (end == text_.npos) {
                error = "'${' without '}'";
                return std::nullopt;
            }
            const auto value = value_of(text_.substr(start + 2, end - start - 2));
            if (!value) return std::nullopt;
            result += *value;
            text_.remove_prefix(end + 1);
        }
    }

    std::string error;
    std::string hint;

private:
    std::optional<std::string> value_of(std::string_view inside) {
        const std::size_t mark = inside.find(":-");
        const std::string name(inside.substr(0, mark));
        constexpr std::string_view allowed =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
        if (name.empty() || name.find_first_not_of(allowed) != name.npos) {
            error = "'${" + std::string(inside) + "}' names no variable";
            hint = "write ${NAME} or ${NAME:-default}";
            return std::nullopt;
        }
        const char* found = environment_(name);
        if (found != nullptr && (*found != '\0' || mark == inside.npos)) return found;
        if (mark != inside.npos) return std::string(inside.substr(mark + 2));
        error = "the environment variable '" + name + "' is not set";
        hint = "'${" + name + ":-default}' gives it a default";
        return std::nullopt;
    }

    const Environment& environment_;
    std::string_view text_;
};

/// Builds the tree and reports what no configuration of ours may hold.
class Builder final : public YAML::EventHandler {
public:
    Builder(Source& source, const Environment& environment, Diagnostics& out)
        : source_(source), environment_(environment), out_(out) {
        source_.values.clear();
        source_.root = nullptr;
    }

    /// Something was read that makes whatever follows look wrong.
    bool derailed() const { return derailed_; }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ == 2) {
            derailed_ = true;
            report(mark, "a second YAML document begins here",
                   "a file is one document; is the indentation right?");
        }
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
        const bool of_key = !expects_key() && !open_.empty() && open_.back()->kind == Kind::mapping;
        Value& value = add(mark, Kind::null);
        if (!of_key) return;
        // Where nothing stands, yaml-cpp says where the next thing does.
        const Value& key = *open_.back()->items[open_.back()->items.size() - 2];
        value.line = key.line;
        value.column = key.column;
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        report(mark, "aliases are not supported", "a value that begins with '*' needs quotes");
        add(mark, Kind::null);
    }
    void OnAnchor(const YAML::Mark& mark, const std::string&) override {
        report(mark, "anchors are not supported", "a value that begins with '&' needs quotes");
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  const std::string& text) override {
        const bool is_key = expects_key();
        Value& value = add(mark, Kind::scalar);
        value.text = text;
        const std::string_view rest = rest_of_line(mark);
        if (rest.starts_with('"') || rest.starts_with('\'')) {
            value.quoted = true;
            if (!is_closed(rest)) {
                derailed_ = true;
                report(mark, "the quote is not closed on its line");
            } else if (std::any_of(text.begin(), text.end(), is_control)) {
                report(mark, "a control character in this value");
            }
        } else if (tag == "?") {
            check_plain(mark, rest, text);
        } else if (!rest.starts_with('|') && !rest.starts_with('>')) {
            check_tag(mark, tag);
        }
        if (environment_ && !is_key && text.find("${") != text.npos) expand(mark, value);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        check_tag(mark, tag);
        open_.push_back(&add(mark, Kind::list));
    }
    void OnSequenceEnd() override { open_.pop_back(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        check_tag(mark, tag);
        open_.push_back(&add(mark, Kind::mapping));
    }
    void OnMapEnd() override {
        check_keys(*open_.back());
        open_.pop_back();
    }

private:
    bool expects_key() const {
        return !open_.empty() && open_.back()->kind == Kind::mapping &&
               open_.back()->items.size() % 2 == 0;
    }

    Value& add(const YAML::Mark& mark, Kind kind) {
        // yaml-cpp 0.7 may read a stray sign as nothing, for ever. Each real value has a byte of
        // its own, or is left out beside one.
        if (source_.values.size() > 3 * (source_.text.size() + 1)) {
            throw YAML::ParserException(mark, "a value is missing here");
        }
        Value& value = source_.values.emplace_back();
        value.kind = kind;
        value.line = from_one(mark.line);
        value.column = from_one(mark.column);
        if (!open_.empty()) {
            open_.back()->items.push_back(&value);
        } else if (source_.root == nullptr) {
            source_.root = &value;
        }
        return value;
    }

    void report(const YAML::Mark& mark, std::string message, std::string hint = {}) {
        out_.add(source_.at(from_one(mark.line), from_one(mark.column), std::move(message),
                            std::move(hint)));
    }

    std::string_view rest_of_line(const YAML::Mark& mark) const {
        const std::string_view line = source_.line(from_one(mark.line));
        return line.substr(std::min(static_cast<std::size_t>(mark.column), line.size()));
    }

    /// Quoted text ends on its own line: otherwise one missing quote swallows half the file.
    static bool is_closed(std::string_view rest) {
        const char quote = rest.front();
        for (std::size_t i = 1; i < rest.size(); ++i) {
            if (quote == '"' && rest[i] == '\\') {
                ++i;
            } else if (rest[i] == quote) {
                if (quote == '"' || i + 1 == rest.size() || rest[i + 1] != quote) return true;
                ++i;  // '' is a quote within quotes
            }
        }
        return false;
    }

    /// YAML folds lines into one value, which hides a forgotten `:` and wrong indentation.
    void check_plain(const YAML::Mark& mark, std::string_view rest, const std::string& text) {
        if (rest.starts_with(text)) return;
        // Read again with another sign for the star; an anchor has been reported.
        if (rest.starts_with('*') || rest.starts_with('&')) return;
        derailed_ = true;
        report(mark, "this value runs on into the next line",
               "is a ':', ']' or '}' missing, or the indentation wrong?");
    }

    void check_tag(const YAML::Mark& mark, const std::string& tag) {
        if (tag.empty() || tag == "?") return;
        report(mark, "tags are not supported", "a value that begins with '!' needs quotes");
    }

    void check_keys(const Value& mapping) {
        std::vector<const Value*> keys;
        for (std::size_t i = 0; i < mapping.items.size(); i += 2) {
            const Value& key = *mapping.items[i];
            if (key.kind == Kind::scalar) {
                keys.push_back(&key);
            } else {
                out_.add(source_.at(key.line, key.column, "a key must be plain text"));
            }
        }
        std::stable_sort(keys.begin(), keys.end(),
                         [](const Value* a, const Value* b) { return a->text < b->text; });
        for (std::size_t i = 1; i < keys.size(); ++i) {
            if (keys[i]->text != keys[i - 1]->text) continue;
            out_.add(source_.at(keys[i]->line, keys[i]->column,
                                "the key '" + keys[i]->text + "' stands twice",
                                "first in line " + std::to_string(keys[i - 1]->line)));
        }
    }

    void expand(const YAML::Mark& mark, Value& value) {
        Expansion expansion(environment_, value.text);
        if (auto text = expansion.run()) {
            value.text = std::move(*text);
        } else {
            report(mark, expansion.error, expansion.hint);
        }
    }

    Source& source_;
    const Environment& environment_;
    Diagnostics& out_;
    std::vector<Value*> open_;
    int documents_ = 0;
    bool derailed_ = false;
};

struct Saying {
    std::string_view theirs;
    const char* message;
    const char* hint;
};
const std::array sayings{
    Saying{YAML::ErrorMsg::MAP_VALUE, "a ':' where no key can be",
           "text with ': ' in it needs quotes"},
    Saying{YAML::ErrorMsg::UNKNOWN_TOKEN, "no value begins with this sign", "put it in quotes"},
    Saying{YAML::ErrorMsg::END_OF_SEQ_FLOW, "a ']' is missing before this place", ""},
    Saying{YAML::ErrorMsg::END_OF_MAP_FLOW, "a '}' is missing before this place", ""},
    Saying{YAML::ErrorMsg::END_OF_MAP, "this does not fit the lines above",
           "check the indentation, and that no text follows a closing quote"},
    Saying{YAML::ErrorMsg::END_OF_SEQ, "this does not fit the lines above",
           "check the indentation"},
};

/// yaml-cpp's messages, those that people meet said for people.
Diagnostic explain(const Source& source, const YAML::Exception& error) {
    std::uint32_t line = from_one(error.mark.line);
    std::uint32_t column = from_one(error.mark.column);
    if (line > source.starts.size()) {  // at the end of the file: show its last line
        line = static_cast<std::uint32_t>(source.starts.size());
        column = static_cast<std::uint32_t>(source.line(line).size() + 1);
    }
    const std::string_view before = source.line(line).substr(0, column - 1);
    if (error.msg == YAML::ErrorMsg::MAP_VALUE && before.find_first_of(":{[") == before.npos) {
        return source.at(line, column, "no key is expected here",
                         "does the line above lack its ':', or is the indentation wrong?");
    }
    for (const Saying& saying : sayings) {
        if (error.msg == saying.theirs) return source.at(line, column, saying.message, saying.hint);
    }
    return source.at(line, column, "not valid YAML: " + error.msg);
}

/// Where an unquoted `*` made yaml-cpp look for an alias; npos if that is not what happened.
std::size_t star_behind(const Source& source, const YAML::Exception& error) {
    if (error.msg != YAML::ErrorMsg::UNKNOWN_ANCHOR &&
        error.msg != YAML::ErrorMsg::ALIAS_NOT_FOUND) {
        return std::string::npos;
    }
    const auto line = static_cast<std::size_t>(error.mark.line);
    if (line >= source.starts.size()) return std::string::npos;
    const std::size_t place = source.starts[line] + static_cast<std::size_t>(error.mark.column);
    // One message points at the star, the other behind it.
    for (const std::size_t at : {place, place - 1}) {
        if (at < source.text.size() && source.text[at] == '*') return at;
    }
    return std::string::npos;
}

Diagnostic unquoted_star(const Source& source, const YAML::Exception& error, std::size_t at) {
    const std::string_view rest = std::string_view(source.text).substr(at);
    const std::string value(rest.substr(0, rest.find_first_of(" ,]}\r\n")));
    const auto line = static_cast<std::size_t>(error.mark.line);
    return source.at(static_cast<std::uint32_t>(line + 1),
                     static_cast<std::uint32_t>(at - source.starts[line] + 1),
                     "to YAML, an unquoted '*' begins an alias", "write \"" + value + "\"");
}

void parse_text(Source& source, const Environment& environment, Diagnostics& out) {
    // The line break lets a quote that is open at the end become a value.
    std::string text = source.text + "\n";
    for (std::size_t stars = 0; stars <= most_stars; ++stars) {
        Diagnostics mistakes;
        Builder builder(source, environment, mistakes);
        bool again = false;
        try {
            std::istringstream input(text);
            YAML::Parser parser(input);
            while (!builder.derailed() && parser.HandleNextDocument(builder)) {
            }
        } catch (const YAML::Exception& error) {
            const std::size_t star = star_behind(source, error);
            if (star != std::string::npos) {
                out.add(unquoted_star(source, error, star));
                text[star] = '_';  // read on, to say everything at once
                again = true;
            } else if (!builder.derailed()) {
                mistakes.add(explain(source, error));
            }
        }
        if (again) continue;
        for (const Diagnostic& mistake : mistakes.list()) out.add(mistake);
        return;
    }
}

/// Bytes that have no business in a configuration, and tabs that look like the spaces that YAML
/// wants for indentation.
void check_bytes(const Source& source, Diagnostics& out) {
    for (std::size_t number = 1; number <= source.starts.size(); ++number) {
        const std::string_view line = source.line(number);
        const std::size_t first = line.find_first_not_of(' ');
        const auto place = [&](std::size_t at, const char* message, const char* hint) {
            out.add(source.at(static_cast<std::uint32_t>(number),
                              static_cast<std::uint32_t>(at + 1), message, hint));
        };
        const auto odd = std::find_if(line.begin(), line.end(),
                                      [](char c) { return is_control(c) && c != '\t'; });
        if (odd != line.end()) {
            place(static_cast<std::size_t>(odd - line.begin()), "a control character", "");
            return;  // hardly text; there would be many
        }
        if (first != line.npos && line[first] == '\t' &&
            line.find_first_not_of(" \t") != line.npos) {
            place(first, "a tab in the indentation", "YAML takes spaces only");
        }
    }
}

}  // namespace

std::optional<Document> Document::parse(std::string file, std::string_view text, Diagnostics& out,
                                        const Environment& environment) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    auto source = std::make_unique<Source>(std::move(file), text);
    Diagnostics mistakes;
    check_bytes(*source, mistakes);
    if (!mistakes.has_errors()) parse_text(*source, environment, mistakes);
    for (const Diagnostic& mistake : mistakes.list()) out.add(mistake);
    if (mistakes.has_errors()) return std::nullopt;
    if (source->root == nullptr) source->root = &source->values.emplace_back();
    return Document(std::move(source));
}

}  // namespace turnpike::config
