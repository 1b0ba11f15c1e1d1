// The operator's listeners, admin and metrics, on the main loop.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin/admin.hpp"
#include "config/config.hpp"
#include "server/server.hpp"

namespace turnpike::cli {

net::Endpoint to_endpoint(const config::ListenAddress& address);
/// `cannot listen on this address (127.0.0.1:80): Permission denied`; errno is that of the failure.
std::string cannot_listen(const std::string& where, const Error& error);

class Observers {
public:
    Observers(net::Loop& loop, const admin::Admin::Sources& sources)
        : loop_(loop),
          admin_(sources, admin::Admin::Hosts::local),
          metrics_(sources, admin::Admin::Hosts::any) {}

    /// False with `error` where nothing can listen there.
    bool open_admin(const config::ListenAddress& address, std::string& error) {
        return open(address, admin_, error);
    }
    bool open_metrics(const config::ListenAddress& address, std::string& error) {
        return open(address, metrics_, error);
    }
    admin::Admin& admin() { return admin_; }
    void start();
    void drain(std::function<void()> done);
    /// Where the first of them listens.
    std::optional<net::Endpoint> address() const;

private:
    bool open(const config::ListenAddress& address, admin::Admin& handler, std::string& error);

    net::Loop& loop_;
    admin::Admin admin_;
    admin::Admin metrics_;
    std::vector<std::unique_ptr<server::Server>> servers_;
    std::size_t remaining_ = 0;
};

}  // namespace turnpike::cli
