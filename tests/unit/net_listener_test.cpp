// Who may listen where: threads of one instance share a port, another instance gets no part of it.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "net/net.hpp"
#include "support/sockets.hpp"

namespace turnpike::net {
namespace {

using Sharing = Listener::Sharing;
using test::Peer;
using test::run_until;

const Endpoint any_port{.address = *Address::parse("127.0.0.1"), .port = 0, .path = {}};

Task<void> accepting(Listener& listener, std::size_t& count) {
    for (;;) {
        Result<Stream> stream = co_await listener.accept();
        if (!stream) co_return;
        ++count;
        stream->close();
    }
}

TEST(Listener, ThreadsOfAnInstanceShareAPort) {
    Loop loop;
    Result<Listener> first = Listener::open(loop, any_port, Sharing::first);
    ASSERT_TRUE(first);
    Result<Listener> joining = Listener::open(loop, first->local(), Sharing::joining);
    ASSERT_TRUE(joining);

    std::size_t by_first = 0, by_joining = 0;
    Nursery tasks;
    tasks.start(accepting(*first, by_first));
    tasks.start(accepting(*joining, by_joining));
    std::vector<Peer> peers;
    for (int i = 0; i < 64; ++i) peers.push_back(Peer::connect(first->local().port));
    EXPECT_TRUE(run_until(loop, [&] { return by_first + by_joining == peers.size(); }));
    EXPECT_GT(by_first, 0u);
    EXPECT_GT(by_joining, 0u);
    first->close();
    joining->close();
    EXPECT_TRUE(run_until(loop, [&] { return tasks.running() == 0; }));
}

TEST(Listener, AnotherInstanceGetsNoPartOfThePort) {
    Loop loop;
    Result<Listener> first = Listener::open(loop, any_port, Sharing::first);
    ASSERT_TRUE(first);
    for (const Sharing sharing : {Sharing::first, Sharing::alone}) {
        const Result<Listener> other = Listener::open(loop, first->local(), sharing);
        EXPECT_FALSE(other);
        EXPECT_EQ(errno, EADDRINUSE);
    }
    const Endpoint port = first->local();
    first->close();
    EXPECT_TRUE(Listener::open(loop, port, Sharing::first)) << "the port was not given back";
}

TEST(Listener, APortThatIsNotSharedCannotBeJoined) {
    Loop loop;
    const Result<Listener> alone = Listener::open(loop, any_port);
    ASSERT_TRUE(alone);
    EXPECT_FALSE(Listener::open(loop, alone->local(), Sharing::joining));
}

TEST(Listener, AUnixSocketOfADeadProcessIsReplacedAndALiveOneKept) {
    const auto folder = std::filesystem::path(testing::TempDir()) / "turnpike-listener";
    std::filesystem::create_directories(folder);
    const Endpoint endpoint{.address = {}, .port = 0, .path = (folder / "socket").string()};
    const Endpoint elsewhere{.address = {}, .port = 0, .path = (folder / "gone").string()};
    Loop loop;
    {
        const Result<Listener> died = Listener::open(loop, elsewhere);
        ASSERT_TRUE(died);
        std::filesystem::rename(elsewhere.path, endpoint.path);  // so it is not tidied away
    }
    ASSERT_TRUE(std::filesystem::exists(endpoint.path));
    const Result<Listener> live = Listener::open(loop, endpoint);
    ASSERT_TRUE(live);
    EXPECT_FALSE(Listener::open(loop, endpoint));
    EXPECT_EQ(errno, EADDRINUSE);
    EXPECT_TRUE(std::filesystem::exists(endpoint.path));
    std::filesystem::remove_all(folder);
}

TEST(Listener, APathThatIsTooLongForASocketIsAnError) {
    Loop loop;
    const Endpoint endpoint{.address = {}, .port = 0, .path = "/tmp/" + std::string(200, 'x')};
    EXPECT_FALSE(Listener::open(loop, endpoint));
}

}  // namespace
}  // namespace turnpike::net
