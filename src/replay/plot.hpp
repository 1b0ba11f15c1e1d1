// Bars over time, as parts of an SVG that the report's template puts together.
#pragma once

#include "pages/pages.hpp"
#include "replay/summary.hpp"

namespace turnpike::replay {

/// Adds plots of findings that span any time to the list `plots`: what everybody would get,
/// crawlers' requests and crawlers' bytes.
void add_plots(const Findings& findings, const Summary& summary, pages::Values& into);

}  // namespace turnpike::replay
