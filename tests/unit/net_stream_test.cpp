// Byte streams over loopback: reads and writes that wait, time limits, cancelling, and the ways in
// which a connection ends.
#include <gtest/gtest.h>

#include <algorithm>

#include "net/net.hpp"
#include "support/sockets.hpp"

namespace turnpike::net {
namespace {

using namespace std::chrono_literals;
using test::Peer;
using test::run_for;
using test::run_until;

// More than the kernel holds between the two ends.
constexpr std::size_t large = 32 << 20;

/// What became of an operation: nothing yet, or a fault, or a number of bytes.
struct Ended {
    bool yet = false;
    std::optional<Fault> fault;
    std::size_t count = 0;
};

Task<void> reading(Stream& stream, std::span<char> room, Ended& ended) {
    const Result<std::size_t> count = co_await stream.read(room);
    ended = count ? Ended{true, {}, *count} : Ended{true, count.error().fault, 0};
}

Task<void> waiting(Stream& stream, Ended& ended) {
    const Result<std::size_t> readable = co_await stream.readable();
    ended = readable ? Ended{true, {}, 0} : Ended{true, readable.error().fault, 0};
}

Task<void> writing(Stream& stream, std::span<const std::string_view> pieces, Ended& ended) {
    const Result<void> written = co_await stream.write(pieces);
    ended = written ? Ended{true, {}, 0} : Ended{true, written.error().fault, 0};
}

/// One connection: our stream and the test's end of it.
class StreamTest : public testing::Test {
protected:
    void SetUp() override {
        Result<Listener> listener =
            Listener::open(loop_, {.address = *Address::parse("127.0.0.1"), .port = 0, .path = {}});
        ASSERT_TRUE(listener);
        peer_.emplace(Peer::connect(listener->local().port));
        tasks_.start(accept(*listener));
        ASSERT_TRUE(until([this] { return bool(stream_); }));
    }
    void TearDown() override {
        stream_.close();
        EXPECT_TRUE(until([this] { return tasks_.running() == 0; }));
    }
    Task<void> accept(Listener& listener) {
        Result<Stream> stream = co_await listener.accept();
        if (stream) stream_ = std::move(*stream);
    }
    bool until(const std::function<bool()>& done) { return run_until(loop_, done); }

    Ended& read() {
        tasks_.start(reading(stream_, room_, read_));
        return read_;
    }
    Ended& write(std::string_view text) {
        text_ = text;
        tasks_.start(writing(stream_, {&text_, 1}, written_));
        return written_;
    }

    Loop loop_;
    std::optional<Peer> peer_;
    Stream stream_;
    std::array<char, 16> room_{};
    std::string_view text_;
    Ended read_, written_;
    Nursery tasks_;
};

TEST_F(StreamTest, ReadsWhatComesAndNoMoreThanThereIsRoomFor) {
    const Ended& ended = read();
    EXPECT_FALSE(ended.yet);
    peer_->send("hello");
    ASSERT_TRUE(until([&] { return ended.yet; }));
    EXPECT_EQ(std::string_view(room_.data(), ended.count), "hello");

    peer_->send("0123456789abcdefgh");
    read_ = {};
    read();
    ASSERT_TRUE(until([&] { return ended.yet; }));
    EXPECT_EQ(ended.count, room_.size());
}

TEST_F(StreamTest, SaysHowTheOtherSideEnded) {
    peer_->end_sending();
    read();
    ASSERT_TRUE(until([&] { return read_.yet; }));
    EXPECT_EQ(read_.fault, Fault::closed);

    peer_->reset();
    read_ = {};
    tasks_.start(waiting(stream_, read_));
    ASSERT_TRUE(until([&] { return read_.yet; }));
    read_ = {};
    read();
    ASSERT_TRUE(until([&] { return read_.yet; }));
    EXPECT_TRUE(read_.fault == Fault::reset || read_.fault == Fault::closed);
}

TEST_F(StreamTest, AResetIsNotAnEnd) {
    read();
    peer_->reset();
    ASSERT_TRUE(until([&] { return read_.yet; }));
    EXPECT_EQ(read_.fault, Fault::reset);
}

TEST_F(StreamTest, WaitsForBytesWithoutTakingThem) {
    tasks_.start(waiting(stream_, read_));
    run_for(loop_, 20ms);
    EXPECT_FALSE(read_.yet);
    EXPECT_TRUE(stream_.is_quiet());
    peer_->send("x");
    ASSERT_TRUE(until([&] { return read_.yet; }));
    EXPECT_FALSE(read_.fault);
    EXPECT_FALSE(stream_.is_quiet());
    read_ = {};
    read();
    ASSERT_TRUE(until([&] { return read_.yet; }));
    EXPECT_EQ(room_[0], 'x');
}

TEST_F(StreamTest, WritesPiecesInOrderAndLeavesOutEmptyOnes) {
    const std::string_view pieces[] = {"", "one ", "", "two ", "three", ""};
    tasks_.start(writing(stream_, pieces, written_));
    EXPECT_TRUE(written_.yet) << "what the socket takes at once needs no turn of the loop";
    EXPECT_TRUE(until([&] { return peer_->received() == "one two three"; }));
}

TEST_F(StreamTest, WritesMoreThanTheSocketHoldsAtTheReadersPace) {
    std::string one(large / 2, 'a'), two(large / 2, 'b');
    for (std::size_t i = 0; i < one.size(); i += 997) one[i] = two[i] = static_cast<char>(i % 251);
    const std::string_view pieces[] = {one, two};
    tasks_.start(writing(stream_, pieces, written_));
    run_for(loop_, 20ms);
    EXPECT_FALSE(written_.yet) << "nobody has read";
    ASSERT_TRUE(until([&] { return peer_->received().size() == large; }));
    EXPECT_TRUE(written_.yet);
    EXPECT_FALSE(written_.fault);
    EXPECT_TRUE(peer_->received() == one + two);
}

TEST_F(StreamTest, ReadsWhileAWriteWaits) {
    const std::string text(large, 'x');
    write(text);
    read();
    peer_->send("meanwhile");
    ASSERT_TRUE(until([&] { return read_.yet; }));
    EXPECT_FALSE(written_.yet);
    EXPECT_TRUE(until([&] { return peer_->received().size() == large && written_.yet; }));
}

TEST_F(StreamTest, AWriteToOneWhoLeftFails) {
    const std::string text(large, 'x');
    write(text);
    EXPECT_FALSE(written_.yet);
    peer_->reset();
    ASSERT_TRUE(until([&] { return written_.yet; }));
    EXPECT_EQ(written_.fault, Fault::reset);
}

// A limit on a clock that the test turns.
class StreamLimit : public StreamTest {
protected:
    void SetUp() override {
        StreamTest::SetUp();
        const Clock::Steady now = std::chrono::steady_clock::now();
        loop_.clock().set(now, std::chrono::system_clock::now());
        loop_.deadlines().turn(now);
    }
    void pass(std::chrono::milliseconds time) {
        loop_.clock().advance(time);
        loop_.deadlines().turn(loop_.clock().now());
        run_for(loop_, 5ms);
    }
};

TEST_F(StreamLimit, EndsAReadThatWaitsTooLongAndNotSooner) {
    stream_.limit(10s);
    read();
    pass(9s);
    EXPECT_FALSE(read_.yet);
    pass(1200ms);
    ASSERT_TRUE(read_.yet);
    EXPECT_EQ(read_.fault, Fault::timed_out);
}

TEST_F(StreamLimit, ThatPassedBeforeAnybodyWaitedStillCounts) {
    stream_.limit(1s);
    pass(2s);
    read();
    ASSERT_TRUE(until([&] { return read_.yet; }));
    EXPECT_EQ(read_.fault, Fault::timed_out);
}

TEST_F(StreamLimit, CanBeMovedAndTakenAway) {
    stream_.limit(1s);
    read();
    stream_.limit(10s);
    pass(5s);
    EXPECT_FALSE(read_.yet);
    stream_.no_limit();
    pass(1h);
    EXPECT_FALSE(read_.yet);
    peer_->send("x");
    EXPECT_TRUE(until([&] { return read_.yet; }));
    EXPECT_FALSE(read_.fault);
}

TEST_F(StreamLimit, OverIsOver) {
    stream_.limit(1s);
    read();
    pass(2s);
    ASSERT_EQ(read_.fault, Fault::timed_out);
    stream_.limit(10s);
    read_ = {};
    read();
    pass(5s);
    EXPECT_FALSE(read_.yet) << "a new limit forgets that the old one passed";
}

TEST_F(StreamLimit, EndsAWaitForReadability) {
    stream_.limit(1s);
    tasks_.start(waiting(stream_, read_));
    pass(2s);
    EXPECT_EQ(read_.fault, Fault::timed_out);
}

TEST_F(StreamLimit, EndsAWriteToOneWhoDoesNotRead) {
    stream_.stall_limit(30s);
    const std::string text(large, 'x');
    write(text);
    pass(29s);
    EXPECT_FALSE(written_.yet);
    pass(2s);
    ASSERT_TRUE(written_.yet);
    EXPECT_EQ(written_.fault, Fault::timed_out);
}

TEST_F(StreamLimit, OfAWriteBeginsAnewWhenTheReaderTakesSome) {
    stream_.stall_limit(30s);
    const std::string text(large, 'x');
    write(text);
    for (int i = 0; i < 5; ++i) {
        pass(20s);
        ASSERT_FALSE(written_.fault);
        peer_->received();
        run_for(loop_, 20ms);
    }
    EXPECT_TRUE(until([&] { return peer_->received().size() == large && written_.yet; }));
    EXPECT_FALSE(written_.fault);
}

// A reader's limit is not the writer's to take away: an origin that reads a large body and then
// never answers would be waited for without end.
TEST_F(StreamLimit, OfAReadOutlivesAWriteThatHadToWait) {
    const std::string text(large, 'x');
    stream_.limit(10s);
    read();
    write(text);
    ASSERT_FALSE(written_.yet);
    ASSERT_TRUE(until([&] { return peer_->received().size() == large && written_.yet; }));
    pass(11s);
    ASSERT_TRUE(read_.yet);
    EXPECT_EQ(read_.fault, Fault::timed_out);
}

TEST_F(StreamTest, CancelEndsWhatWaits) {
    const std::string text(large, 'x');
    read();
    write(text);
    stream_.cancel();
    ASSERT_TRUE(until([&] { return read_.yet && written_.yet; }));
    EXPECT_EQ(read_.fault, Fault::cancelled);
    EXPECT_EQ(written_.fault, Fault::cancelled);
    // And only what waited: the stream is as good as before.
    read_ = {};
    read();
    peer_->send("x");
    EXPECT_TRUE(until([&] { return read_.yet && !read_.fault; }));
}

TEST_F(StreamTest, AHardCloseIsAResetForTheOtherSide) {
    write("half an answer");
    stream_.close_hard();
    ASSERT_TRUE(until([&] { return peer_->ended(); }));
    EXPECT_TRUE(peer_->was_reset());
}

TEST_F(StreamTest, ACloseIsAnEndForTheOtherSide) {
    write("a whole answer");
    stream_.close();
    ASSERT_TRUE(until([&] { return peer_->ended(); }));
    EXPECT_FALSE(peer_->was_reset());
    EXPECT_EQ(peer_->received(), "a whole answer");
}

TEST_F(StreamTest, CanEndItsSideAndReadOn) {
    stream_.shutdown_write();
    ASSERT_TRUE(until([&] { return peer_->ended(); }));
    EXPECT_FALSE(peer_->was_reset());
    peer_->send("still here");
    read();
    EXPECT_TRUE(until([&] { return read_.yet && read_.count == 10; }));
}

TEST_F(StreamTest, IsNotQuietWhereSomethingCameOrTheOtherSideLeft) {
    EXPECT_TRUE(stream_.is_quiet());
    peer_->close();
    EXPECT_TRUE(until([&] { return !stream_.is_quiet(); }));
}

TEST_F(StreamTest, KnowsItsPeer) {
    EXPECT_EQ(stream_.peer(), *Address::parse("127.0.0.1"));
}

}  // namespace
}  // namespace turnpike::net
