// One path a series, so that a plot of any log is some kilobytes. Times are UTC.
#include "replay/plot.hpp"

#include <algorithm>
#include <cstdio>

namespace turnpike::replay {
namespace {

// The drawing's own units; the page scales it.
constexpr double left = 64, right = 992, top = 12, bottom = 236;
constexpr std::size_t crawlers_shown = 7;
constexpr std::size_t labels_below = 6;
constexpr std::int64_t day = 86400;

struct Series {
    std::string name;
    std::string style;  // a class of the page's
    std::vector<double> values;
    double total() const {
        double sum = 0;
        for (const double value : values) sum += value;
        return sum;
    }
};

std::string decimal(double value) {
    std::array<char, 32> room;
    std::snprintf(room.data(), room.size(), "%.1f", value);
    return room.data();
}

/// 1, 2 or 5 times a power of ten, or of ten within a power of 1024.
double nice_step(double most, bool bytes) {
    double unit = 1;
    while (bytes && most / unit >= 1024) unit *= 1024;
    double step = unit;
    while (step * 4 < most && step < unit * 1000) {
        for (const double factor : {2.0, 2.5, 2.0}) {
            if (step * 4 >= most) break;
            step *= factor;
        }
    }
    return step;
}

class Plot {
public:
    Plot(const Findings& findings, std::string title, bool bytes)
        : findings_(findings), title_(std::move(title)), bytes_(bytes) {}

    std::size_t slots() const {
        const auto count = findings_.last / findings_.step - findings_.first / findings_.step + 1;
        return static_cast<std::size_t>(count);
    }
    std::size_t add_series(std::string name, std::string style) {
        series_.push_back({std::move(name), std::move(style), std::vector<double>(slots())});
        return series_.size() - 1;
    }
    void add(std::size_t series, const Moment& moment) {
        const auto slot =
            (moment.begin - findings_.first / findings_.step * findings_.step) / findings_.step;
        series_[series].values[static_cast<std::size_t>(slot)] +=
            static_cast<double>(bytes_ ? moment.count.bytes : moment.count.requests);
    }
    void draw(pages::Values& into) {
        std::erase_if(series_, [](const Series& each) { return each.total() == 0; });
        if (series_.empty()) return;
        pages::Values& plot = into.add("plots");
        plot.set("title", title_);
        draw_axis(plot);
        draw_times(plot);
        draw_series(plot);
    }

private:
    std::string text(double value) const {
        const auto whole = static_cast<std::uint64_t>(value);
        return bytes_ ? size(whole) : number(whole);
    }
    void draw_axis(pages::Values& plot) {
        for (std::size_t slot = 0; slot < slots(); ++slot) {
            double sum = 0;
            for (const Series& each : series_) sum += each.values[slot];
            most_ = std::max(most_, sum);
        }
        const double step = nice_step(most_, bytes_);
        most_ = std::max(
            step,
            step * static_cast<double>(static_cast<std::int64_t>(most_ / step)) +
                (most_ > step * static_cast<double>(static_cast<std::int64_t>(most_ / step)) ? step
                                                                                             : 0));
        for (double value = 0; value <= most_; value += step) {
            plot.add("levels").set("y", decimal(y_of(value))).set("label", text(value));
        }
    }
    void draw_times(pages::Values& plot) const {
        const std::size_t count = slots();
        const std::size_t apart =
            std::max<std::size_t>(1, (count + labels_below - 1) / labels_below);
        const bool days = findings_.step >= day || findings_.last - findings_.first > 4 * day;
        for (std::size_t slot = 0; slot < count; slot += apart) {
            const std::int64_t begin =
                (findings_.first / findings_.step + static_cast<std::int64_t>(slot)) *
                findings_.step;
            const std::string whole = point_in_time(begin);
            plot.add("times")
                .set("x", decimal(x_of(static_cast<double>(slot))))
                .set("label", days ? whole.substr(0, 10) : whole.substr(5, 11));
        }
        plot.set("step", span_of_time(findings_.step));
    }
    void draw_series(pages::Values& plot) const {
        const double width = x_of(1) - x_of(0);
        const double bar = width > 3 ? width - 1 : width;
        std::vector<double> below(slots());
        for (const Series& each : series_) {
            std::string path;
            for (std::size_t slot = 0; slot < below.size(); ++slot) {
                if (each.values[slot] == 0) continue;
                const double base = below[slot];
                below[slot] += each.values[slot];
                path += "M" + decimal(x_of(static_cast<double>(slot))) + " " + decimal(y_of(base)) +
                        "h" + decimal(bar) + "V" + decimal(y_of(below[slot])) + "h-" +
                        decimal(bar) + "z";
            }
            plot.add("series")
                .set("name", each.name)
                .set("style", each.style)
                .set("total", text(each.total()))
                .set("path", path);
        }
    }
    double x_of(double slot) const {
        return left + (right - left) * slot / static_cast<double>(slots());
    }
    double y_of(double value) const { return bottom - (bottom - top) * value / most_; }

    const Findings& findings_;
    const std::string title_;
    const bool bytes_;
    std::vector<Series> series_;
    double most_ = 0;
};

void plot_fates(const Findings& findings, pages::Values& into) {
    Plot plot(findings, "Requests of everybody, by what they would get", false);
    std::array<std::size_t, action_count> series{};
    for (const Action got : {Action::allow, Action::throttle, Action::pay, Action::deny}) {
        const std::string name(name_of(got));
        series[static_cast<std::size_t>(got)] = plot.add_series(name, name);
    }
    for (const Moment& moment : findings.moments) {
        plot.add(series[static_cast<std::size_t>(moment.got)], moment);
    }
    plot.draw(into);
}

void plot_crawlers(const Findings& findings, const Summary& summary, bool bytes,
                   pages::Values& into) {
    std::vector<const ByWho*> order;
    for (const ByWho& each : summary.crawlers) order.push_back(&each);
    if (bytes) {
        std::stable_sort(order.begin(), order.end(), [](const ByWho* a, const ByWho* b) {
            return a->fates.total().bytes > b->fates.total().bytes;
        });
    }
    Plot plot(findings, bytes ? "Bytes that crawlers took" : "Requests of crawlers", bytes);
    std::vector<std::pair<Who, std::size_t>> named;
    for (std::size_t i = 0; i < std::min(order.size(), crawlers_shown); ++i) {
        const Who& who = order[i]->who;
        const std::string name =
            who.crawler != nullptr ? std::string(who.name()) : "unknown " + std::string(who.name());
        named.emplace_back(who, plot.add_series(name, "s" + std::to_string(i + 1)));
    }
    const std::size_t others = plot.add_series("others", "s0");
    for (const Moment& moment : findings.moments) {
        const auto known = std::find_if(named.begin(), named.end(),
                                        [&](const auto& each) { return each.first == moment.who; });
        const bool is_crawler =
            known != named.end() || std::any_of(order.begin(), order.end(), [&](const ByWho* each) {
                return each->who == moment.who;
            });
        if (is_crawler) plot.add(known == named.end() ? others : known->second, moment);
    }
    plot.draw(into);
}

}  // namespace

void add_plots(const Findings& findings, const Summary& summary, pages::Values& into) {
    if (findings.moments.empty()) return;
    plot_fates(findings, into);
    plot_crawlers(findings, summary, false, into);
    plot_crawlers(findings, summary, true, into);
}

}  // namespace turnpike::replay
