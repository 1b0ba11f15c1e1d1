// The folder of what outlives a restart, and the token in it with which the instance lets itself be
// changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/configuration.hpp"

namespace turnpike::cli {

/// Folders that may hold the state, best first: the one that is written; else that of systemd's
/// StateDirectory=, /var/lib/turnpike, and the user's own.
std::vector<std::string> state_folders(const config::Settings& settings);
/// Whether files can be put into the folder, which need not be there yet.
bool is_writable(const std::string& folder);

/// Puts the text there whole or not at all, readable for this user only; false, with a word in
/// `error`, where that cannot be. Makes the folder.
bool replace_file(const std::string& path, std::string_view text, std::string& error);

/// The token in a file's text: its one line. Nothing where there is none or it is too short.
std::optional<std::string> token_in(std::string text);
std::optional<std::string> read_token(const std::string& path);
/// What nobody outside this instance knows: kept in the folder from the first start on, so that
/// what is derived from it stays the same. `may_make`: where there is none yet, it is made; else,
/// and where it cannot be kept, one that lasts as long as the process.
std::string own_secret(const std::string& state_folder, bool may_make);
/// Whether the folder has one that this user can read.
bool has_own_secret(const std::string& state_folder);
/// Where an instance without `admin.token_file` keeps a token of its own.
std::string own_token_file(const std::string& state_folder);
/// Gives the configuration that token, if it needs one: made on the first start, then kept. A
/// warning where that cannot be.
void add_own_token(Configuration& configuration, Diagnostics& out);

}  // namespace turnpike::cli
