// The memory of decisions: what is kept of a request, for how long, and at what cost.
#include "gate/decisions.hpp"

#include <gtest/gtest.h>

#include <boost/json/src.hpp>

#include "support/allocations.hpp"

namespace turnpike::gate {
namespace {

using telemetry::AccessRecord;
using Lane = Decisions::Lane;

std::string id_of(int number) {
    std::string text = std::to_string(number);
    return std::string(16 - text.size(), '0') + text;
}

class DecisionsTest : public testing::Test {
protected:
    DecisionsTest() {
        record_.method = "GET";
        record_.host = "example.com";
        record_.path = "/a";
        record_.protocol = "HTTP/1.1";
        record_.user_agent = "GPTBot/1.2";
        record_.client = *Address::parse("203.0.113.7");
        record_.peer = *Address::parse("10.0.0.1");
        record_.status = 403;
        record_.outcome = telemetry::Outcome::refused;
        verdict_ = verdict("example", R"(,"action":"deny","rule":"no-ai")");
    }
    static VerdictPointer verdict(const std::string& site, const std::string& members) {
        auto* made = new Verdict;
        made->site = site;
        made->members = members;
        return made;
    }
    void keep(int number, Lane lane = Lane::refused) {
        const std::string id = id_of(number);
        record_.id = id;
        decisions_.keep(record_, verdict_, lane);
    }
    bool knows(int number) const { return decisions_.find(id_of(number), {}).has_value(); }
    boost::json::object find(std::string_view id) const {
        const auto line = decisions_.find(id, {});
        return line ? boost::json::parse(*line).as_object() : boost::json::object();
    }

    Decisions decisions_{64 * 1024};  // 96 refused, 16 crawlers, 8 each of the others
    AccessRecord record_;
    VerdictPointer verdict_;
};

TEST_F(DecisionsTest, GiveBackTheLineOfTheLog) {
    record_.has_query = true;
    record_.query = "b=c";
    record_.bytes_in = 7;
    record_.bytes_out = 1750;
    record_.duration = std::chrono::microseconds(1500);
    record_.origin_duration = std::chrono::microseconds(1200);
    record_.request_id = "req-1";
    record_.time = std::chrono::system_clock::time_point(std::chrono::hours(24));
    keep(1);
    const std::string id = id_of(1);
    record_.id = id;
    record_.site = "example";
    record_.decision = verdict_->members;
    std::string wanted(telemetry::longest_line, '\0');
    wanted.resize(telemetry::format_record(record_, {}, wanted.data(), wanted.size()));
    EXPECT_EQ(decisions_.find(id, {}), wanted);
    EXPECT_EQ(decisions_.find("req-1", {}), wanted);
    EXPECT_EQ(decisions_.find("req-2", {}), std::nullopt);
    EXPECT_EQ(decisions_.find("", {}), std::nullopt);
}

TEST_F(DecisionsTest, ShowNoMoreThanTheLogMay) {
    record_.has_query = true;
    record_.query = "secret";
    keep(1);
    telemetry::AccessLogOptions options;
    options.query = false;
    options.address = telemetry::AccessLogOptions::AddressDetail::none;
    const std::string line = *decisions_.find(id_of(1), options);
    EXPECT_EQ(line.find("secret"), std::string::npos);
    EXPECT_EQ(line.find("203.0.113.7"), std::string::npos);
}

TEST_F(DecisionsTest, CutLongTexts) {
    const std::string path = "/" + std::string(8000, 'p');
    const std::string query(8000, 'q');
    const std::string agent(9000, 'u');
    const std::string host(255, 'h');
    const std::string request_id(300, 'r');
    record_.path = path;
    record_.query = query;
    record_.has_query = true;
    record_.user_agent = agent;
    record_.host = host;
    record_.request_id = request_id;
    record_.method = "VERYLONGMETHODNAMEINDEED";
    keep(1);
    const auto said = find(id_of(1));
    const auto starts = [&](const char* name, std::string_view with) {
        const std::string text(said.at(name).as_string());
        EXPECT_TRUE(text.starts_with(with) && text.ends_with("…")) << name << ": " << text;
    };
    starts("path", path.substr(0, 70));
    starts("user_agent", agent.substr(0, 150));
    starts("host", host.substr(0, 60));
    starts("request_id", request_id.substr(0, 60));
    starts("method", "VERYLONGMETHOD");
    EXPECT_EQ(said.at("query").as_string(), "…");
}

TEST_F(DecisionsTest, ForgetTheOldestOfALane) {
    for (int i = 0; i < 150; ++i) keep(i);
    for (int i = 0; i < 150; ++i) EXPECT_EQ(knows(i), i >= 150 - 96) << i;
}

TEST_F(DecisionsTest, NoLanePushesOutAnother) {
    keep(1, Lane::refused);
    keep(2, Lane::refused_crawler);
    keep(3, Lane::failed);
    keep(4, Lane::passed);
    for (int i = 0; i < 1000; ++i) keep(100 + i, Lane::passed);
    EXPECT_TRUE(knows(1) && knows(2) && knows(3));
    EXPECT_FALSE(knows(4));
    for (int i = 0; i < 1000; ++i) keep(2000 + i, Lane::refused_crawler);
    EXPECT_TRUE(knows(1) && knows(3));
    EXPECT_FALSE(knows(2));
}

TEST_F(DecisionsTest, FindTheLatestWithARequestId) {
    record_.request_id = "again";
    keep(1);
    keep(2);
    EXPECT_EQ(find("again").at("id").as_string(), id_of(2));
}

TEST_F(DecisionsTest, KeepWhatAVerdictSaidAfterItsOwnerHasGone) {
    keep(1);
    verdict_ = verdict("other", R"(,"action":"allow")");
    keep(2);
    EXPECT_EQ(find(id_of(1)).at("action").as_string(), "deny");
    EXPECT_EQ(find(id_of(1)).at("site").as_string(), "example");
    EXPECT_EQ(find(id_of(2)).at("action").as_string(), "allow");
}

TEST_F(DecisionsTest, DoNotAllocateForARequest) {
    keep(1);
    record_.request_id = "req-1";
    const std::string id = id_of(2);
    record_.id = id;
    const test::Allocations allocations;
    for (int i = 0; i < 500; ++i) decisions_.keep(record_, verdict_, Lane::refused);
    EXPECT_EQ(allocations.count(), 0u);
}

}  // namespace
}  // namespace turnpike::gate
