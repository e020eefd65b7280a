// Plays streams of requests to a cache and asks the host what to give up whenever a page is missing.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "judge/decide.hpp"

namespace {

using Pages = std::vector<std::int32_t>;

constexpr int streams = 4;
constexpr std::int32_t empty = -1;

/// Pages asked for one after the other: independent draws under Zipf's law, whose ranks trade places now and
/// then, broken by scans through pages in order.
class Stream {
 public:
  Stream(const mls::judge::Params& params, mls::Rng rng)
      : rng_(rng),
        page_of_rank_(rng_.permutation(static_cast<int>(params.integer("pages")))),
        drift_(params.real("drift")),
        scan_(params.real("scan")),
        scan_length_(params.integer("scan_length")) {
    const double exponent = params.real("exponent");
    double total = 0;
    for (std::size_t rank = 0; rank < page_of_rank_.size(); ++rank)
      cumulative_.push_back(total += std::pow(static_cast<double>(rank + 1), -exponent));
  }

  std::int32_t next() {
    if (rng_.bernoulli(drift_)) trade_places();
    if (left_in_scan_ == 0 && !rng_.bernoulli(scan_)) return popular();
    if (left_in_scan_ == 0) left_in_scan_ = scan_length_;
    --left_in_scan_;
    scanned_ = (scanned_ + 1) % page_of_rank_.size();
    return static_cast<std::int32_t>(scanned_);
  }

 private:
  std::int32_t popular() {
    const double where = rng_.uniform(0, cumulative_.back());
    const auto rank = std::upper_bound(cumulative_.begin(), cumulative_.end(), where) - cumulative_.begin();
    return page_of_rank_[std::min(static_cast<std::size_t>(rank), page_of_rank_.size() - 1)];
  }

  /// A popular page, a tenth of all, and any other.
  void trade_places() {
    const std::uint64_t popular = rng_.below(page_of_rank_.size() / 10);
    std::swap(page_of_rank_[popular], page_of_rank_[rng_.below(page_of_rank_.size())]);
  }

  mls::Rng rng_;
  Pages page_of_rank_;
  std::vector<double> cumulative_;
  double drift_;  // probability in a request
  double scan_;   // probability of one that begins
  std::int64_t scan_length_;
  std::int64_t left_in_scan_ = 0;
  std::size_t scanned_ = 0;
};

/// Misses of a cache that knows the future: it gives up the page that is asked for last (Belady 1966).
std::int64_t fewest_misses(std::span<const std::int32_t> requests, std::size_t slots, std::size_t pages) {
  const std::size_t never = requests.size();
  std::vector<std::size_t> next(requests.size());
  std::vector<std::size_t> seen(pages, never);
  for (std::size_t t = requests.size(); t-- > 0;) {
    const auto page = static_cast<std::size_t>(requests[t]);
    next[t] = std::exchange(seen[page], t);
  }
  std::int64_t misses = 0;
  std::vector<std::pair<std::size_t, std::int32_t>> cached;  // next request, page
  for (std::size_t t = 0; t < requests.size(); ++t) {
    const auto is_it = [&](const auto& entry) { return entry.second == requests[t]; };
    auto place = std::find_if(cached.begin(), cached.end(), is_it);
    if (place == cached.end()) {
      ++misses;
      place = cached.size() < slots ? cached.emplace(cached.end())
                                    : std::max_element(cached.begin(), cached.end());
    }
    *place = {next[t], requests[t]};
  }
  return misses;
}

class Paging final : public mls::judge::Decisions {
 public:
  explicit Paging(const mls::judge::Run& run)
      : slots_(run.params.integer("slots")), pages_(run.params.integer("pages")) {
    const mls::Rng rng = run.draws.rng("requests");
    for (std::uint64_t s = 0; s < streams; ++s) {
      Stream stream(run.params, rng.split(s));
      Pages& requests = streams_.emplace_back();
      for (std::int64_t t = 0; t < run.params.integer("requests"); ++t) requests.push_back(stream.next());
    }
    begin();
  }

  bool present(mls::Message& situation) override {
    while (stream_ < streams_.size() && !seek_decision()) {
      ++stream_;
      begin();
    }
    if (stream_ == streams_.size()) return false;
    const auto requests = std::span<const std::int32_t>(streams_[stream_]).subspan(shown_, now_ + 1 - shown_);
    situation.set("time", static_cast<std::int64_t>(shown_)).add("requests", requests).add("cached", cached_);
    return true;
  }

  [[nodiscard]] std::int64_t count() const override { return 1; }
  [[nodiscard]] std::int32_t options() const override { return static_cast<std::int32_t>(slots_); }

  void apply(std::span<const std::int32_t> choice) override {
    cached_[static_cast<std::size_t>(choice.front())] = streams_[stream_][now_];
    ++misses_;
    shown_ = ++now_;
  }

  /// Misses beyond the unavoidable, as a share of these.
  [[nodiscard]] double excess() const {
    std::int64_t fewest = 0;
    for (const Pages& requests : streams_)
      fewest += fewest_misses(requests, static_cast<std::size_t>(slots_), static_cast<std::size_t>(pages_));
    return static_cast<double>(misses_ - fewest) / static_cast<double>(fewest);
  }

 private:
  void begin() {
    cached_.assign(static_cast<std::size_t>(slots_), empty);
    now_ = 0;
    shown_ = 0;
  }

  /// Goes on until a page is missing and no slot is empty; false at the end of the stream.
  bool seek_decision() {
    for (; now_ < streams_[stream_].size(); ++now_) {
      const std::int32_t page = streams_[stream_][now_];
      if (std::find(cached_.begin(), cached_.end(), page) != cached_.end()) continue;
      const auto place = std::find(cached_.begin(), cached_.end(), empty);
      if (place == cached_.end()) return true;
      *place = page;
      ++misses_;
    }
    return false;
  }

  std::int64_t slots_;
  std::int64_t pages_;
  std::vector<Pages> streams_;
  std::size_t stream_ = 0;
  std::size_t now_ = 0;    // request in the stream
  std::size_t shown_ = 0;  // what the host knows of it
  Pages cached_;
  std::int64_t misses_ = 0;
};

mls::judge::Metrics run(mls::judge::Run& run) {
  mls::Message start("start");
  start.set("slots", run.params.integer("slots")).set("pages", run.params.integer("pages"));
  run.host.send(start);
  Paging paging(run);
  mls::judge::decide(run.host, paging);
  return {{"excess", paging.excess()}};
}

}  // namespace

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = nullptr, .run = run});
}
