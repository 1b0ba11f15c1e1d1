// Field lines as a state machine that stops wherever the bytes end and fails at the first octet
// that is wrong, RFC 9112 §5. Folded lines are refused, never joined (§5.2).
#include "http/field_section.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "http/characters.hpp"
#include "http/http.hpp"
#include "http/names.hpp"
#include "http/values.hpp"

namespace turnpike::http {
namespace {

constexpr std::size_t first_capacity = 16;
constexpr Flaw too_many_fields{431, "too many field lines", Fault::too_large};
constexpr Flaw contradictory{400, "invalid Content-Length"};

/// What a Connection option cannot take away: fields that frame or route, or say who is asking.
constexpr std::array<FieldId, 12> never_nominated{FieldId::host,
                                                  FieldId::content_length,
                                                  FieldId::transfer_encoding,
                                                  FieldId::authorization,
                                                  FieldId::cookie,
                                                  FieldId::forwarded,
                                                  FieldId::via,
                                                  FieldId::x_forwarded_for,
                                                  FieldId::x_forwarded_host,
                                                  FieldId::x_real_ip,
                                                  FieldId::x_forwarded_proto,
                                                  FieldId::x_request_id};

std::string_view text(const char* from, const char* to) {
    return {from, static_cast<std::size_t>(to - from)};
}

bool may_be_nominated(FieldId id) {
    return id == FieldId::other ||
           std::find(never_nominated.begin(), never_nominated.end(), id) == never_nominated.end();
}

}  // namespace

void FieldSection::start(const char* at) {
    count_ = 0;
    cursor_ = {.at = at};
    seen_ = 0;
    repeated_ = 0;
    imitates_framing_ = false;
    length_ = {};
}

[[gnu::always_inline]] inline const Flaw* FieldSection::add(std::string_view name,
                                                            std::string_view value) {
    if (count_ == fields_.size() && !grow()) return &too_many_fields;
    while (!value.empty() && is_white_space(value.back())) value.remove_suffix(1);
    const NameMeaning meaning = meaning_of(name);
    fields_[count_++] = {.name = name, .value = value, .id = meaning.id};
    imitates_framing_ |= meaning.imitates_framing;
    repeated_ |= seen_ & Fields::bit(meaning.id);
    seen_ |= Fields::bit(meaning.id);
    // At once: nothing that follows can mend it.
    const bool wrong = meaning.id == FieldId::content_length && !agrees_on_length(value);
    return wrong ? &contradictory : nullptr;
}

// The cursor is a local, so that it stays in registers while bytes last: no other loop runs as
// often.
Progress FieldSection::read(const char* end) {
    Cursor here = cursor_;
    for (;;) {
        switch (here.state) {
            case State::line_start:
                if (here.at == end) return pause(here);
                here.name = here.at;
                if (*here.at == '\r') {
                    here.state = State::last_line_feed;
                    ++here.at;
                    continue;
                }
                here.state = State::name;
                [[fallthrough]];
            case State::name:
                here.at = skip_token(here.at, end);
                if (here.at == end) return pause(here);
                if (*here.at != ':' || here.at == here.name) return fail_at(here);
                here.colon = here.at++;
                here.state = State::padding;
                [[fallthrough]];
            case State::padding:
                if (here.at != end && *here.at == ' ') ++here.at;  // nearly always just one
                while (here.at != end && is_white_space(*here.at)) ++here.at;
                if (here.at == end) return pause(here);
                here.value = here.at;
                here.state = State::value;
                [[fallthrough]];
            case State::value:
                here.at = skip_value(here.at, end);
                if (here.at == end) return pause(here);
                if (*here.at != '\r') return fail_at(here);
                ++here.at;
                here.state = State::line_feed;
                [[fallthrough]];
            case State::line_feed:
                if (here.at == end) return pause(here);
                if (*here.at != '\n') return fail({400, "bare CR in a field line"});
                if (const Flaw* flaw =
                        add(text(here.name, here.colon), text(here.value, here.at - 1))) {
                    return fail(*flaw);
                }
                ++here.at;
                here.state = State::line_start;
                continue;
            case State::last_line_feed:
                if (here.at == end) return pause(here);
                if (*here.at != '\n') return fail({400, "bare CR instead of a field line"});
                cursor_.at = here.at + 1;
                return Progress::done;
        }
    }
}

Progress FieldSection::pause(Cursor cursor) {
    cursor_ = cursor;
    return Progress::more;
}

Progress FieldSection::fail_at(Cursor cursor) {
    const char octet = *cursor.at;
    if (octet == '\n') return fail({400, "bare LF in a field line"});
    if (octet == '\0') return fail({400, "NUL in a field line"});
    if (cursor.state == State::value) return fail({400, "control character in a field value"});
    if (!is_white_space(octet)) return fail({400, "invalid field name"});
    // RFC 9112 §5.1, §5.2, §2.2: each of these has let one server see a field and another not.
    const bool first = cursor.at == cursor.name;
    return fail({400, first ? "white space before a field line" : "white space before ':'"});
}

Progress FieldSection::fail(const Flaw& flaw) {
    flaw_ = flaw;
    return Progress::failed;
}

bool FieldSection::grow() {
    const std::size_t size = std::min(std::max(first_capacity, fields_.size() * 2), limit_);
    if (size <= fields_.size()) return false;
    const std::span<Field> larger = arena_.array<Field>(size);
    std::copy(fields_.begin(), fields_.end(), larger.begin());
    fields_ = larger;
    return true;
}

std::string_view FieldSection::value(FieldId id) const {
    assert(has(id));
    std::size_t i = 0;
    while (fields_[i].id != id) ++i;
    return fields_[i].value;
}

bool FieldSection::apply_connection(Connection& options) {
    if (!has(FieldId::connection)) return true;
    std::size_t left = limit_;
    for (const Field& field : fields()) {
        if (field.id != FieldId::connection) continue;
        std::string_view list = field.value;
        while (!list.empty()) {
            // Each option is compared with each field: bounded, or one head could cost millions.
            if (left-- == 0) return false;
            const std::string_view option = take_element(list);
            if (equals_ignoring_case(option, "close")) {
                options.close = true;
            } else if (equals_ignoring_case(option, "keep-alive")) {
                options.keep_alive = true;
            } else {
                nominate(option);
            }
        }
    }
    return true;
}

/// RFC 9110 §7.6.1, but for fields that a client must not be able to remove.
void FieldSection::nominate(std::string_view name) {
    for (Field& field : fields_.first(count_)) {
        if (may_be_nominated(field.id) && equals_ignoring_case(field.name, name)) {
            field.hop_by_hop = true;
        }
    }
}

/// RFC 9112 §6.3: however often a length is said, it is one.
bool FieldSection::agrees_on_length(std::string_view value) {
    if (value.empty() || value.back() == ',') return false;
    while (!value.empty()) {
        const std::string_view element = take_element(value);
        if (length_.empty() && parse_length(element)) length_ = element;
        if (length_.empty() || element != length_) return false;
    }
    return true;
}

std::uint64_t FieldSection::take_content_length() {
    assert(!length_.empty());
    bool found = false;
    std::size_t kept = 0;
    for (Field field : fields()) {
        if (field.id == FieldId::content_length) {
            if (std::exchange(found, true)) continue;
            field.value = length_;
        }
        fields_[kept++] = field;
    }
    count_ = kept;
    return *parse_length(length_);
}

}  // namespace turnpike::http
