// Stochastic gradient descent (Robbins & Monro 1951).
#include "surface.hpp"

namespace update_rule {
namespace {

constexpr float rate = 0.1F;

class Descent : public Optimizer {
 public:
  void step(const TrainStep& now, std::span<const TrainedParameter> parameters) override {
    for (const TrainedParameter& parameter : parameters)
      for (std::size_t i = 0; i < parameter.update.size(); ++i)
        parameter.update[i] = -rate * static_cast<float>(now.scale) * parameter.gradient[i];
  }
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(std::span<const TrainedParameter>, std::int64_t) {
  return std::make_unique<Descent>();
}

}  // namespace update_rule
