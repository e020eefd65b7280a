// Lion, the sign of an interpolated momentum (Chen et al. 2023).
#include "surface.hpp"

namespace mls {
namespace {

constexpr float beta1 = 0.9F;
constexpr float beta2 = 0.99F;
constexpr double rate_factor = 0.3;         // three to ten times less than AdamW's,
constexpr double weight_decay = 0.1 / 0.3;  // and as much more decay

class Lion final : public Optimizer {
 public:
  explicit Lion(const Setup& setup) : setup_(setup) {
    for (const ParameterInfo& info : setup.parameters)
      momenta_.emplace_back(Array::Zero(info.rows, info.columns));
  }

  void step(int, double scale, std::span<const ParameterStep> parameters) override {
    const auto rate = static_cast<float>(rate_factor * setup_.base_rate * scale);
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const auto gradient = parameters[k].gradient.array();
      const auto decay = static_cast<float>(setup_.parameters[k].role == Role::vector ? 0 : weight_decay);
      const Array direction = (beta1 * momenta_[k] + (1 - beta1) * gradient).sign();
      Eigen::Map<Matrix> update = parameters[k].update;
      update.array() = -rate * (direction + decay * parameters[k].weights.array());
      momenta_[k] = beta2 * momenta_[k] + (1 - beta2) * gradient;
    }
  }

 private:
  Setup setup_;
  std::vector<Array> momenta_;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(const Setup& setup, Rng&) { return std::make_unique<Lion>(setup); }

}  // namespace mls
