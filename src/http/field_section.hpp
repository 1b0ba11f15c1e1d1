// The field lines of one head, read as they arrive: the part that requests and responses share.
// Inner header of this module, shown in the face only because the parsers contain it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/arena.hpp"
#include "turnpike/error.hpp"
#include "turnpike/request.hpp"

namespace turnpike::http {

/// How far reading has come.
enum class Progress : std::uint8_t { more, done, failed };

/// What is wrong with a message; whoever reads it knows whose fault that is. `status` is the one
/// for a client.
struct Flaw {
    std::uint16_t status = 400;
    std::string_view what;
    Fault fault = Fault::malformed;
};

class FieldSection {
public:
    FieldSection(Arena& arena, std::size_t limit) : arena_(arena), limit_(limit) {}

    /// Begins at the first octet behind the start line. The array of an earlier section is reused.
    void start(const char* at);
    /// Reads on; what was given before must not have moved.
    Progress read(const char* end);
    /// After `done`: behind the empty line.
    const char* position() const { return cursor_.at; }
    const Flaw& flaw() const { return flaw_; }

    Fields fields() const { return {fields_.first(count_), seen_}; }
    bool has(FieldId id) const { return (seen_ & Fields::bit(id)) != 0; }
    bool repeated(FieldId id) const { return (repeated_ & Fields::bit(id)) != 0; }
    /// The value of the first such field; there is one.
    std::string_view value(FieldId id) const;
    /// There is a `Content_Length` or the like, which CGI makes a framing field of.
    bool imitates_framing() const { return imitates_framing_; }

    struct Connection {
        bool close = false;
        bool keep_alive = false;
    };
    /// Applies the Connection options: marks what they nominate. False where there are too many.
    bool apply_connection(Connection& options);
    /// The length that all Content-Length say, of which there is one at least. Reduces them to one
    /// value in one field, RFC 9112 §6.3.
    std::uint64_t take_content_length();

private:
    enum class State : std::uint8_t { line_start, name, padding, value, line_feed, last_line_feed };

    /// How far reading has come, and what is known of the current line.
    struct Cursor {
        const char* at = nullptr;
        const char* name = nullptr;
        const char* colon = nullptr;
        const char* value = nullptr;
        State state = State::line_start;
    };

    Progress pause(Cursor cursor);
    Progress fail_at(Cursor cursor);
    Progress fail(const Flaw& flaw);
    /// Null where the line may stand there.
    const Flaw* add(std::string_view name, std::string_view value);
    bool agrees_on_length(std::string_view value);
    bool grow();
    void nominate(std::string_view name);

    Arena& arena_;
    std::size_t limit_;
    std::span<Field> fields_;
    std::size_t count_ = 0;
    Cursor cursor_;
    std::uint32_t seen_ = 0;
    std::uint32_t repeated_ = 0;
    bool imitates_framing_ = false;
    std::string_view length_;  // as the first Content-Length says it
    Flaw flaw_;
};

}  // namespace turnpike::http
