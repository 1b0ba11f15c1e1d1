// What a field's name makes of the field. Inner header of this module.
#pragma once

#include <string_view>

#include "turnpike/request.hpp"

namespace turnpike::http {

struct NameMeaning {
    FieldId id = FieldId::other;
    /// Like a framing field but for `_`: an origin behind CGI or WSGI cannot tell them apart.
    bool imitates_framing = false;
};

/// `name` must be a token.
NameMeaning meaning_of(std::string_view name);

/// Whether a trailer field of that name may go on: nothing that frames, routes, authenticates,
/// controls or describes content, RFC 9110 §6.5.1.
bool may_be_trailer(std::string_view name);

}  // namespace turnpike::http
