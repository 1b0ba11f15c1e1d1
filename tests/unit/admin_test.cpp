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

/// An API with something to read and something to change.
class AdminApi : public testing::Test {
protected:
    AdminApi() {
        admin_.add({.method = "GET", .path = "/api/v1/status", .answer = echo("status")});
        admin_.add({.method = "POST", .path = "/api/v1/things", .answer = echo("made")});
        admin_.add({.method = "DELETE", .path = "/api/v1/things/*", .answer = echo("gone")});
        admin_.use_token("the-secret-of-this-instance");
    }
    FakeRequest& ask(std::string_view method, std::string_view path) {
        FakeRequest& request = prepare(method, path);
        Nursery nursery;
        nursery.start(admin_.serve(request.exchange()));
        EXPECT_EQ(nursery.running(), 0u);
        EXPECT_EQ(request.outlet.heads, 1);
        return request;
    }
    /// The request, with what `adjust` does to it.
    FakeRequest& prepare(std::string_view method, std::string_view path) {
        request_.emplace(path);
        request_->head.authority = "127.0.0.1:9477";
        request_->head.method = http::method_id(method);
        request_->head.method_name = method;
        if (over_unix_) request_->peer = Address{};
        if (!authorization_.empty()) request_->add("Authorization", authorization_);
        if (!origin_.empty()) request_->add("oRIGIN", origin_);
        if (!body_.empty()) {
            request_->head.framing = Framing::chunked;
            request_->body.give(body_, true);
        }
        return *request_;
    }
    std::uint16_t status(std::string_view method, std::string_view path) {
        return ask(method, path).outlet.status;
    }
    std::function<Task<Answer>(const Call&)> echo(std::string word) {
        return [this, word](const Call& call) { return answer(word, call); };
    }
    Task<Answer> answer(std::string word, const Call& call) {
        ++answered_;
        co_return Answer{.body = word + " " + std::string(call.argument) + " " +
                                 std::string(call.query) + " " + std::string(call.body)};
    }

    Admin admin_{{.metrics = [] { return std::string(); }, .ready = [] { return true; }},
                 Admin::Hosts::local};
    std::string authorization_ = "Bearer the-secret-of-this-instance";
    std::string origin_;
    std::string body_;
    bool over_unix_ = false;
    int answered_ = 0;
    std::optional<FakeRequest> request_;
};

TEST_F(AdminApi, AnswersByMethodAndPath) {
    authorization_.clear();
    EXPECT_EQ(ask("GET", "/api/v1/status").outlet.body, "status   ");
    EXPECT_EQ(request_->outlet.field("Content-Type"), "application/json");
    EXPECT_EQ(request_->outlet.field("Cache-Control"), "no-store");
    EXPECT_EQ(status("HEAD", "/api/v1/status"), 200);
    for (const char* path : {"/api/v1/", "/api/v1/nothing", "/api/v1/status/", "/api/v1/Status",
                             "/api/v1/things/", "/api/v1/things/a/b", "/api/v2/status"}) {
        EXPECT_EQ(status("GET", path), 404) << path;
    }
    EXPECT_EQ(status("POST", "/api/v1/status"), 405);
    EXPECT_EQ(request_->outlet.field("Allow"), "GET");
    EXPECT_EQ(status("GET", "/api/v1/things/a"), 405);
    EXPECT_EQ(request_->outlet.field("Allow"), "DELETE");
}

TEST_F(AdminApi, HandsOverBodyQueryAndWhatTheStarStandsFor) {
    body_ = R"({"for":"24h"})";
    ask("POST", "/api/v1/things");
    EXPECT_EQ(request_->outlet.body, R"(made   {"for":"24h"})");
    body_.clear();
    EXPECT_EQ(ask("DELETE", "/api/v1/things/7k3").outlet.body, "gone 7k3  ");
}

TEST_F(AdminApi, ReadsABodyOfModestLengthOnly) {
    body_.assign(64 * 1024, 'x');
    EXPECT_EQ(status("POST", "/api/v1/things"), 200);
    body_ += 'x';
    EXPECT_EQ(status("POST", "/api/v1/things"), 413);
    EXPECT_EQ(answered_, 1);
}

TEST_F(AdminApi, ChangesNothingWithoutTheToken) {
    for (const char* said :
         {"", "Bearer", "Bearer ", "Bearer the-secret-of-this-instancE",
          "Bearer the-secret-of-this-instance2", "Bearer the-secret-of-this-instanc",
          "Basic the-secret-of-this-instance", "the-secret-of-this-instance"}) {
        authorization_ = said;
        EXPECT_EQ(status("POST", "/api/v1/things"), 401) << said;
        EXPECT_EQ(request_->outlet.field("WWW-Authenticate"), "Bearer");
    }
    EXPECT_EQ(answered_, 0);
    authorization_ = "bearer the-secret-of-this-instance";  // RFC 9110 §11.1: in any case
    EXPECT_EQ(status("POST", "/api/v1/things"), 200);
}

TEST_F(AdminApi, WithoutATokenOfItsOwnNothingCanBeChangedOverTcp) {
    admin_.use_token("");
    for (const char* said : {"", "Bearer ", "Bearer x"}) {
        authorization_ = said;
        EXPECT_EQ(status("POST", "/api/v1/things"), 403) << said;
    }
    over_unix_ = true;
    EXPECT_EQ(status("POST", "/api/v1/things"), 200);
}

TEST_F(AdminApi, NoWebPageMayChangeAnything) {
    origin_ = "http://127.0.0.1:9477";
    EXPECT_EQ(status("POST", "/api/v1/things"), 403);
    over_unix_ = true;
    EXPECT_EQ(status("DELETE", "/api/v1/things/1"), 403);
    EXPECT_EQ(answered_, 0);
    EXPECT_EQ(status("GET", "/api/v1/status"), 200);
}

TEST_F(AdminApi, IsNotOnAMetricsListener) {
    Admin metrics({.metrics = [] { return std::string(); }, .ready = [] { return true; }},
                  Admin::Hosts::any);
    metrics.add({.method = "GET", .path = "/api/v1/status", .answer = echo("status")});
    FakeRequest& request = prepare("GET", "/api/v1/status");
    Nursery nursery;
    nursery.start(metrics.serve(request.exchange()));
    EXPECT_EQ(request.outlet.status, 404);
}

TEST_F(AdminApi, SaysWhyAsJson) {
    ask("GET", "/api/v1/nothing");
    EXPECT_EQ(request_->outlet.body, "{\"error\":\"the API has nothing of this name\"}\n");
    EXPECT_EQ(failure(400, "\"\n").body, "{\"error\":\"\\\"\\n\"}\n");
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
