// Adam (Kingma & Ba 2015), its constants, rate 0.02.
#include <cmath>
#include <vector>

#include "surface.hpp"

namespace update_rule {
namespace {

constexpr float rate = 0.02F;
constexpr float first_decay = 0.9F;
constexpr float second_decay = 0.999F;
constexpr float epsilon = 1e-8F;

class Adam : public Optimizer {
 public:
  explicit Adam(std::span<const TrainedParameter> parameters) {
    for (const TrainedParameter& parameter : parameters) {
      first_.emplace_back(parameter.values.size());
      second_.emplace_back(parameter.values.size());
    }
  }
  void step(const TrainStep& now, std::span<const TrainedParameter> parameters) override {
    const auto count = static_cast<float>(now.step + 1);
    const float first_bias = 1 - std::pow(first_decay, count);
    const float second_bias = 1 - std::pow(second_decay, count);
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const TrainedParameter& parameter = parameters[k];
      for (std::size_t i = 0; i < parameter.update.size(); ++i) {
        const float gradient = parameter.gradient[i];
        float& first = first_[k][i];
        float& second = second_[k][i];
        first = first_decay * first + (1 - first_decay) * gradient;
        second = second_decay * second + (1 - second_decay) * gradient * gradient;
        parameter.update[i] = -rate * static_cast<float>(now.scale) * (first / first_bias) /
                              (std::sqrt(second / second_bias) + epsilon);
      }
    }
  }

 private:
  std::vector<std::vector<float>> first_;
  std::vector<std::vector<float>> second_;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(std::span<const TrainedParameter> parameters, std::int64_t) {
  return std::make_unique<Adam>(parameters);
}

}  // namespace update_rule
