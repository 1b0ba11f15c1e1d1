// One request to the admin listener, and its answer read by the parser that reads origins'.
#include "cli/admin_client.hpp"

#include "cli/state.hpp"
#include "http/http.hpp"

namespace turnpike::cli {
namespace {

/// A conversation of one request on a connection of its own.
class Conversation {
public:
    Conversation(const config::ListenAddress& address, std::chrono::milliseconds limit)
        : endpoint_{.address = address.address, .port = address.port, .path = address.path},
          limit_(limit) {}

    Result<AdminClient::Answer> run(std::string_view request, Method method) {
        Nursery nursery;
        nursery.start(converse(request, method));
        loop_.run();
        return answer_;
    }

private:
    Task<void> converse(std::string_view request, Method method) {
        auto stream = co_await net::connect(loop_, endpoint_, limit_);
        if (stream) {
            stream->limit(limit_);
            answer_ = co_await exchange(*stream, request, method);
            stream->close();
        } else {
            answer_ = stream.error();
        }
        loop_.stop();
    }
    Task<Result<AdminClient::Answer>> exchange(net::Stream& stream, std::string_view request,
                                               Method method) {
        const Result<void> sent = co_await stream.write(std::span(&request, 1));
        if (!sent) co_return sent.error();
        // The request asks for the end of the connection behind the answer.
        std::string text;
        std::vector<char> room(16 * 1024);
        for (;;) {
            const Result<std::size_t> count = co_await stream.read(room);
            if (!count && count.error().fault == Fault::closed) break;
            if (!count) co_return count.error();
            text.append(room.data(), *count);
        }
        co_return understand(text, method);
    }
    static Result<AdminClient::Answer> understand(std::string_view text, Method method) {
        Arena arena;
        http::ResponseParser parser(arena, method);
        const Result<std::optional<std::size_t>> length = parser.parse(text);
        if (!length) return length.error();
        if (!*length) return Error{Fault::closed, Side::origin, 0, "the answer was cut short"};
        const ResponseHead& head = parser.head();
        AdminClient::Answer answer{.status = head.status, .body = {}};
        text.remove_prefix(**length);
        http::BodyReader reader(head.framing, head.content_length, Side::origin);
        while (!reader.finished()) {
            const Result<http::BodyReader::Taken> taken = reader.take(text);
            if (!taken) return taken.error();
            if (taken->consumed == 0) {
                return Error{Fault::closed, Side::origin, 0, "the answer was cut short"};
            }
            for (const std::string_view piece : taken->part.pieces) answer.body += piece;
            text.remove_prefix(taken->consumed);
        }
        return answer;
    }

    net::Loop loop_;
    net::Endpoint endpoint_;
    std::chrono::milliseconds limit_;
    Result<AdminClient::Answer> answer_ =
        Error{Fault::refused, Side::origin, 0, "nothing was asked"};
};

}  // namespace

std::unique_ptr<AdminClient> AdminClient::open(const InstanceOptions& options, Diagnostics& out) {
    ServeOptions serve_options;
    serve_options.config = options.config;
    serve_options.admin = options.admin;
    const auto settings = load_settings(serve_options, out);
    if (!settings) return nullptr;
    if (!settings->admin) {
        Diagnostic off;
        off.file = options.config.empty() ? "--admin" : options.config;
        off.message = "admin is off: nobody is there to talk to";
        out.add(std::move(off));
        return nullptr;
    }
    std::unique_ptr<AdminClient> client(new AdminClient(*settings->admin));
    client->find_token(*settings);
    return client;
}

/// That of the configuration, or the one that the instance made for itself. It need not be there:
/// most calls do without, and a unix socket needs none.
void AdminClient::find_token(const config::Settings& settings) {
    std::vector<std::string> files;
    if (!settings.admin_token_file.empty()) {
        files.push_back(settings.admin_token_file);
    } else {
        for (const auto& folder : state_folders(settings)) files.push_back(own_token_file(folder));
    }
    for (const std::string& file : files) {
        const auto token = read_token(file);
        if (!token) continue;
        token_file_ = file;
        token_ = *token;
        return;
    }
}

std::string AdminClient::serialise(std::string_view method, std::string_view path,
                                   std::string_view body) const {
    std::string text;
    const auto add = [&text](std::initializer_list<std::string_view> pieces) {
        for (const std::string_view piece : pieces) text += piece;
    };
    add({method, " ", path, " HTTP/1.1\r\nHost: "});
    add({address_.path.empty() ? std::string_view(address_.text) : "localhost", "\r\n"});
    add({"User-Agent: turnpike/", TURNPIKE_VERSION, "\r\nConnection: close\r\n"});
    if (method != "GET" && !token_.empty()) add({"Authorization: Bearer ", token_, "\r\n"});
    if (!body.empty()) {
        add({"Content-Type: application/json\r\n"});
        add({"Content-Length: ", std::to_string(body.size()), "\r\n"});
    }
    add({"\r\n", body});
    return text;
}

Result<AdminClient::Answer> AdminClient::ask(std::string_view method, std::string_view path,
                                             std::string_view body) {
    Conversation conversation(address_, limit_);
    return conversation.run(serialise(method, path, body), http::method_id(method));
}

}  // namespace turnpike::cli
