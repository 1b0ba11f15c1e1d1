// What `behaviour` is told of a request and of its answer.
#include "gate/conduct.hpp"

#include "http/http.hpp"

namespace turnpike::gate {

void WatchedConduct::assess(Judgement& judgement, const Inquiry& inquiry) {
    if (signals_ == nullptr) return;
    const auto agents = judgement.user_agents;
    const behaviour::Request request{
        .head = inquiry.head,
        .path = judgement.readings.front(),
        .user_agent = agents.empty() ? std::string_view{} : agents.front(),
        .site = judgement.site->name,
        .client = client_.address,
        .category = judgement.identity.main().category,
        .shared = client_.is_shared(),
        .secure = client_.scheme == "https",
        .whole = whole_,
        .disallowed = judgement.robots && judgement.robots->disallowed,
        .trap = is_trap(*judgement.site, judgement.readings)};
    judgement.behaviour = observer_.assess(*signals_, request, now_, sighting_);
    if (!sighting_.has_key) return;
    judgement.conduct = judgement.behaviour.pooled ? sighting_.agent : sighting_.client;
}

void WatchedConduct::answered(const ResponseHead& head) {
    if (!sighting_.has_key) return;
    answer_.status = head.status;
    answer_.served = true;
    for (const Field& field : head.fields) {
        if (field.id == FieldId::content_type) {
            answer_.content = behaviour::kind_of_content(field.value);
        } else if (field.id == FieldId::other && field.name.size() == 10) {
            answer_.sets_cookie |= http::equals_ignoring_case(field.name, "set-cookie");
        }
    }
}

}  // namespace turnpike::gate
