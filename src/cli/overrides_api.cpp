// From a call to an override: what is wished for is read strictly, and checked against the
// configuration in use.
#include "cli/overrides_api.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "core/networks.hpp"

namespace turnpike::cli {
namespace {

namespace json = boost::json;
using gate::Override;

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

/// The object that a body holds, each member a string of a known name; nothing, with a word in
/// `error`, where it is another thing.
std::optional<json::object> read_wish(std::string_view body, std::string& error) {
    boost::system::error_code failed;
    json::value value = json::parse({body.data(), body.size()}, failed);
    if (failed || !value.is_object()) {
        error = "the body is not a JSON object";
        return std::nullopt;
    }
    for (const auto& member : value.as_object()) {
        const std::string_view name(member.key().data(), member.key().size());
        const bool known = name == "kind" || name == "id" || name == "address" ||
                           name == "crawler" || name == "site" || name == "for" || name == "note";
        if (!known || !member.value().is_string()) {
            error = quoted(name) + (known ? " is not a text" : " is no member of an override");
            return std::nullopt;
        }
    }
    return std::move(value.as_object());
}

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? std::string() : std::string(value->as_string());
}

/// What is sure to be one client's: of IPv6 the network that its provider gave it.
Prefix network_of(const Address& address) {
    constexpr std::uint8_t subnet = 64;
    if (address.is_v4()) return {address, 128};
    std::array<std::uint8_t, 16> bytes = address.bytes();
    std::fill(bytes.begin() + subnet / 8, bytes.end(), std::uint8_t{0});
    return {Address(bytes), subnet};
}

/// The address or network that is written; nothing, with a word in `error`.
std::optional<Prefix> read_address(const std::string& text, std::string& error) {
    if (auto prefix = Prefix::parse(text)) return prefix;
    error = quoted(text) + " is neither an address nor a network";
    if (const auto meant = Prefix::around(text)) error += ": did you mean " + meant->to_string();
    return std::nullopt;
}

/// An address of an inner network may be that of a proxy that nobody trusts yet.
std::string doubt_about(const Override& made) {
    if (!made.address) return {};
    for (const char* name : {"loopback", "private"}) {
        for (const std::string_view network : named_networks(name)) {
            if (!Prefix::parse(network)->contains(made.address->address)) continue;
            return made.address->to_string() +
                   " is an inner address: if it is a proxy's, everybody behind it is let in (see "
                   "trusted_proxies)";
        }
    }
    return {};
}

admin::Answer answer_with(const OverrideBook::Change& change, std::uint16_t status) {
    json::object object;
    object["override"] = json::parse(to_json(change.made));
    if (!change.warning.empty()) object["warning"] = change.warning;
    return {.status = status, .body = json::serialize(object) + "\n"};
}

}  // namespace

OverridesApi::OverridesApi(Service& service, OverrideBook& book) : service_(service), book_(book) {
    const std::string path = "/api/v1/overrides";
    service_.add_endpoint({.method = "GET",
                           .path = path,
                           .answer = [this](const admin::Call& call) { return show(call); }});
    service_.add_endpoint({.method = "POST",
                           .path = path,
                           .answer = [this](const admin::Call& call) { return add(call); }});
    service_.add_endpoint({.method = "DELETE",
                           .path = path + "/*",
                           .answer = [this](const admin::Call& call) { return remove(call); }});
}

Task<admin::Answer> OverridesApi::show(const admin::Call&) {
    json::array list;
    for (const Override& each : book_.list()) list.push_back(json::parse(to_json(each)));
    const json::object object{{"overrides", std::move(list)}};
    co_return admin::Answer{.body = json::serialize(object) + "\n"};
}

Task<admin::Answer> OverridesApi::add(const admin::Call& call) {
    std::string error;
    const auto wish = read_wish(call.body, error);
    if (!wish) co_return admin::failure(400, error);
    Override wanted;
    const std::string kind = text_of(*wish, "kind");
    const std::string id = text_of(*wish, "id");
    const std::string address = text_of(*wish, "address");
    if (kind == "observe") {
        wanted.kind = Override::Kind::observe;
    } else if (kind != "allow") {
        co_return admin::failure(400, "'kind' is 'allow' or 'observe'");
    }
    wanted.crawler = text_of(*wish, "crawler");
    wanted.site = text_of(*wish, "site");
    wanted.note = text_of(*wish, "note");
    if (!id.empty()) error = co_await take_from_decision(id, wanted);
    if (!error.empty()) co_return admin::failure(404, error);
    if (!address.empty()) wanted.address = read_address(address, error);
    const auto time = config::parse_duration(text_of(*wish, "for"));
    if (error.empty() && !time) error = "'for' says how long, such as 24h";
    if (error.empty()) error = check(wanted);
    if (error.empty() && (*time < std::chrono::seconds(1) || *time > OverrideBook::longest)) {
        error = "an override lasts a second at least and 30 days at most";
    }
    if (error.empty() && book_.is_full()) error = "there are too many overrides: remove some";
    if (!error.empty()) co_return admin::failure(422, error);
    wanted.created = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    wanted.expires = wanted.created + std::chrono::ceil<std::chrono::seconds>(*time);
    OverrideBook::Change change = co_await book_.add(std::move(wanted));
    if (change.warning.empty()) change.warning = doubt_about(change.made);
    co_return answer_with(change, 201);
}

Task<admin::Answer> OverridesApi::remove(const admin::Call& call) {
    std::uint32_t number = 0;
    const char* const end = call.argument.data() + call.argument.size();
    const auto [stop, failed] = std::from_chars(call.argument.data(), end, number);
    std::optional<OverrideBook::Change> change;
    if (failed == std::errc() && stop == end) change = co_await book_.remove(number);
    if (!change) co_return admin::failure(404, "there is no override " + quoted(call.argument));
    co_return answer_with(*change, 200);
}

/// Who was refused then: where it came from, which crawler it was, on which site. The result says
/// what speaks against it; empty if nothing.
Task<std::string> OverridesApi::take_from_decision(const std::string& id, Override& into) {
    std::string wanted = id;
    const auto line = co_await service_.find_decision(std::move(wanted), Service::Detail::full);
    if (!line) co_return "nothing is remembered of " + quoted(id);
    const json::value record = json::parse(*line);
    const json::object& object = record.as_object();
    const auto said = [&object](std::string_view name) {
        const auto* value = object.if_contains(name);
        return value != nullptr && value->is_string() ? std::string(value->as_string())
                                                      : std::string();
    };
    if (said("action").empty()) co_return "that request was not judged: " + said("reason");
    if (said("action") == "allow" && said("outcome") != "refused") {
        co_return "that request was let in";
    }
    if (into.site.empty()) into.site = said("site");
    if (into.crawler.empty()) into.crawler = said("crawler");
    if (const auto address = Address::parse(said("client"))) into.address = network_of(*address);
    co_return std::string();
}

/// What speaks against it; empty if nothing. A crawler's alias becomes its name.
std::string OverridesApi::check(Override& wanted) const {
    const gate::Knowledge& knowledge = service_.snapshot().knowledge;
    if (wanted.kind == Override::Kind::observe && (wanted.address || !wanted.crawler.empty())) {
        return "who observes, observes everybody: no address, no crawler";
    }
    if (wanted.kind == Override::Kind::allow && !wanted.address && wanted.crawler.empty()) {
        return "whom to let in: an id, an address or a crawler";
    }
    if (!wanted.site.empty()) {
        std::vector<std::string> names;
        for (const Site& site : knowledge.sites.all()) names.push_back(site.name);
        if (std::find(names.begin(), names.end(), wanted.site) == names.end()) {
            const std::string hint = config::did_you_mean(wanted.site, names);
            return "there is no site " + quoted(wanted.site) + (hint.empty() ? "" : ": " + hint);
        }
    }
    if (wanted.crawler.empty()) return {};
    const Crawler* crawler = knowledge.catalogue->find(wanted.crawler);
    if (crawler == nullptr) {
        std::vector<std::string> names;
        for (const Crawler* each : knowledge.catalogue->crawlers()) names.push_back(each->name);
        const std::string hint = config::did_you_mean(wanted.crawler, names);
        return "the catalogue has no crawler " + quoted(wanted.crawler) +
               (hint.empty() ? "" : ": " + hint);
    }
    wanted.crawler = crawler->name;
    if (crawler->control_only && !wanted.address) {
        return "nobody may use " + quoted(crawler->name) + " as a user agent: let it in by address";
    }
    return {};
}

}  // namespace turnpike::cli
