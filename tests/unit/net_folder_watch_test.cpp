// Folders that tell of changes: what counts as one, and which folders are listened to.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "net/net.hpp"
#include "support/sockets.hpp"

namespace turnpike::net {
namespace {

namespace fs = std::filesystem;

class FolderWatches : public testing::Test {
protected:
    FolderWatches() {
        std::string name = (fs::temp_directory_path() / "turnpike_watch_XXXXXX").string();
        root_ = ::mkdtemp(name.data());
        fs::create_directory(root_ / "a");
        fs::create_directory(root_ / "b");
    }
    ~FolderWatches() override { fs::remove_all(root_); }

    void write(const fs::path& path) { std::ofstream(root_ / path) << "text"; }
    /// Whether we are told within the time.
    bool is_told() {
        const bool told = test::run_until(loop_, [this] { return told_ > 0; });
        told_ = 0;
        return told;
    }
    /// Whether nothing comes for a while.
    bool is_silent() {
        test::run_for(loop_, std::chrono::milliseconds(20));
        return std::exchange(told_, 0) == 0;
    }

    fs::path root_;
    Loop loop_;
    int told_ = 0;
    FolderWatch watch_{loop_, [this] { ++told_; }};
};

TEST_F(FolderWatches, TellOfWhatIsWrittenMovedMadeAndTakenAway) {
    ASSERT_TRUE(watch_.use({(root_ / "a").string()}));
    EXPECT_TRUE(is_silent());
    write("a/file");
    EXPECT_TRUE(is_told());
    write("b/draft");
    EXPECT_TRUE(is_silent());
    fs::rename(root_ / "b/draft", root_ / "a/file");
    EXPECT_TRUE(is_told());
    fs::create_symlink("elsewhere", root_ / "a/link");
    EXPECT_TRUE(is_told());
    fs::remove(root_ / "a/file");
    EXPECT_TRUE(is_told());
    fs::remove_all(root_ / "a");
    EXPECT_TRUE(is_told());
}

TEST_F(FolderWatches, AFileThatIsStillBeingWrittenIsNoNews) {
    write("a/file");
    ASSERT_TRUE(watch_.use({(root_ / "a").string()}));
    std::ofstream file(root_ / "a/file", std::ios::app);
    file << "more" << std::flush;
    EXPECT_TRUE(is_silent());
    file.close();
    EXPECT_TRUE(is_told());
}

TEST_F(FolderWatches, ListenToTheFoldersThatWereNamedLast) {
    ASSERT_TRUE(watch_.use({(root_ / "a").string()}));
    ASSERT_TRUE(watch_.use({(root_ / "b").string()}));
    is_silent();  // that a is no longer watched may be told
    write("a/file");
    EXPECT_TRUE(is_silent());
    write("b/file");
    EXPECT_TRUE(is_told());
}

TEST_F(FolderWatches, AFolderOfTheSameNameMayBeAnotherByNow) {
    const std::string name = (root_ / "a").string();
    ASSERT_TRUE(watch_.use({name}));
    fs::rename(root_ / "a", root_ / "old");
    fs::create_directory(root_ / "a");
    ASSERT_TRUE(watch_.use({name}));
    is_silent();
    write("old/file");
    EXPECT_TRUE(is_silent());
    write("a/file");
    EXPECT_TRUE(is_told());
}

TEST_F(FolderWatches, AFolderThatIsNotThereIsReportedAndTheOthersCount) {
    EXPECT_FALSE(watch_.use({(root_ / "a").string(), (root_ / "nowhere").string()}));
    write("a/file");
    EXPECT_TRUE(is_told());
}

}  // namespace
}  // namespace turnpike::net
