// The shared table: exact under several threads, never larger than it was made, and what goes first
// where there is no room.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "store/store.hpp"

namespace turnpike::store {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

struct Note {
    std::int64_t expires_ns;
    std::uint64_t count;
    Time expires() const { return Time(std::chrono::nanoseconds(expires_ns)); }
};
using Notes = Table<Note>;

constexpr Time start{hours(1)};
constexpr Secret secret{.low = 0x0706050403020100, .high = 0x0f0e0d0c0b0a0908};

Key numbered(std::uint64_t number) {
    return KeyHash(secret).add(number).key();
}
/// Adds one to what is kept under that key, until `lifetime` after `now`.
std::uint64_t count(Notes& notes, Key key, Time now, seconds lifetime) {
    return notes.change(key, now, [&](Note& note) {
        note.expires_ns = (now + lifetime).time_since_epoch().count();
        return ++note.count;
    });
}

// The vector of the paper: key 00…0f, message 00…0e, which is padded with its length, 0f.
TEST(KeyHash, IsSipHash) {
    const KeyHash hash = KeyHash(secret).add(0x0706050403020100u).add(0x0f0e0d0c0b0a0908u);
    EXPECT_EQ(static_cast<std::uint64_t>(hash.key()), 0xa129ca6149be45e5u);
}

TEST(KeyHash, TellsTextsApartThatReadTheSameInARow) {
    std::set<Key> keys;
    const std::vector<std::vector<std::string>> sequences = {{"ab", "c"},
                                                             {"a", "bc"},
                                                             {"abc"},
                                                             {"abc", ""},
                                                             {"", "abc"},
                                                             {""},
                                                             {"", ""},
                                                             {"a"},
                                                             {std::string(1, 0)},
                                                             {std::string(8, 'a')},
                                                             {},
                                                             {"A"},
                                                             {"aaaaaaaa", ""},
                                                             {std::string(9, 0)}};
    for (const auto& sequence : sequences) {
        KeyHash hash(secret);
        for (const std::string& text : sequence) hash.add(text);
        EXPECT_TRUE(keys.insert(hash.key()).second) << testing::PrintToString(sequence);
    }
}

TEST(ATable, KeepsWhatWasLeftUntilItExpires) {
    Notes notes(64 * 1024);
    const Key key = numbered(1);
    EXPECT_EQ(count(notes, key, start, seconds(10)), 1u);
    EXPECT_EQ(count(notes, key, start + seconds(9), seconds(10)), 2u);
    EXPECT_EQ(count(notes, key, start + seconds(18), seconds(10)), 3u);
    EXPECT_EQ(count(notes, key, start + seconds(28), seconds(10)), 1u);
    EXPECT_EQ(count(notes, numbered(2), start, seconds(10)), 1u);
}

TEST(ATable, ForgetsAtOnceWhatIsLeftExpired) {
    Notes notes(64 * 1024);
    count(notes, numbered(1), start, seconds(0));
    EXPECT_EQ(notes.entries(start - seconds(1)), 0u);
}

TEST(ATable, CountsWhatHasNotExpired) {
    Notes notes(1024 * 1024);
    for (std::uint64_t i = 0; i < 1000; ++i) {
        count(notes, numbered(i), start, seconds(i % 2 == 0 ? 10 : 20));
    }
    EXPECT_EQ(notes.entries(start), 1000u);
    EXPECT_EQ(notes.entries(start + seconds(10)), 500u);
    EXPECT_EQ(notes.entries(start + seconds(20)), 0u);
    EXPECT_EQ(notes.evictions(), 0u);
}

TEST(ATable, StaysWithinItsMemoryUnderAMillionKeys) {
    constexpr std::size_t room = 1024 * 1024;
    Notes notes(room);
    EXPECT_LE(notes.bytes(), room + 8 * 1024);
    std::uint64_t told_apart = 0;
    for (std::uint64_t i = 0; i < 1'000'000; ++i) {
        told_apart += count(notes, numbered(i), start, seconds(60)) == 1;
    }
    EXPECT_EQ(told_apart, 1'000'000u);
    EXPECT_LE(notes.bytes(), room + 8 * 1024);
    const std::size_t slots = room / sizeof(Note) * 2 / 3;  // a slot is a note and its tag
    EXPECT_LE(notes.entries(start), slots);
    EXPECT_GE(notes.entries(start), slots * 99 / 100);
    EXPECT_EQ(notes.evictions() + notes.entries(start), 1'000'000u);
}

TEST(ATable, ReplacesWhatHasExpiredWithoutCountingIt) {
    Notes notes(64 * 1024);
    Time now = start;
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        if (i % 100 == 0) now += seconds(1);
        count(notes, numbered(i), now, seconds(1));
    }
    EXPECT_EQ(notes.evictions(), 0u);
}

// Who asks much is remembered longest: a flood of strangers does not wash a heavy client's bucket
// out.
TEST(ATable, LetsGoFirstWhatExpiresFirst) {
    Notes notes(64 * 1024);
    for (std::uint64_t i = 0; i < 100; ++i) count(notes, numbered(i), start, seconds(600));
    for (std::uint64_t i = 0; i < 1'000'000; ++i) {
        count(notes, numbered(1000 + i), start, seconds(1));
    }
    for (std::uint64_t i = 0; i < 100; ++i) {
        EXPECT_EQ(count(notes, numbered(i), start, seconds(600)), 2u) << i;
    }
    EXPECT_GT(notes.evictions(), 0u);
}

TEST(ATable, WorksInTheSmallestRoom) {
    Notes notes(0);
    for (std::uint64_t i = 0; i < 10'000; ++i) count(notes, numbered(i), start, seconds(1));
    EXPECT_LE(notes.entries(start), 512u);
}

/// Runs `work(thread)` on as many threads at once.
template <class Work>
void on_threads(std::size_t count, Work work) {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back(work, i);
    for (std::thread& thread : threads) thread.join();
}

TEST(ManyThreads, LetNoMoreThanTheBurstPassOneBucket) {
    Rates rates(64 * 1024);
    const Rate rate{.requests = 1, .period = hours(1), .burst = 1000, .per = Per::site};
    const Key key = rates.key().add("shared").key();
    std::atomic<int> passed = 0;
    on_threads(4, [&](std::size_t) {
        int mine = 0;
        for (int i = 0; i < 5000; ++i) mine += rates.take(key, rate, start).granted;
        passed += mine;
    });
    EXPECT_EQ(passed, 1000);
}

TEST(ManyThreads, LoseNoCountInAnyOfManySlots) {
    constexpr std::uint64_t keys = 500;
    Notes notes(1024 * 1024);
    on_threads(4, [&](std::size_t thread) {
        for (std::uint64_t i = 0; i < 100 * keys; ++i) {
            count(notes, numbered((i * 7 + thread * 13) % keys), start, seconds(60));
            if (thread > 0 || i % 10'000 != 0) continue;
            EXPECT_LE(notes.entries(start), keys);
        }
    });
    for (std::uint64_t i = 0; i < keys; ++i) {
        EXPECT_EQ(count(notes, numbered(i), start, seconds(60)), 401u) << i;
    }
}

}  // namespace
}  // namespace turnpike::store
