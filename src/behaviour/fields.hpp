// The keys of rules/behaviour/*.yaml. Private to behaviour.
#pragma once

#include "config/config.hpp"

namespace turnpike::behaviour {

extern const config::Fields signals_fields;

}  // namespace turnpike::behaviour
