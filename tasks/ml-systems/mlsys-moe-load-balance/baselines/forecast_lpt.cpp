// Forecast, then flat longest processing time. Cong, He, Zhao & Ma, "Prediction is all MoE needs: expert load
// distribution goes from fluctuating to stabilizing", arXiv:2404.16914, 2024, predict the shares of experts
// for a placement; here by exponential smoothing.
//
// Shares of all batches since the start, smoothed with weight 0.5 on the newest, then as flat LPT.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "surface.hpp"

namespace mls {
namespace {

constexpr double newest_weight = 0.5;

class ForecastLpt final : public Balancer {
 public:
  ForecastLpt(const moe::Cluster& cluster, int layers) : cluster_(cluster), shares_(layers) {}

  Placement place(int layer, const moe::LoadHistory& history, const Placement* previous) override {
    std::vector<double>& shares = shares_[layer];
    const int fresh =
        previous == nullptr ? history.batches() : std::min(cluster_.interval, history.batches());
    for (int b = history.batches() - fresh; b < history.batches(); ++b) learn(history.batch(b), shares);
    return {moe::place_flat(cluster_, shares, moe::pack_longest_first)};
  }

 private:
  static void learn(std::span<const float> tokens, std::vector<double>& shares) {
    const double total = std::accumulate(tokens.begin(), tokens.end(), 0.0);
    const double weight = shares.empty() ? 1 : newest_weight;
    shares.resize(tokens.size());
    for (std::size_t e = 0; e < shares.size(); ++e) shares[e] += weight * (tokens[e] / total - shares[e]);
  }

  moe::Cluster cluster_;
  std::vector<std::vector<double>> shares_;  // of each layer
};

}  // namespace

std::unique_ptr<Balancer> make_balancer(const moe::Cluster& cluster, int layers, Rng&) {
  return std::make_unique<ForecastLpt>(cluster, layers);
}

}  // namespace mls
