// The operator's listeners: metrics and health, and on the admin listener the API. Who may ask for
// what is settled here; the answers come from others.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.hpp"

namespace turnpike::admin {

/// One request to the API, its body read.
struct Call {
    std::string_view argument;  ///< What stands for the `*` of the endpoint's path.
    std::string_view query;     ///< Behind `?`, undecoded.
    std::string_view body;
};

struct Answer {
    std::uint16_t status = 200;
    std::string_view type = "application/json";
    std::string body;
    std::string allow{};  ///< With 405: the methods that are allowed.
};

/// `{"error":"…"}`, for a call that cannot be answered.
Answer failure(std::uint16_t status, std::string_view why);

/// Something that the API can be asked. Any method but GET changes the instance, and so needs the
/// token or the unix socket, and no web page in between.
struct Endpoint {
    std::string method;
    std::string path;  ///< `/api/v1/status`; a last segment of `*` stands for any one segment.
    std::function<Task<Answer>(const Call&)> answer;
};

class Admin final : public Handler {
public:
    struct Sources {
        std::function<std::string()> metrics;  ///< The exposition text, made anew for each scrape.
        std::function<bool()> ready;
    };
    /// Who may ask: a metrics listener answers any Host, and has no API; the admin listener only
    /// names that no web page can point at us (DNS rebinding): addresses and localhost.
    enum class Hosts : std::uint8_t { any, local };

    Admin(Sources sources, Hosts hosts) : sources_(std::move(sources)), hosts_(hosts) {}

    void add(Endpoint endpoint) { endpoints_.push_back(std::move(endpoint)); }
    /// What `Authorization: Bearer` must say where something is to change. Empty: nothing can be
    /// changed over TCP.
    void use_token(std::string token) { token_ = std::move(token); }

    Task<void> serve(Exchange& exchange) override;
    Task<void> fail(Exchange& exchange, Error error) override;

private:
    Answer page(const RequestHead& head) const;
    Task<Answer> call(Exchange& exchange);
    const Endpoint* find_endpoint(const RequestHead& head, Call& call, std::string& allow) const;
    std::optional<Answer> refuse_change(const Exchange& exchange) const;

    Sources sources_;
    Hosts hosts_;
    std::vector<Endpoint> endpoints_;
    std::string token_;
};

}  // namespace turnpike::admin
