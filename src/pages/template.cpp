// Templates by kainjow's Mustache parser, flattened once, so that a page costs a copy of its pieces
// and no walk over a tree that other threads share.
#include <algorithm>
#include <kainjow/mustache.hpp>

#include "pages/pages.hpp"

namespace turnpike::pages {
namespace {

namespace mustache = kainjow::mustache;
using Component = mustache::component<std::string>;
using TagType = mustache::tag_type;

constexpr std::size_t longest_template = 32 * 1024;

/// Where in the text a mistake is, and what it is.
class Complainer {
public:
    Complainer(const TextFile& source, Diagnostics& out)
        : file_(source.file), text_(source.text), out_(out) {}

    void add(std::size_t offset, std::string message, std::string hint = {}) {
        const std::size_t before = offset == 0 ? std::string::npos : text_.rfind('\n', offset - 1);
        const std::size_t start = before == std::string::npos ? 0 : before + 1;
        Diagnostic diagnostic;
        diagnostic.file = file_;
        diagnostic.line = static_cast<std::uint32_t>(
            1 +
            std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(start), '\n'));
        diagnostic.column = static_cast<std::uint32_t>(offset - start + 1);
        diagnostic.message = std::move(message);
        diagnostic.source_line = text_.substr(start, text_.find_first_of("\r\n", start) - start);
        diagnostic.hint = std::move(hint);
        out_.add(std::move(diagnostic));
        clean_ = false;
    }
    /// The parser says `Unclosed section "price" at 123`.
    void add_from_parser(std::string message) {
        const std::size_t at = message.rfind(" at ");
        const std::size_t offset = std::stoul(message.substr(at + 4));
        message.erase(at);
        message.front() = static_cast<char>(message.front() - 'A' + 'a');
        std::replace(message.begin(), message.end(), '"', '\'');
        add(offset, std::move(message));
    }
    bool clean() const { return clean_; }

private:
    const std::string& file_;
    const std::string& text_;
    Diagnostics& out_;
    bool clean_ = true;
};

std::optional<std::size_t> index_of(std::string_view name, const Vocabulary& vocabulary) {
    const auto& names = vocabulary.names;
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

void check_tag(const Component& component, const Vocabulary& vocabulary, Complainer& complain) {
    const auto& tag = component.tag;
    switch (tag.type) {
        case TagType::unescaped_variable:
            complain.add(component.position, "every value is escaped here",
                         "write {{" + tag.name + "}}");
            break;
        case TagType::partial:
            complain.add(component.position, "a page is one file: nothing can be included");
            break;
        case TagType::variable:
        case TagType::section_begin:
        case TagType::section_begin_inverted:
            if (!index_of(tag.name, vocabulary)) {
                complain.add(component.position, "unknown value '" + tag.name + "'",
                             vocabulary.hint ? vocabulary.hint(tag.name) : "");
            }
            break;
        default:
            break;
    }
}

void add_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
}

}  // namespace

/// From the parser's tree to pieces in a row. A line on which sections only begin or end, or that
/// holds a comment only, leaves no empty line behind.
class Flattener {
public:
    explicit Flattener(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}
    void add(const std::vector<Component>& components) {
        for (const Component& component : components) add(component);
    }
    std::vector<Template::Piece> finish() {
        end_line({});
        return std::move(pieces_);
    }

private:
    using Piece = Template::Piece;

    void add(const Component& component) {
        switch (component.tag.type) {
            case TagType::text:
                add_text(component);
                break;
            case TagType::variable:
                add_piece(Piece::Kind::value, component);
                says_something_ = true;
                break;
            case TagType::section_begin:
                add_section(Piece::Kind::section, component);
                break;
            case TagType::section_begin_inverted:
                add_section(Piece::Kind::inverted, component);
                break;
            default:
                has_tag_ = true;
        }
    }
    void add_text(const Component& component) {
        if (component.is_newline()) return end_line(component.text);
        if (!component.is_non_newline_whitespace()) says_something_ = true;
        append(component.text);
    }
    void add_piece(Piece::Kind kind, const Component& component) {
        Piece& piece = pieces_.emplace_back();
        piece.kind = kind;
        piece.value = *index_of(component.tag.name, vocabulary_);
        in_text_ = false;
    }
    void add_section(Piece::Kind kind, const Component& component) {
        const std::size_t index = pieces_.size();
        has_tag_ = true;
        add_piece(kind, component);
        add(component.children);
        pieces_[index].end = pieces_.size();
        in_text_ = false;
        has_tag_ = true;
    }
    void append(std::string_view text) {
        if (!in_text_) pieces_.emplace_back();
        in_text_ = true;
        pieces_.back().text += text;
    }
    void end_line(std::string_view line_break) {
        if (has_tag_ && !says_something_) {
            for (std::size_t i = line_piece_; i < pieces_.size(); ++i) {
                pieces_[i].text.resize(i == line_piece_ ? line_offset_ : 0);
            }
        } else {
            append(line_break);
        }
        line_piece_ = pieces_.size() - (in_text_ ? 1 : 0);
        line_offset_ = in_text_ ? pieces_.back().text.size() : 0;
        has_tag_ = says_something_ = false;
    }

    const Vocabulary& vocabulary_;
    std::vector<Piece> pieces_;
    bool in_text_ = false;  // the last piece is a text that goes on
    // Where the line began, and what has been on it.
    std::size_t line_piece_ = 0;
    std::size_t line_offset_ = 0;
    bool has_tag_ = false;
    bool says_something_ = false;
};

std::optional<Template> Template::parse(const TextFile& source, const Vocabulary& vocabulary,
                                        Diagnostics& out) {
    Complainer complain(source, out);
    if (source.text.size() > longest_template) {
        complain.add(0, "a page has at most 32 KiB");
        return std::nullopt;
    }
    mustache::context<std::string> nothing;
    mustache::context_internal<std::string> context(nothing);
    Component root;
    std::string error;
    const mustache::parser<std::string> parser(source.text, context, root, error);
    if (!error.empty()) complain.add_from_parser(std::move(error));
    root.walk_children([&](const Component& component) {
        check_tag(component, vocabulary, complain);
        return Component::walk_control::walk;
    });
    if (!complain.clean()) return std::nullopt;
    Flattener flattener(vocabulary);
    flattener.add(root.children);
    Template page;
    page.pieces_ = flattener.finish();
    return page;
}

std::string Template::render(std::span<const std::string_view> values) const {
    std::string page;
    for (std::size_t i = 0; i < pieces_.size();) {
        const Piece& piece = pieces_[i++];
        switch (piece.kind) {
            case Piece::Kind::text:
                page += piece.text;
                break;
            case Piece::Kind::value:
                add_escaped(page, values[piece.value]);
                break;
            case Piece::Kind::section:
                if (values[piece.value].empty()) i = piece.end;
                break;
            case Piece::Kind::inverted:
                if (!values[piece.value].empty()) i = piece.end;
                break;
        }
    }
    return page;
}

Values& Values::set(std::string name, std::string text) {
    texts_[std::move(name)] = std::move(text);
    return *this;
}

Values& Values::add(std::string list) {
    return lists_[std::move(list)].emplace_back();
}

std::string fill(std::string_view source, const Values& values) {
    const std::function<mustache::data(const Values&)> to_data = [&to_data](const Values& from) {
        mustache::data data;
        for (const auto& [name, text] : from.texts_) {
            // An empty text is none, as in a checked template.
            data.set(name, text.empty() ? mustache::data(false) : mustache::data(text));
        }
        for (const auto& [name, items] : from.lists_) {
            mustache::data list(mustache::data::type::list);
            for (const Values& item : items) list.push_back(to_data(item));
            data.set(name, list);
        }
        return data;
    };
    mustache::mustache page{std::string(source)};
    page.set_custom_escape([](const std::string& text) {
        std::string escaped;
        add_escaped(escaped, text);
        return escaped;
    });
    return page.render(to_data(values));
}

}  // namespace turnpike::pages
