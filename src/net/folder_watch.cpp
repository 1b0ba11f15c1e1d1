// Being told of changes in folders: inotify, read on the loop.
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <map>

#include "net/impl.hpp"

namespace turnpike::net {
namespace {

using Descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;

// What becomes of names, and files that somebody has finished writing; not each write.
constexpr std::uint32_t events = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
                                 IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

}  // namespace

struct FolderWatch::Impl {
    Impl(Loop& on_loop, int inotify, std::function<void()> on_change)
        : loop(on_loop),
          descriptor(on_loop.impl().context, inotify),
          changed(std::move(on_change)) {}

    void wait() {
        descriptor.async_read_some(asio::buffer(room),
                                   [this](const error_code& error, std::size_t) {
                                       if (error) return;
                                       loop.clock().invalidate();
                                       changed();
                                       wait();
                                   });
    }

    Loop& loop;
    Descriptor descriptor;
    std::function<void()> changed;
    std::map<std::string, int> watched;  // folder to its watch
    // Which names have changed is not looked at: whoever is told looks at what it needs.
    alignas(inotify_event) std::array<char, 4096> room;
};

FolderWatch::FolderWatch(Loop& loop, std::function<void()> changed) {
    const int inotify = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (inotify < 0) return;
    impl_ = std::make_unique<Impl>(loop, inotify, std::move(changed));
    impl_->wait();
}

FolderWatch::~FolderWatch() = default;

bool FolderWatch::use(const std::set<std::string>& folders) {
    if (!impl_) return folders.empty();
    const int inotify = impl_->descriptor.native_handle();
    bool all = true;
    std::map<std::string, int> next;
    for (const std::string& folder : folders) {
        // A folder of the same name may be another by now, so it is always asked for anew.
        const int watch = ::inotify_add_watch(inotify, folder.c_str(), events);
        if (watch < 0) all = false;
        if (watch >= 0) next[folder] = watch;
    }
    for (const auto& [folder, watch] : impl_->watched) {
        const bool kept = std::any_of(next.begin(), next.end(), [id = watch](const auto& entry) {
            return entry.second == id;
        });
        if (!kept) ::inotify_rm_watch(inotify, watch);
    }
    impl_->watched = std::move(next);
    return all;
}

}  // namespace turnpike::net
