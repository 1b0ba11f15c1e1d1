// One round after another, each begun by its number.
#include "replay/crew.hpp"

namespace turnpike::replay {

Crew::Crew(unsigned size) {
    for (unsigned number = 1; number < size; ++number) {
        threads_.emplace_back([this, number] { serve(number); });
    }
}

Crew::~Crew() {
    const std::scoped_lock lock(mutex_);
    work_ = nullptr;
    ++round_;
    begun_.notify_all();
}

void Crew::run(const std::function<void(unsigned)>& work) {
    {
        const std::scoped_lock lock(mutex_);
        work_ = &work;
        busy_ = threads_.size();
        ++round_;
        begun_.notify_all();
    }
    work(0);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
}

void Crew::serve(unsigned number) {
    std::uint64_t seen = 0;
    for (;;) {
        const std::function<void(unsigned)>* work = nullptr;
        {
            std::unique_lock lock(mutex_);
            begun_.wait(lock, [&] { return round_ != seen; });
            seen = round_;
            work = work_;
        }
        if (work == nullptr) return;
        (*work)(number);
        const std::scoped_lock lock(mutex_);
        if (--busy_ == 0) done_.notify_one();
    }
}

}  // namespace turnpike::replay
