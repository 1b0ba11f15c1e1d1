// How a command talks to the running instance: one request to its admin listener.
#pragma once

#include <chrono>
#include <string>

#include "cli/configuration.hpp"
#include "net/net.hpp"

namespace turnpike::cli {

class AdminClient {
public:
    struct Answer {
        std::uint16_t status = 0;
        std::string body;
    };
    /// Null where the files say nothing usable: `out` says what.
    static std::unique_ptr<AdminClient> open(const InstanceOptions& options, Diagnostics& out);

    Result<Answer> get(std::string_view path) { return ask("GET", path, {}); }
    /// A method other than GET changes the instance, and so brings its token.
    Result<Answer> ask(std::string_view method, std::string_view path, std::string_view body);
    /// For messages: the address, and the file of the token; empty where none was found.
    const std::string& where() const { return address_.text; }
    const std::string& token_file() const { return token_file_; }

private:
    explicit AdminClient(config::ListenAddress address) : address_(std::move(address)) {}
    void find_token(const config::Settings& settings);
    std::string serialise(std::string_view method, std::string_view path,
                          std::string_view body) const;

    config::ListenAddress address_;
    std::string token_file_;
    std::string token_;
    std::chrono::milliseconds limit_{30'000};
};

/// The instance that `options` mean; null, with the reason on standard error.
std::unique_ptr<AdminClient> find_instance(const InstanceOptions& options);
/// What could not be asked or was refused, on standard error; the exit status.
int say_unreachable(const AdminClient& client, const Error& error);
int say_failed(const AdminClient& client, const AdminClient::Answer& answer);

}  // namespace turnpike::cli
