// The other ends of our sockets, by plain system calls and without waiting, so that a test and the
// loop it tests share one thread; and the turning of that loop.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "net/net.hpp"

namespace turnpike::test {

/// Turns the loop until `done` holds; false where that takes longer than `patience`.
inline bool run_until(net::Loop& loop, const std::function<bool()>& done,
                      std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    const auto give_up = std::chrono::steady_clock::now() + patience;
    bool held = done();
    std::function<void()> look = [&] {
        held = done();
        if (held || std::chrono::steady_clock::now() > give_up) return loop.stop();
        loop.post(look);
    };
    if (held) return true;
    loop.post(look);
    loop.run();
    loop.restart();
    return held;
}

/// Turns the loop for a while, for what must not happen.
inline void run_for(net::Loop& loop, std::chrono::milliseconds time) {
    run_until(
        loop, [] { return false; }, time);
}

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return name;
}

/// One end of a connection, the test's.
class Peer {
public:
    explicit Peer(int socket) : socket_(socket) {}
    Peer(Peer&& other) noexcept { *this = std::move(other); }
    Peer& operator=(Peer&& other) noexcept {
        std::swap(socket_, other.socket_);
        std::swap(received_, other.received_);
        std::swap(end_, other.end_);
        return *this;
    }
    ~Peer() { close(); }

    static Peer connect(std::uint16_t port) {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in name = loopback(port);
        if (::connect(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) {
            throw std::runtime_error("cannot connect");
        }
        return Peer(socket);
    }

    /// What the kernel takes of it; a test's texts are small.
    std::size_t send(std::string_view text) {
        const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        return sent < 0 ? 0 : static_cast<std::size_t>(sent);
    }
    /// Everything that came so far.
    const std::string& received() {
        char bytes[65536];
        while (end_ == End::none) {
            const ssize_t count =
                socket_ < 0 ? 0 : ::recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT);
            if (count > 0) {
                received_.append(bytes, static_cast<std::size_t>(count));
                continue;
            }
            if (count == 0) end_ = End::closed;
            if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
            end_ = count == 0 ? End::closed : End::reset;
        }
        return received_;
    }
    bool has(std::string_view text) { return received().find(text) != std::string::npos; }
    bool ended() { return received(), end_ != End::none; }
    bool was_reset() { return ended() && end_ == End::reset; }
    void forget() { received_.clear(); }

    void end_sending() { ::shutdown(socket_, SHUT_WR); }
    void close() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    void reset() {
        const linger abort{1, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
        close();
    }

private:
    enum class End : std::uint8_t { none, closed, reset };
    int socket_ = -1;
    std::string received_;
    End end_ = End::none;
};

/// A listening socket whose connections the test takes when it likes.
class PeerListener {
public:
    PeerListener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_in name = loopback(0);
        socklen_t size = sizeof name;
        if (::bind(socket_, reinterpret_cast<sockaddr*>(&name), size) != 0 ||
            ::listen(socket_, 64) != 0 ||
            ::getsockname(socket_, reinterpret_cast<sockaddr*>(&name), &size) != 0) {
            throw std::runtime_error("cannot listen");
        }
        port_ = ntohs(name.sin_port);
    }
    PeerListener(const PeerListener&) = delete;
    ~PeerListener() { ::close(socket_); }

    std::uint16_t port() const { return port_; }
    std::optional<Peer> accept() {
        const int socket = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return std::nullopt;
        return Peer(socket);
    }

private:
    int socket_;
    std::uint16_t port_ = 0;
};

}  // namespace turnpike::test
