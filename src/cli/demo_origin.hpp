// The website of `turnpike demo`: one page for every path, and a robots.txt.
#pragma once

#include "core/exchange.hpp"

namespace turnpike::cli {

class DemoOrigin final : public Handler {
public:
    Task<void> serve(Exchange& exchange) override;
    Task<void> fail(Exchange& exchange, Error error) override;
};

}  // namespace turnpike::cli
