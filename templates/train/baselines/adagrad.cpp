// AdaGrad, diagonal (Duchi, Hazan & Singer 2011).
#include <cmath>
#include <vector>

#include "surface.hpp"

namespace update_rule {
namespace {

constexpr float rate = 0.1F;
constexpr float epsilon = 1e-8F;

class AdaGrad : public Optimizer {
 public:
  explicit AdaGrad(std::span<const TrainedParameter> parameters) {
    for (const TrainedParameter& parameter : parameters) sums_.emplace_back(parameter.values.size());
  }
  void step(const TrainStep& now, std::span<const TrainedParameter> parameters) override {
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const TrainedParameter& parameter = parameters[k];
      for (std::size_t i = 0; i < parameter.update.size(); ++i) {
        const float gradient = parameter.gradient[i];
        sums_[k][i] += gradient * gradient;
        parameter.update[i] =
            -rate * static_cast<float>(now.scale) * gradient / (std::sqrt(sums_[k][i]) + epsilon);
      }
    }
  }

 private:
  std::vector<std::vector<float>> sums_;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(std::span<const TrainedParameter> parameters, std::int64_t) {
  return std::make_unique<AdaGrad>(parameters);
}

}  // namespace update_rule
