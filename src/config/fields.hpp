// What may stand in a file, one table a mapping. The strict reader takes its keys, types and limits
// from these tables; the JSON Schemas in share/ and the tables of docs/configuration.md are made of
// them. So none of the three can say something else. Part of the face config.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace turnpike::config {

/// How a value is written.
enum class Type : std::uint8_t {
    text,
    boolean,
    integer,
    duration,
    size,
    money,
    rate,
    choice,  ///< One of `words`, and nothing else.
    file,    ///< A relative path starts from the folder of the file that names it.
    folder,
    address,  ///< To listen on.
    socket,   ///< To listen on; a unix socket too.
    network,
    host,
    origin,
    path,     ///< A pattern for paths.
    mapping,  ///< Of the row's `fields`.
};
inline constexpr std::size_t type_count = 17;

/// What people and editors are told of a type.
struct TypeWords {
    std::string_view name;  ///< `duration`
    std::string_view
        written;  ///< `write 250ms, 10s, 5m or 1h`; empty where that goes without saying.
    std::string_view pattern;  ///< A regular expression for the whole value; empty: any text.
};
const TypeWords& words_of(Type type);

struct Fields;

/// A key: what may stand there, and what it means.
struct Field {
    std::string_view name = {};
    Type type = Type::text;
    bool required = false;
    bool list = false;  ///< A list; one item may stand without brackets.
    bool some = false;  ///< An empty list, or an empty text in it, says nothing and is a mistake.
    std::span<const std::string_view> words =
        {};                       ///< A choice's; of other types what may stand too.
    std::string_view least = {};  ///< Of an integer, a duration, a size; as written.
    std::string_view most = {};
    std::string_view default_value = {};  ///< As written; empty where there is none.
    std::string_view example = {};   ///< As written; needed where `default_value` shows nothing.
    const Fields* fields = nullptr;  ///< Of a mapping, which may stand beside another type too.
    std::string_view meaning = {};   ///< Markdown, for the page and for editors.

    bool has_word(std::string_view text) const;
};

/// What every file may begin with.
inline constexpr Field version_field{
    .name = "version",
    .type = Type::integer,
    .least = "1",
    .most = "1",
    .default_value = "1",
    .meaning = "The only one there is. Write it, so that a later Turnpike knows what was meant."};

/// The keys of one mapping.
struct Fields {
    std::string_view name;  ///< For the schema and the page.
    std::span<const Field> rows;
    const Field* any =
        nullptr;  ///< What each key means that no row has; null: there is no such key.

    /// Null where the mapping has no such key.
    const Field* find(std::string_view key) const;
};

/// `a duration`, `true or false`, `auto or a whole number from 1 to 1024`: how "'x' must be" ends.
std::string expected(const Field& field);

}  // namespace turnpike::config
