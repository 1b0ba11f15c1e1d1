// The access log as a whole: rings, the writer thread, rotation, and targets that fail.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "support/allocations.hpp"
#include "telemetry/line_ring.hpp"
#include "telemetry/log_target.hpp"
#include "telemetry/telemetry.hpp"

namespace turnpike::telemetry {
namespace {

using namespace std::chrono_literals;

class Folder {
public:
    Folder() {
        std::string name = testing::TempDir() + "turnpike-log-XXXXXX";
        path_ = mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    std::string file(std::string_view name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

AccessRecord record(std::string_view id, std::string_view user_agent = {}) {
    AccessRecord made;
    made.id = id;
    made.user_agent = user_agent;
    return made;
}

AccessLogOptions options_for(const std::string& to) {
    AccessLogOptions options;
    options.to = to;
    options.ring_size = 128 * 1024;
    return options;
}

std::unique_ptr<AccessLog> open_log(const AccessLogOptions& options, std::size_t threads = 1) {
    std::string error;
    auto log = AccessLog::open(options, threads, error);
    EXPECT_TRUE(log) << error;
    return log;
}

std::string contents(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

std::vector<std::string> ids_in(const std::string& text) {
    const std::string key = "\"id\":\"";
    std::vector<std::string> ids;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        EXPECT_EQ(line.compare(0, 9, "{\"time\":\""), 0) << line;
        EXPECT_EQ(line.back(), '}') << line;
        const std::size_t start = line.find(key) + key.size();
        ids.push_back(line.substr(start, line.find('"', start) - start));
    }
    return ids;
}

template <class Condition>
bool soon(Condition condition) {
    for (int i = 0; i < 1000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

TEST(LineRing, ReadsWhatWasWrittenAcrossItsEnd) {
    const auto ring = LineRing::make(4096);
    std::string expected;
    for (int round = 0; round < 100; ++round) {
        const std::string line(1 + static_cast<std::size_t>(round) * 37 % 3000,
                               static_cast<char>('a' + round % 26));
        char* room = ring->reserve(line.size());
        ASSERT_NE(room, nullptr);
        line.copy(room, line.size());
        ring->commit(line.size());
        ASSERT_EQ(ring->readable(), line);
        ring->release(line.size());
    }
    EXPECT_EQ(ring->dropped(), 0u);
}

TEST(LineRing, RefusesAndCountsWhatFindsNoRoom) {
    const auto ring = LineRing::make(4096);
    ASSERT_NE(ring->reserve(4096), nullptr);
    ring->commit(4000);
    EXPECT_EQ(ring->reserve(97), nullptr);
    EXPECT_EQ(ring->reserve(97), nullptr);
    EXPECT_EQ(ring->dropped(), 2u);
    EXPECT_NE(ring->reserve(96), nullptr);
    ring->release(1);
    EXPECT_NE(ring->reserve(97), nullptr);
    EXPECT_EQ(ring->dropped(), 2u);
}

TEST(LineRing, AsksOnceForTheConsumerWhenOverHalfFull) {
    const auto ring = LineRing::make(4096);
    EXPECT_FALSE(ring->commit(2048));
    EXPECT_TRUE(ring->commit(1));
    EXPECT_FALSE(ring->commit(1));
    ring->release(2050);
    ring->awake();
    EXPECT_FALSE(ring->commit(2048));
    EXPECT_TRUE(ring->commit(1));
}

TEST(AccessLog, WritesEveryLineInOrder) {
    const Folder folder;
    {
        const auto log = open_log(options_for(folder.file("access.log")));
        for (int i = 0; i < 20; ++i) log->ring(0).write(record(std::to_string(i)));
    }
    const auto ids = ids_in(contents(folder.file("access.log")));
    ASSERT_EQ(ids.size(), 20u);
    for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], std::to_string(i));
}

TEST(AccessLog, AppendsToAFileThatOnlyOwnerAndGroupMayRead) {
    const Folder folder;
    const std::string file = folder.file("access.log");
    const mode_t before = umask(0);
    open_log(options_for(file))->ring(0).write(record("one"));
    umask(before);
    open_log(options_for(file))->ring(0).write(record("two"));
    EXPECT_EQ(ids_in(contents(file)), (std::vector<std::string>{"one", "two"}));
    struct stat status;
    ASSERT_EQ(stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777u, 0640u);
}

TEST(AccessLog, WritesWithoutBeingAskedWithinHalfASecond) {
    const Folder folder;
    const auto log = open_log(options_for(folder.file("access.log")));
    log->ring(0).write(record("one"));
    EXPECT_TRUE(soon([&] { return !contents(folder.file("access.log")).empty(); }));
}

TEST(AccessLog, SaysWhyItCannotOpen) {
    std::string error;
    EXPECT_EQ(AccessLog::open(options_for("/nowhere/access.log"), 1, error), nullptr);
    EXPECT_EQ(error, "cannot open /nowhere/access.log: No such file or directory");
}

TEST(AccessLog, OffWritesAndCountsNothing) {
    const auto log = open_log(options_for("off"), 2);
    log->ring(1).write(record("one"));
    log->reopen();
    EXPECT_EQ(log->dropped(), 0u);
}

TEST(AccessLog, WritesToStdout) {
    testing::internal::CaptureStdout();
    open_log(options_for("stdout"))->ring(0).write(record("one"));
    EXPECT_EQ(ids_in(testing::internal::GetCapturedStdout()), std::vector<std::string>{"one"});
}

TEST(AccessLog, LosesNoLineWhenRotated) {
    const Folder folder;
    const std::string file = folder.file("access.log");
    constexpr int rotations = 20;
    constexpr int lines = 200;  // of one rotation: less than half a ring
    {
        const auto log = open_log(options_for(file));
        for (int i = 0; i < rotations; ++i) {
            for (int j = 0; j < lines; ++j)
                log->ring(0).write(record(std::to_string(i * lines + j)));
            std::filesystem::rename(file, file + "." + std::to_string(i));
            log->reopen();
            ASSERT_TRUE(soon([&] { return std::filesystem::exists(file); }));
            // Those lines are on disk by now, or at the latest with the next tick.
            std::this_thread::sleep_for(30ms);
        }
        EXPECT_EQ(log->dropped(), 0u);
    }
    std::vector<std::string> ids;
    for (int i = 0; i <= rotations; ++i) {
        const auto part = ids_in(contents(i < rotations ? file + "." + std::to_string(i) : file));
        ids.insert(ids.end(), part.begin(), part.end());
    }
    ASSERT_EQ(ids.size(), std::size_t{rotations * lines});
    for (std::size_t i = 0; i < ids.size(); ++i) ASSERT_EQ(ids[i], std::to_string(i));
}

TEST(AccessLog, KeepsTheOpenFileWhereANewOneCannotBeMade) {
    const Folder folder;
    const std::string inner = folder.file("inner");
    std::filesystem::create_directory(inner);
    testing::internal::CaptureStderr();
    {
        const auto log = open_log(options_for(inner + "/access.log"));
        std::filesystem::rename(inner, folder.file("moved"));
        log->reopen();
        log->ring(0).write(record("one"));
    }
    EXPECT_EQ(ids_in(contents(folder.file("moved/access.log"))), std::vector<std::string>{"one"});
    EXPECT_NE(testing::internal::GetCapturedStderr().find("still writing to the file"),
              std::string::npos);
}

TEST(AccessLog, DropsCountsAndWarnsWhereTheDiskIsFull) {
    testing::internal::CaptureStderr();
    {
        const auto log = open_log(options_for("/dev/full"));
        for (int i = 0; i < 2000; ++i) log->ring(0).write(record("one", "some user agent"));
        EXPECT_GT(log->dropped(), 500u);
    }
    const std::string text = testing::internal::GetCapturedStderr();
    EXPECT_NE(text.find("cannot write to /dev/full: No space left on device"), std::string::npos)
        << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

TEST(AccessLog, NeverBlocksOnAReaderThatTakesNothing) {
    const Folder folder;
    const std::string pipe = folder.file("pipe");
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
    testing::internal::CaptureStderr();
    {
        const auto log = open_log(options_for(pipe));
        for (int i = 0; i < 20'000; ++i) log->ring(0).write(record(std::to_string(i)));
        EXPECT_GT(log->dropped(), 0u);
    }  // gives up after a second
    testing::internal::GetCapturedStderr();
    std::string got(1 << 20, '\0');
    const ssize_t size = read(reader, got.data(), got.size());
    ASSERT_GT(size, 0);
    got.resize(static_cast<std::size_t>(size));
    EXPECT_EQ(got.back(), '\n') << "the pipe got a broken line";
    int last = -1;
    for (const std::string& id : ids_in(got)) {
        ASSERT_GT(std::stoi(id), last);
        last = std::stoi(id);
    }
    close(reader);
}

TEST(AccessLog, OutlivesAReaderThatHangsUp) {
    const Folder folder;
    const std::string pipe = folder.file("pipe");
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
    testing::internal::CaptureStderr();
    {
        const auto log = open_log(options_for(pipe));
        close(reader);
        log->ring(0).write(record("one"));
    }
    EXPECT_NE(testing::internal::GetCapturedStderr().find("Broken pipe"), std::string::npos);
}

TEST(AccessLog, TwoThreadsNeverMixTheirLines) {
    const Folder folder;
    const std::string file = folder.file("access.log");
    constexpr int lines = 20'000;
    std::uint64_t dropped = 0;
    {
        const auto log = open_log(options_for(file), 2);
        const auto produce = [&](std::size_t thread) {
            const std::string user_agent(1 + 40 * thread, 'u');
            for (int i = 0; i < lines; ++i) {
                const std::string id = std::to_string(thread) + "-" + std::to_string(i);
                log->ring(thread).write(record(id, user_agent));
                if (i % 100 == 0) std::this_thread::sleep_for(1ms);
            }
        };
        std::thread other(produce, 1);
        produce(0);
        other.join();
        dropped = log->dropped();
    }
    std::map<char, int> last{{'0', -1}, {'1', -1}};
    const auto ids = ids_in(contents(file));
    for (const std::string& id : ids) {
        const int number = std::stoi(id.substr(2));
        ASSERT_GT(number, last[id[0]]) << "out of order";
        last[id[0]] = number;
    }
    EXPECT_EQ(ids.size() + dropped, std::size_t{2 * lines});
}

TEST(AccessLog, DoesNotAllocateWhileWriting) {
    const Folder folder;
    const auto log = open_log(options_for(folder.file("access.log")));
    const test::Allocations allocations;
    for (int i = 0; i < 100; ++i) log->ring(0).write(record("one", "some user agent"));
    EXPECT_EQ(allocations.count(), 0u);
}

}  // namespace
}  // namespace turnpike::telemetry
