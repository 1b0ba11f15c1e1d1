// Threads that do one piece of work after another together.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace turnpike::replay {

class Crew {
public:
    /// Whoever calls `run` is one of them.
    explicit Crew(unsigned size);
    ~Crew();
    unsigned size() const { return static_cast<unsigned>(threads_.size()) + 1; }
    /// Calls `work` with every number below size(), each on its own thread, always the same one;
    /// returns when all are done.
    void run(const std::function<void(unsigned)>& work);

private:
    void serve(unsigned number);

    std::mutex mutex_;
    std::condition_variable begun_, done_;
    const std::function<void(unsigned)>* work_ = nullptr;  // null: no more
    std::uint64_t round_ = 0;
    std::size_t busy_ = 0;
    std::vector<std::jthread> threads_;
};

}  // namespace turnpike::replay
