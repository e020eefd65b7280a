// NAdam, Adam with Nesterov's momentum (Dozat 2016), and decoupled weight decay.
#include "surface.hpp"

namespace mls {
namespace {

constexpr float beta1 = 0.9F;
constexpr float beta2 = 0.95F;
constexpr float epsilon = 1e-8F;
constexpr double weight_decay = 0.1;

/// Momentum of step t = 1, 2, ...: warms up from half of beta1, slowly.
float momentum_at(int t) { return beta1 * (1 - 0.5F * std::pow(0.96F, 0.004F * static_cast<float>(t))); }

class NAdam final : public Optimizer {
 public:
  explicit NAdam(const Setup& setup) : setup_(setup) {
    for (const ParameterInfo& info : setup.parameters) {
      first_.emplace_back(Array::Zero(info.rows, info.columns));
      second_.emplace_back(Array::Zero(info.rows, info.columns));
    }
  }

  void step(int step, double scale, std::span<const ParameterStep> parameters) override {
    const auto rate = static_cast<float>(setup_.base_rate * scale);
    const int t = step + 1;
    const float now = momentum_at(t);
    const float next = momentum_at(t + 1);
    product_ *= now;
    const float grown2 = 1 - std::pow(beta2, static_cast<float>(t));
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const auto gradient = parameters[k].gradient.array();
      first_[k] = beta1 * first_[k] + (1 - beta1) * gradient;
      second_[k] = beta2 * second_[k] + (1 - beta2) * gradient.square();
      const Array ahead = next / (1 - product_ * next) * first_[k] + (1 - now) / (1 - product_) * gradient;
      const auto decay = static_cast<float>(setup_.parameters[k].role == Role::vector ? 0 : weight_decay);
      Eigen::Map<Matrix> update = parameters[k].update;
      update.array() =
          -rate * (ahead / ((second_[k] / grown2).sqrt() + epsilon) + decay * parameters[k].weights.array());
    }
  }

 private:
  Setup setup_;
  float product_ = 1;  // of the momenta so far
  std::vector<Array> first_;
  std::vector<Array> second_;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(const Setup& setup, Rng&) { return std::make_unique<NAdam>(setup); }

}  // namespace mls
