// What a path leads to, by the ending of its name.
#include <algorithm>
#include <array>

#include "behaviour/behaviour.hpp"

namespace turnpike::behaviour {
namespace {

constexpr std::size_t longest_ending = 8;

/// Up to eight letters as one number, in lower case.
constexpr std::uint64_t packed(std::string_view text) {
    std::uint64_t word = 0;
    for (const char c : text) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
        word = word << 8 | static_cast<unsigned char>(lower);
    }
    return word;
}

template <std::size_t Size>
constexpr auto endings(const std::array<std::string_view, Size>& texts) {
    std::array<std::uint64_t, Size> words{};
    for (std::size_t i = 0; i < Size; ++i) words[i] = packed(texts[i]);
    return words;
}

constexpr auto of_pages =
    endings(std::array<std::string_view, 14>{"html", "htm", "xhtml", "shtml", "php", "asp", "aspx",
                                             "jsp", "jspx", "cgi", "pl", "do", "cfm", "md"});
constexpr auto of_assets = endings(std::array<std::string_view, 35>{
    "css",  "js",  "mjs", "map", "png",  "jpg", "jpeg", "gif",   "svg", "svgz", "webp", "avif",
    "apng", "ico", "bmp", "tif", "tiff", "jxl", "woff", "woff2", "ttf", "otf",  "eot",  "mp4",
    "webm", "mp3", "ogg", "m4a", "m4v",  "wav", "mov",  "wasm",  "cur", "swf",  "vtt"});
constexpr auto of_feeds =
    endings(std::array<std::string_view, 6>{"rss", "atom", "rdf", "xml", "feed", "opml"});
constexpr auto of_others = endings(std::array<std::string_view, 38>{
    "json", "txt", "pdf", "zip",  "gz",   "tgz",  "bz2",   "xz",   "zst", "7z",
    "rar",  "tar", "iso", "exe",  "msi",  "dmg",  "deb",   "rpm",  "apk", "jar",
    "csv",  "tsv", "doc", "docx", "xls",  "xlsx", "ppt",   "pptx", "odt", "epub",
    "ics",  "asc", "sig", "yml",  "yaml", "toml", "patch", "diff"});

template <class Words>
bool has(const Words& words, std::uint64_t word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// What readers of news are given by a name, or by a word in the query (`?flav=rss20`).
bool names_feed(std::string_view last, std::string_view query) {
    constexpr std::array<std::string_view, 4> names = {"feed", "rss", "atom", "feeds"};
    if (std::find(names.begin(), names.end(), last) != names.end()) return true;
    return !query.empty() && (query.find("rss") != query.npos || query.find("atom") != query.npos ||
                              query.find("feed") != query.npos);
}

/// Git over HTTP asks for these two and for loose objects.
bool is_git(std::string_view path, std::string_view query) {
    return path.ends_with("/info/refs") || query.starts_with("service=git-") ||
           path.find("/objects/") != path.npos;
}

}  // namespace

Kind kind_of(std::string_view path, std::string_view query) {
    std::string_view folder = path;
    if (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
    const std::string_view last = folder.substr(folder.rfind('/') + 1);
    const std::size_t dot = last.rfind('.');
    if (dot != last.npos && last.size() - dot - 1 <= longest_ending &&
        folder.size() == path.size()) {
        const std::uint64_t word = packed(last.substr(dot + 1));
        if (has(of_assets, word)) return Kind::asset;
        if (has(of_feeds, word)) return Kind::feed;
        if (has(of_others, word)) return Kind::other;
        if (has(of_pages, word) && query.empty()) return Kind::page;
    }
    if (names_feed(last, query)) return Kind::feed;
    return is_git(path, query) ? Kind::other : Kind::page;
}

std::optional<Kind> kind_of_content(std::string_view type) {
    if (type.empty()) return std::nullopt;
    if (type.starts_with("text/html") || type.starts_with("application/xhtml")) return Kind::page;
    for (const std::string_view start : {"image/", "text/css", "text/javascript",
                                         "application/javascript", "font/", "audio/", "video/"}) {
        if (type.starts_with(start)) return Kind::asset;
    }
    return Kind::other;
}

}  // namespace turnpike::behaviour
