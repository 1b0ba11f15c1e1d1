// Finding the state folder, and making a token that only this user can read.
#include "cli/state.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "cli/files.hpp"

namespace turnpike::cli {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

/// 256 bits in hex; empty where the system has no randomness to give.
std::string make_token() {
    std::array<unsigned char, 32> bytes;
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return {};
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : bytes) text += {digits[byte >> 4], digits[byte & 0xf]};
    return text;
}

std::string secret_file(const std::string& state_folder) {
    return state_folder + "/secret";
}

/// Another for each process.
const std::string& passing_secret() {
    static const std::string made = make_token();
    return made;
}

/// Puts the token there whole or not at all; false with errno. Another instance that was quicker
/// is no failure: whoever reads the file afterwards gets the token of both.
bool write_token(const std::string& path, const std::string& token) {
    const std::string draft = path + "." + std::to_string(::getpid());
    const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return false;
    const std::string line = token + "\n";
    bool written = ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    ::close(file);
    if (written && ::link(draft.c_str(), path.c_str()) != 0) written = errno == EEXIST;
    const int error = errno;
    ::unlink(draft.c_str());
    errno = error;
    return written;
}

/// Nothing, with errno, where it cannot be kept.
std::optional<std::string> make_kept_token(const std::string& folder, const std::string& path) {
    std::error_code ignored;  // opening the file says what is wrong
    fs::create_directories(folder, ignored);
    const std::string made = make_token();
    if (made.empty() || !write_token(path, made)) return std::nullopt;
    return read_token(path);
}

bool write_and_sync(const std::string& path, std::string_view text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return false;
    const bool written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(file) == 0;
    return ::close(file) == 0 && written;
}

/// So that the new name is there after a power cut, too.
void sync_folder(const std::string& path) {
    const std::string folder = fs::path(path).parent_path().string();
    const int file = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    ::fsync(file);
    ::close(file);
}

}  // namespace

std::vector<std::string> state_folders(const config::Settings& settings) {
    const std::string shared = config::Settings().state_dir;
    if (settings.state_dir != shared) return {settings.state_dir};
    std::vector<std::string> folders;
    const std::string given = environment("STATE_DIRECTORY");  // several are separated by colons
    if (!given.empty()) folders.push_back(given.substr(0, given.find(':')));
    folders.push_back(shared);
    const std::string state_home = environment("XDG_STATE_HOME");
    const std::string home = environment("HOME");
    if (!state_home.empty()) {
        folders.push_back(state_home + "/turnpike");
    } else if (!home.empty()) {
        folders.push_back(home + "/.local/state/turnpike");
    }
    return folders;
}

bool is_writable(const std::string& folder) {
    fs::path path = fs::path(folder).lexically_normal();
    for (;;) {
        if (path.empty()) path = ".";
        if (::access(path.c_str(), W_OK | X_OK) == 0) return true;
        if (errno != ENOENT || !path.has_relative_path()) return false;
        path = path.has_filename() ? path.parent_path() : path.parent_path().parent_path();
    }
}

std::optional<std::string> token_in(std::string text) {
    constexpr std::size_t shortest = 16;
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    const bool visible =
        std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (text.size() < shortest || !visible) return std::nullopt;
    return text;
}

std::optional<std::string> read_token(const std::string& path) {
    auto text = Files().read(path);
    return text ? token_in(std::move(*text)) : std::nullopt;
}

bool replace_file(const std::string& path, std::string_view text, std::string& error) {
    std::error_code ignored;  // writing says what is wrong
    fs::create_directories(fs::path(path).parent_path(), ignored);
    const std::string draft = path + ".new";
    if (!write_and_sync(draft, text) || ::rename(draft.c_str(), path.c_str()) != 0) {
        error = "'" + path + "': " + std::strerror(errno);
        ::unlink(draft.c_str());
        return false;
    }
    sync_folder(path);
    return true;
}

bool has_own_secret(const std::string& state_folder) {
    return !state_folder.empty() && read_token(secret_file(state_folder));
}

std::string own_secret(const std::string& state_folder, bool may_make) {
    if (state_folder.empty()) return passing_secret();
    const std::string path = secret_file(state_folder);
    auto secret = read_token(path);
    if (!secret && may_make) secret = make_kept_token(state_folder, path);
    return secret.value_or(passing_secret());
}

std::string own_token_file(const std::string& state_folder) {
    return state_folder + "/admin.token";
}

void add_own_token(Configuration& configuration, Diagnostics& out) {
    const config::Settings& settings = configuration.settings;
    const bool over_tcp = settings.admin && settings.admin->path.empty();
    if (!over_tcp || !configuration.admin_token.empty() || settings.state_dir.empty()) return;
    const std::string path = own_token_file(settings.state_dir);
    auto token = read_token(path);
    if (!token) token = make_kept_token(settings.state_dir, path);
    if (token) {
        configuration.admin_token = *token;
        return;
    }
    Diagnostic diagnostic;
    diagnostic.severity = Severity::warning;
    diagnostic.file = path;
    diagnostic.message = std::string("no token can be kept there: ") + std::strerror(errno);
    diagnostic.hint = "'turnpike reload' will not work; SIGHUP will";
    out.add(std::move(diagnostic));
}

}  // namespace turnpike::cli
