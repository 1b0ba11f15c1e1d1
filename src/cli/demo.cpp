// `turnpike demo`: a website, the gate in front of it, and clients that everybody knows. The
// requests are real ones over sockets; what the table says is what came back.
#include <boost/json.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "cli/demo_origin.hpp"
#include "cli/lifetime.hpp"

namespace turnpike::cli {
namespace {

struct Client {
    const char* name;
    const char* path;
    const char* user_agent;
    int expected;  ///< Status that the default policy gives.
};

constexpr Client clients[] = {
    {"Firefox", "/", "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", 200},
    {"Safari on a phone", "/",
     "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
     "Gecko) "
     "Version/18.1 Mobile/15E148 Safari/604.1",
     200},
    {"Miniflux (feeds)", "/feed.xml",
     "Mozilla/5.0 (compatible; Miniflux/2.2.3; +https://miniflux.app)", 200},
    {"git", "/project.git/info/refs", "git/2.39.5", 200},
    {"Uptime monitor", "/",
     "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", 200},
    {"Googlebot (search)", "/",
     "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 200},
    {"GPTBot", "/",
     "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; "
     "+https://openai.com/gptbot)",
     403},
    {"ClaudeBot", "/",
     "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; "
     "+claudebot@anthropic.com)",
     403},
    {"PerplexityBot", "/",
     "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0; "
     "+https://perplexity.ai/perplexitybot)",
     403},
    {"CCBot", "/", "CCBot/2.0 (https://commoncrawl.org/faq/)", 403},
    {"Bytespider", "/",
     "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 "
     "(compatible; Bytespider; spider-feedback@bytedance.com)",
     403},
    {"ChatGPT-User", "/",
     "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0; "
     "+https://openai.com/bot)",
     403},
    {"an unknown AI bot", "/",
     "Mozilla/5.0 (compatible; AcmeLLMBot/0.3; +https://acme.example/llm)", 403},
    {"GPTBot", "/robots.txt", "GPTBot/1.2", 200},
    {"GPTBot, sneaking", "/robots.txt/../secret", "GPTBot/1.2", 403},
};

struct Answer {
    int status = 0;
    std::string rule;
    std::string why;
};

/// Reads to the end of the stream; the request asked for that.
Task<std::string> ask(net::Loop& loop, const net::Endpoint& gate, const Client& client) {
    std::string text;
    auto stream = co_await net::connect(loop, gate, std::chrono::seconds(5));
    if (!stream) co_return text;
    const std::string request = std::string("GET ") + client.path +
                                " HTTP/1.1\r\nHost: demo.example\r\n" +
                                "User-Agent: " + client.user_agent +
                                "\r\nAccept: application/problem+json\r\nConnection: close\r\n\r\n";
    const std::string_view piece = request;
    stream->limit(std::chrono::seconds(10));
    const Result<void> sent = co_await stream->write(std::span(&piece, 1));
    std::vector<char> room(16 * 1024);
    while (sent) {
        const Result<std::size_t> count = co_await stream->read(room);
        if (!count) break;
        text.append(room.data(), *count);
    }
    stream->close();
    co_return text;
}

Answer read_answer(const std::string& text) {
    Answer answer;
    if (text.size() > 12) answer.status = std::atoi(text.c_str() + 9);
    const std::size_t body = text.find("\r\n\r\n");
    if (body == std::string::npos) return answer;
    boost::system::error_code error;
    const auto value = boost::json::parse(text.substr(body + 4), error);
    if (error || !value.is_object()) return answer;
    const auto member = [&](const char* name) {
        const auto* found = value.as_object().if_contains(name);
        return found != nullptr && found->is_string() ? std::string(found->as_string())
                                                      : std::string();
    };
    answer.rule = member("rule");
    answer.why = member("detail");
    return answer;
}

/// The table; how many answers were not what the default policy promises.
Task<void> show(net::Loop& loop, net::Endpoint gate, int& surprises) {
    std::printf("%-20s %-24s %-6s %-10s %s\n", "client", "asks for", "gets", "rule", "why");
    for (const Client& client : clients) {
        const Answer answer = read_answer(co_await ask(loop, gate, client));
        const bool let_in = answer.status == 200;
        std::printf("%-20s %-24s %-6d %-10s %s%s\n", client.name, client.path, answer.status,
                    let_in ? "-" : answer.rule.c_str(), let_in ? "let in" : answer.why.c_str(),
                    answer.status == client.expected ? "" : "   <- NOT AS PROMISED");
        if (answer.status != client.expected) ++surprises;
    }
}

Task<void> play(net::Loop& loop, Service& service, int& surprises) {
    co_await show(loop, service.address(), surprises);
    loop.stop();
}

}  // namespace

int demo(bool once) {
    net::Loop loop;
    DemoOrigin website;
    auto listener =
        net::Listener::open(loop, {.address = Address::v4(0x7f000001), .port = 0, .path = {}});
    if (!listener) {
        std::fprintf(stderr, "turnpike: no port for the demo's website\n");
        return exit_configuration;
    }
    server::Server origin(loop, std::move(*listener), website, {});
    ServeOptions options;
    options.origin = "http://" + origin.local().to_string();
    options.listen = "127.0.0.1:0";
    options.admin = "127.0.0.1:0";
    Diagnostics diagnostics;
    auto configuration = load_configuration(options, diagnostics);
    std::fputs(diagnostics.to_string().c_str(), stderr);
    if (!configuration) return exit_configuration;
    configuration->settings.access_log.to = "off";
    configuration->settings.state_dir.clear();

    std::string error;
    const auto service = Service::open(loop, std::move(*configuration), error);
    if (!service) {
        std::fprintf(stderr, "turnpike: %s\n", error.c_str());
        return exit_configuration;
    }
    origin.start();
    service->start();
    std::printf("A website behind Turnpike with its default policy, block-ai:\n\n");
    int surprises = 0;
    Nursery player;
    player.start(play(loop, *service, surprises));
    loop.run();
    if (once) {
        service->abandon(surprises == 0 ? exit_ok : exit_configuration);
    }
    std::printf(
        "\nTry it yourself:  curl -A GPTBot http://%s/\nMetrics:          http://%s/metrics\n"
        "Stop with Ctrl-C.\n",
        service->address().to_string().c_str(), service->admin_address()->to_string().c_str());
    std::fflush(stdout);
    loop.restart();
    run(loop, *service, nullptr);
    service->abandon(exit_ok);
}

}  // namespace turnpike::cli
