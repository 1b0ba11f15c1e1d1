// What may stand in a file of signals.
#include "behaviour/fields.hpp"

#include "behaviour/measures.hpp"

namespace turnpike::behaviour {
namespace {

using config::Field;
using config::Fields;
using config::Type;

constexpr Field threshold_rows[] = {
    {.name = "likely", .required = true, .meaning = "From this sum on."},
    {.name = "certain", .required = true, .meaning = "From this sum on."},
};
constexpr Fields threshold_fields{.name = "thresholds", .rows = threshold_rows};

constexpr Field limit_field{.name = "limit", .meaning = "What the group counts for at most."};
constexpr Fields group_fields{.name = "groups", .rows = {}, .any = &limit_field};

constexpr Field bound_field{.name = "bounds",
                            .meaning = "`8..`, `..0.5` or `1..10`, both ends included."};
constexpr Fields bound_fields{.name = "measures", .rows = {}, .any = &bound_field};

constexpr Field signal_rows[] = {
    {.name = "name", .required = true, .meaning = "In rules, logs and documentation."},
    {.name = "group", .required = true, .meaning = "What it says once more."},
    {.name = "weight", .required = true, .meaning = "A logarithm of odds."},
    {.name = "category", .list = true, .some = true, .meaning = "Of whom it is asked."},
    {.name = "when", .type = Type::mapping, .fields = &bound_fields, .meaning = "Measures."},
    {.name = "check", .list = true, .some = true, .meaning = "Checks, one of which has failed."},
    {.name = "damning", .type = Type::boolean, .meaning = "No person does this by mistake."},
    {.name = "pooled", .type = Type::boolean, .meaning = "Many clients act as one."},
    {.name = "meaning", .required = true, .meaning = "In a sentence."},
    {.name = "mistakes", .required = true, .meaning = "Why it may be wrong."},
    {.name = "source", .required = true, .meaning = "Who says so."},
};
constexpr Fields signal_fields{.name = "signal", .rows = signal_rows};

constexpr Field rows[] = {
    config::version_field,
    {.name = "thresholds", .type = Type::mapping, .fields = &threshold_fields},
    {.name = "groups", .type = Type::mapping, .fields = &group_fields},
    {.name = "signals", .type = Type::mapping, .list = true, .fields = &signal_fields},
};

}  // namespace

const Fields signals_fields{.name = "behaviour", .rows = rows};

}  // namespace turnpike::behaviour
