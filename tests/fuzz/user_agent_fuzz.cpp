// Whatever a user agent says: one to four claims, the strictest first, each name from where the
// face says it is from, and the same verdict with the cache as without.
#include <cstdlib>

#include "identity/identity.hpp"

using namespace turnpike;

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    static const auto catalogue = identity::Catalogue::installed();
    static identity::Verdicts verdicts(64);
    const auto require = [](bool holds) {
        if (!holds) std::abort();
    };
    const std::string_view agent(data, size);
    const Identity plain = catalogue->identify({&agent, 1});
    const Identity cached = verdicts.identify(*catalogue, agent);
    require(plain.claim_count >= 1 && plain.claim_count == cached.claim_count);
    for (std::size_t i = 0; i < plain.claim_count; ++i) {
        const Claim& claim = plain.claims[i];
        require(claim.token == cached.claims[i].token && claim.crawler == cached.claims[i].crawler);
        require(!is_ai(claim.category) || is_ai(plain.main().category));
        const char* token = claim.token.data();
        const bool inside = token >= data && token + claim.token.size() <= data + size;
        require(claim.token.empty() || inside == (claim.crawler == nullptr));
        require((claim.crawler != nullptr) ? claim.category == claim.crawler->category
                                           : claim.proof == Proof::none);
    }
    return 0;
}
