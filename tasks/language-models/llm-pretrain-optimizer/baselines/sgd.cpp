// Stochastic gradient descent with momentum (Polyak 1964; Sutskever et al. 2013).
#include "surface.hpp"

namespace mls {
namespace {

constexpr float momentum = 0.9F;
constexpr double rate_factor = 60;

class Sgd final : public Optimizer {
 public:
  explicit Sgd(const Setup& setup) : base_rate_(setup.base_rate) {
    for (const ParameterInfo& info : setup.parameters)
      velocities_.emplace_back(Matrix::Zero(info.rows, info.columns));
  }

  void step(int, double scale, std::span<const ParameterStep> parameters) override {
    const auto rate = static_cast<float>(rate_factor * base_rate_ * scale);
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      velocities_[k] = momentum * velocities_[k] + parameters[k].gradient;
      Eigen::Map<Matrix> update = parameters[k].update;
      update = -rate * velocities_[k];
    }
  }

 private:
  double base_rate_;
  std::vector<Matrix> velocities_;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(const Setup& setup, Rng&) { return std::make_unique<Sgd>(setup); }

}  // namespace mls
