// How clients behave: what is remembered of each, in bounded memory, and what it says about the
// next request. Knows no sites' policies and reads no clock; the same code runs on a log's time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "behaviour/measures.hpp"
#include "behaviour/signals.hpp"
#include "store/store.hpp"
#include "turnpike/address.hpp"
#include "turnpike/facts.hpp"
#include "turnpike/request.hpp"

namespace turnpike::behaviour {

using store::Time;

/// What a path leads to, as far as its name or its content tell.
enum class Kind : std::uint8_t {
    page,
    asset,  ///< Belongs to a page: styles, scripts, pictures, fonts, sound.
    feed,
    other,  ///< Data, documents to download, machines' interfaces.
};
Kind kind_of(std::string_view path, std::string_view query);
/// By Content-Type, which is better known than what a path looks like; nothing where there is none.
std::optional<Kind> kind_of_content(std::string_view type);

/// A request as it comes, before anybody has decided about it.
struct Request {
    const RequestHead& head;
    std::string_view path;  ///< Normalised.
    std::string_view user_agent;
    std::string_view site;
    const Address& client;
    Category category = Category::unknown;
    bool shared = false;      ///< The address may stand for many clients: no key at all.
    bool secure = false;      ///< The browser, if it is one, saw https.
    bool whole = true;        ///< The head has all that was sent; a log's line has not.
    bool disallowed = false;  ///< robots.txt, as the client could have read it, forbids the path.
    bool trap = false;        ///< The path is the site's trap.
};

/// What was noticed of a request, for learning when its answer is known. Plain bytes, no views.
struct Sighting {
    bool has_key = false;  ///< Else there is nobody to learn about.
    bool get = false;
    bool head = false;
    bool referer = false;
    bool cookie = false;
    bool robots = false;  ///< Asks for /robots.txt.
    bool disallowed = false;
    bool trap = false;
    bool expensive = false;
    Kind kind = Kind::other;
    Category category = Category::unknown;
    std::uint8_t depth = 0;
    Checks checks = 0;
    bool checked = false;
    store::Key client{};  ///< By address and user agent.
    store::Key agent{};   ///< By site and user agent.
    std::uint64_t page = 0;
    std::uint64_t section = 0;
};

struct Answer {
    std::uint16_t status = 0;
    std::optional<Kind> content;  ///< Nothing where it is not known.
    bool sets_cookie = false;
    bool served = false;  ///< By the origin; else it was refused, or failed.
};

/// Remembers clients. All threads share one.
class Observer {
public:
    static constexpr std::size_t client_bytes = 192 * 1024 * 1024;  // 1.5 million clients
    static constexpr std::size_t agent_bytes = 8 * 1024 * 1024;
    struct Limits {
        std::size_t client_bytes = Observer::client_bytes;
        std::size_t agent_bytes = Observer::agent_bytes;
    };
    Observer() : Observer(Limits{}) {}
    explicit Observer(const Limits& limits);
    ~Observer();

    /// How the client has behaved until this request, and what there is to learn from it. Changes
    /// nothing that is remembered. Neither this nor `learn` allocates.
    Behaviour assess(const Signals& signals, const Request& request, Time now, Sighting& sighting);
    /// To be called once for each request that was assessed, when its answer is known.
    void learn(const Signals& signals, const Sighting& sighting, const Answer& answer, Time now);

    struct Tables {
        std::size_t clients = 0, agents = 0;
        std::uint64_t client_evictions = 0, agent_evictions = 0;
    };
    Tables tables(Time now);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace turnpike::behaviour
