// How well behaviour tells crawlers from people, on logs: declared bots whose user agent is hidden
// from the detector are the crawlers, browsers' sessions with assets the people. A session ends
// after half an hour of silence; who is neither is left out.
//
//   turnpike_truth access.log.gz …        prints a table; ends with 1 where a person was refused
#include <algorithm>
#include <cstdio>
#include <map>
#include <vector>

#include "behaviour/behaviour.hpp"
#include "core/path.hpp"
#include "http/http.hpp"
#include "identity/identity.hpp"
#include "logs/logs.hpp"

namespace turnpike {
namespace {

using Level = Behaviour::Level;

constexpr std::string_view disguise =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36";
constexpr std::chrono::minutes session_gap{30};
constexpr int least_assets = 3;
constexpr int long_session = 10;

// As the presets have it.
constexpr Rate for_likely{
    .requests = 60, .period = std::chrono::minutes(1), .burst = 60, .per = Per::client};
constexpr Rate for_certain{
    .requests = 30, .period = std::chrono::minutes(1), .burst = 10, .per = Per::client};
constexpr std::chrono::seconds patience{2};

struct Session {
    store::Time last{};
    bool crawler = false;
    int requests = 0, pages = 0, assets = 0, refused = 0;
    int until_likely = 0, until_certain = 0;  // requests; 0: never
    std::string who;
};

/// One log's sessions, each as the detector met it.
class Sessions {
public:
    void add(const logs::Entry& entry) {
        const auto address = Address::parse(entry.client);
        if (!address || entry.target.empty()) return;
        arena_.reset();
        const std::string_view agents[] = {entry.user_agent};
        const Identity identity = catalogue_->identify(agents);
        const Category declared = identity.main().category;
        const bool crawler = !stands_for_people(declared);
        if (!crawler && declared != Category::browser) return;
        const std::size_t mark = entry.target.find('?');
        const auto readings = normalise_path(entry.target.substr(0, mark), arena_);
        if (!readings) return;
        RequestHead head;
        head.method = http::method_id(entry.method);
        head.query = mark == entry.target.npos ? std::string_view() : entry.target.substr(mark + 1);
        const Field referer{.name = "Referer", .value = entry.referer, .id = FieldId::referer};
        if (!entry.referer.empty()) head.fields = Fields(std::span(&referer, 1));
        // A crawler's own name still tells it from others behind its address.
        const std::string agent =
            std::string(crawler ? disguise : entry.user_agent) + (crawler ? " " : "") +
            (crawler ? std::to_string(std::hash<std::string_view>()(entry.user_agent)) : "");
        const behaviour::Request request{.head = head,
                                         .path = readings->front(),
                                         .user_agent = agent,
                                         .site = "log",
                                         .client = *address,
                                         .category = Category::browser,
                                         .whole = false};
        const store::Time now{std::chrono::nanoseconds(entry.time)};
        Session& session = session_of(std::string(entry.client) + agent, now);
        session.crawler = crawler;
        session.who = std::string(entry.user_agent.substr(0, 60));
        judge(session, request, entry, now);
    }

    const std::vector<Session>& all() const { return sessions_; }

private:
    Session& session_of(const std::string& key, store::Time now) {
        const auto [found, is_new] = open_.emplace(key, sessions_.size());
        if (is_new || now - sessions_[found->second].last > session_gap) {
            found->second = sessions_.size();
            sessions_.emplace_back();
        }
        Session& session = sessions_[found->second];
        session.last = std::max(session.last, now);
        return session;
    }

    void judge(Session& session, const behaviour::Request& request, const logs::Entry& entry,
               store::Time now) {
        ++session.requests;
        behaviour::Sighting sighting;
        const Behaviour behaviour = observer_.assess(*signals_, request, now, sighting);
        if (behaviour.level >= Level::likely && session.until_likely == 0) {
            session.until_likely = session.requests;
        }
        if (behaviour.level == Level::certain && session.until_certain == 0) {
            session.until_certain = session.requests;
        }
        if (behaviour.level != Level::normal) {
            const bool certain = behaviour.level == Level::certain;
            const store::Key key =
                rates_.key().add(static_cast<std::uint64_t>(sighting.client)).add(certain).key();
            const Rate& rate = certain ? for_certain : for_likely;
            session.refused += !rates_.take(key, rate, now, patience).granted;
        }
        const bool there = entry.status < 300 || entry.status == 304;
        session.pages += there && sighting.kind == behaviour::Kind::page;
        session.assets += there && sighting.kind == behaviour::Kind::asset;
        observer_.learn(
            *signals_, sighting,
            {.status = entry.status, .content = std::nullopt, .sets_cookie = false, .served = true},
            now);
    }

    const std::unique_ptr<const identity::Catalogue> catalogue_ = identity::Catalogue::installed();
    const std::unique_ptr<const behaviour::Signals> signals_ = behaviour::Signals::installed();
    behaviour::Observer observer_;
    store::Rates rates_;
    Arena arena_;
    std::map<std::string, std::size_t> open_;
    std::vector<Session> sessions_;
};

bool is_person(const Session& session) {
    return !session.crawler && session.pages > 0 && session.assets >= least_assets;
}

double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// One row: of crawlers' sessions with at least so many pages.
void print_row(const std::vector<Session>& sessions, int Session::*until, const char* level,
               int least_pages) {
    std::size_t crawlers = 0;
    std::size_t people = 0;
    std::size_t found = 0;
    std::size_t mistaken = 0;
    std::vector<int> needed;
    for (const Session& session : sessions) {
        const bool flagged = session.*until > 0;
        if (is_person(session)) {
            ++people;
            mistaken += flagged;
        } else if (session.crawler && session.pages >= least_pages) {
            ++crawlers;
            found += flagged;
            if (flagged) needed.push_back(session.*until);
        }
    }
    std::sort(needed.begin(), needed.end());
    const int median = needed.empty() ? 0 : needed[needed.size() / 2];
    std::printf("%-8s %6d %9zu %7zu %7zu %9zu %10.3f %7.3f %9d\n", level, least_pages, crawlers,
                people, found, mistaken, share(found, found + mistaken), share(found, crawlers),
                median);
}

bool read(const char* path, Sessions& sessions) {
    std::string error;
    const auto input = logs::Input::open(path, error);
    if (input == nullptr) {
        std::fprintf(stderr, "%s: %s\n", path, error.c_str());
        return false;
    }
    std::vector<char> room(logs::Input::block_size);
    std::optional<logs::LineReader> reader;
    Arena arena;
    for (auto block = input->next(room); !block.empty(); block = input->next(room)) {
        if (!reader) reader.emplace(logs::detect(block).value_or(logs::Format::combined));
        logs::for_each_line(block, [&](std::string_view line) {
            logs::Entry entry;
            if (reader->read(line, entry, arena) == logs::Reading::request) sessions.add(entry);
            arena.reset();
        });
    }
    return true;
}

}  // namespace
}  // namespace turnpike

int main(int argc, char** argv) {
    using namespace turnpike;
    Sessions sessions;
    for (int i = 1; i < argc; ++i) {
        if (!read(argv[i], sessions)) return 2;
    }
    std::printf("%-8s %6s %9s %7s %7s %9s %10s %7s %9s\n", "level", "pages", "crawlers", "people",
                "found", "mistaken", "precision", "recall", "requests");
    for (const int pages : {1, long_session}) {
        print_row(sessions.all(), &Session::until_likely, "likely", pages);
        print_row(sessions.all(), &Session::until_certain, "certain", pages);
    }
    std::size_t refused = 0;
    for (const Session& session : sessions.all()) {
        if (!is_person(session) || session.refused == 0) continue;
        ++refused;
        std::printf("refused: %d of %d requests of %s\n", session.refused, session.requests,
                    session.who.c_str());
    }
    std::printf("people's sessions refused: %zu\n", refused);
    return refused == 0 ? 0 : 1;
}
