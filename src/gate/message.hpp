// What a client is told when it does not get what it asked for: the words, and the two formats that
// no operator changes. HTML is page.hpp's.
#pragma once

#include <string>
#include <string_view>

#include "gate/judge.hpp"

namespace turnpike::gate {

/// All that a page may say. A text that is empty is not known, or not so.
struct Message {
    std::string status;
    std::string title;     ///< In a person's words: `Access denied`.
    std::string phrase;    ///< In HTTP's: `Forbidden`.
    std::string detail;    ///< Why, as the log has it.
    std::string reason;    ///< The same as a sentence.
    std::string client;    ///< Who we think it is: `GPTBot (OpenAI), an AI training crawler`.
    std::string evidence;  ///< `by your User-Agent`.
    std::string crawler;
    std::string operator_name;
    std::string category;
    std::string forged;     ///< `yes` where the name is certainly not the sender's.
    std::string assistant;  ///< `yes` where a person may be waiting behind it.
    std::string rule;
    std::string price;
    std::string site;
    std::string contact;      ///< As people write it: without `mailto:`.
    std::string contact_url;  ///< Fit for a link; empty where there is none.
    std::string contact_written;
    std::string id;
};

/// What `action` is answered with, where it does not let in.
std::uint16_t status_of(Action action);

Message message_for(const Judgement& judgement, std::string_view id);
Message message_for(const Error& error, std::string_view id);

std::string to_text(const Message& message);
/// RFC 9457.
std::string to_problem(const Message& message);

}  // namespace turnpike::gate
