// The operator's listeners: what they answer, and to whom.
#include "admin/admin.hpp"

#include <gtest/gtest.h>

#include "support/fake_exchange.hpp"

namespace turnpike::admin {
namespace {

using test::FakeRequest;

class AdminAnswers : public testing::Test {
protected:
    FakeRequest& ask(std::string_view path, std::string_view host = "127.0.0.1:9477") {
        request_.emplace(path);
        request_->head.authority = host;
        return serve(*request_);
    }
    FakeRequest& serve(FakeRequest& request) {
        Admin admin({.metrics = [this] { return metrics_; }, .ready = [this] { return ready_; }},
                    hosts_);
        Nursery nursery;
        nursery.start(admin.serve(request.exchange()));
        EXPECT_EQ(nursery.running(), 0u);
        EXPECT_EQ(request.outlet.heads, 1);
        EXPECT_TRUE(request.outlet.complete);
        EXPECT_EQ(request.outlet.field("Cache-Control"), "no-store");
        return request;
    }
    std::uint16_t status(std::string_view path, std::string_view host = "127.0.0.1:9477") {
        return ask(path, host).outlet.status;
    }

    std::string metrics_ = "turnpike_up 1\n";
    bool ready_ = true;
    Admin::Hosts hosts_ = Admin::Hosts::local;
    std::optional<FakeRequest> request_;
};

TEST_F(AdminAnswers, MetricsAreMadeAnewForEachScrape) {
    EXPECT_EQ(ask("/metrics").outlet.body, "turnpike_up 1\n");
    EXPECT_EQ(request_->outlet.field("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    metrics_ = "turnpike_up 2\n";
    EXPECT_EQ(ask("/metrics").outlet.body, "turnpike_up 2\n");
    EXPECT_EQ(ask("/metrics?name[]=x").outlet.body, "turnpike_up 2\n");
}

TEST_F(AdminAnswers, HealthAndReadinessAreTwoThings) {
    EXPECT_EQ(status("/healthz"), 200);
    EXPECT_EQ(status("/readyz"), 200);
    ready_ = false;
    EXPECT_EQ(status("/healthz"), 200);
    EXPECT_EQ(status("/readyz"), 503);
}

TEST_F(AdminAnswers, HasNothingElse) {
    for (const char* path : {"/", "/metrics/", "/Metrics", "/healthz/x", "//metrics", "*"}) {
        EXPECT_EQ(status(path), 404) << path;
    }
}

TEST_F(AdminAnswers, ReadsAndChangesNothing) {
    for (const Method method : {Method::post, Method::put, Method::delete_, Method::options,
                                Method::trace, Method::connect, Method::other}) {
        FakeRequest request("/metrics");
        request.head.authority = "localhost";
        request.head.method = method;
        EXPECT_EQ(serve(request).outlet.status, 405);
        EXPECT_EQ(request.outlet.field("Allow"), "GET, HEAD");  // RFC 9110 §15.5.6
    }
    FakeRequest request("/metrics");
    request.head.authority = "localhost";
    request.head.method = Method::head;
    EXPECT_EQ(serve(request).outlet.status, 200);
}

// A page on a stranger's name that suddenly resolves to 127.0.0.1 must not read our metrics.
TEST_F(AdminAnswers, AnswersToAddressesAndLocalhostOnly) {
    for (const char* host : {"127.0.0.1", "127.0.0.1:9477", "192.0.2.1:1", "[::1]", "[::1]:9477",
                             "localhost", "LocalHost:9477"}) {
        EXPECT_EQ(status("/healthz", host), 200) << host;
    }
    for (const char* host :
         {"", ":9477", "evil.example", "evil.example:9477", "localhost.evil.example",
          "127.0.0.1.evil.example", "127.0.0.1evil", "[::1", "[]", "[evil.example]",
          "[::1].evil.example", "[::1]evil", "2130706433", "0x7f.1"}) {
        EXPECT_EQ(status("/metrics", host), 421) << host;
        EXPECT_EQ(request_->outlet.body.find("turnpike_up"), std::string::npos) << host;
    }
}

TEST_F(AdminAnswers, AMetricsListenerAnswersAnyHost) {
    hosts_ = Admin::Hosts::any;
    for (const char* host : {"", "metrics.internal:9478", "10.0.0.1", "evil.example"}) {
        EXPECT_EQ(status("/metrics", host), 200) << host;
    }
}

TEST_F(AdminAnswers, SaysWhatWasWrongWithARequestThatWasNone) {
    Admin admin({.metrics = [] { return std::string(); }, .ready = [] { return true; }}, hosts_);
    FakeRequest bad("/"), gone("/");
    Nursery nursery;
    nursery.start(admin.fail(bad.exchange(),
                             {Fault::malformed, Side::client, 400, "the request line is wrong"}));
    nursery.start(admin.fail(gone.exchange(), {Fault::reset, Side::client, 0, "it broke"}));
    EXPECT_EQ(bad.outlet.status, 400);
    EXPECT_EQ(bad.outlet.body, "the request line is wrong\n");
    EXPECT_TRUE(bad.outlet.complete);
    EXPECT_FALSE(gone.outlet.started());
}

}  // namespace
}  // namespace turnpike::admin
