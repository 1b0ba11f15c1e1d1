// The operator's listeners: metrics and health. Answers from text that others hand it; changes
// nothing.
#pragma once

#include <functional>
#include <string>

#include "core/exchange.hpp"

namespace turnpike::admin {

class Admin final : public Handler {
public:
    struct Sources {
        std::function<std::string()> metrics;  ///< The exposition text, made anew for each scrape.
        std::function<bool()> ready;
    };
    /// Who may ask: a metrics listener answers any Host; the admin listener only names that no web
    /// page can point at us (DNS rebinding): addresses and localhost.
    enum class Hosts : std::uint8_t { any, local };

    Admin(Sources sources, Hosts hosts) : sources_(std::move(sources)), hosts_(hosts) {}

    Task<void> serve(Exchange& exchange) override;
    Task<void> fail(Exchange& exchange, Error error) override;

private:
    struct Answer {
        std::uint16_t status = 200;
        std::string_view type = "text/plain; charset=utf-8";
        std::string body;
    };
    Answer answer(const RequestHead& head) const;
    Sources sources_;
    Hosts hosts_;
};

}  // namespace turnpike::admin
