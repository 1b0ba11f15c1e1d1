// What somebody wants of a new site, checked, and the file that says so. Private to `init`.
#pragma once

#include <string>
#include <vector>

namespace turnpike::cli {

enum class Answer : unsigned char { deny, allow, pay };

struct Wish {
    std::vector<std::string> hosts;
    std::string origin;
    Answer training = Answer::deny;
    Answer search = Answer::deny;
    Answer assistants = Answer::deny;
    std::string price = "USD 0.01";  ///< Where somebody is to pay.
    std::string contact;             ///< May be empty.

    bool charges() const;
    /// `example.com`, of the first host: the site's name, and its file's.
    std::string site_name() const;
    /// The site's file.
    std::string to_yaml() const;
};

// Each takes one answer into the wish; what is wrong with it is returned, empty where nothing is.
std::string set_hosts(const std::string& text, Wish& wish);  ///< Separated by spaces or commas.
std::string set_origin(const std::string& text, Wish& wish);
std::string set_answer(const std::string& text, Answer& answer);
std::string set_price(const std::string& text, Wish& wish);
std::string set_contact(const std::string& text, Wish& wish);

}  // namespace turnpike::cli
