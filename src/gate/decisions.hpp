// What one thread remembers of the requests it decided, so that somebody who was refused can be
// told why. Bounded in bytes; what is refused is remembered longest.
#pragma once

#include <array>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/telemetry.hpp"

namespace turnpike::gate {

/// What requests that were decided alike have in common, in the log's words. One thread's own.
struct Verdict : boost::intrusive_ref_counter<Verdict, boost::thread_unsafe_counter> {
    std::string site;
    std::string members;    ///< telemetry::decision_members()
    std::string behaviour;  ///< telemetry::behaviour_members()
};
using VerdictPointer = boost::intrusive_ptr<const Verdict>;

class Decisions {
public:
    /// Each is a ring of its own, so that none is pushed out by a flood of another.
    enum class Lane : std::uint8_t {
        refused,          ///< People's clients, and whatever is no AI crawler.
        refused_crawler,  ///< AI crawlers.
        failed,
        passed,
    };

    /// Memory that was never written to costs nothing.
    explicit Decisions(std::size_t bytes);
    ~Decisions();
    /// Texts are cut where they are long.
    void keep(const telemetry::AccessRecord& record, const VerdictPointer& verdict, Lane lane);
    /// The JSON line of the request with that id, or X-Request-Id, in the detail of `options`.
    std::optional<std::string> find(std::string_view id,
                                    const telemetry::AccessLogOptions& options) const;

private:
    struct Slot;
    class Ring;
    std::vector<Ring> rings_;  // by lane
};

}  // namespace turnpike::gate
