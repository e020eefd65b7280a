// Momentum 0.9 (Polyak 1964).
#include <vector>

#include "surface.hpp"

namespace update_rule {
namespace {

constexpr float rate = 0.1F;
constexpr float decay = 0.9F;

class Momentum : public Optimizer {
 public:
  explicit Momentum(std::span<const TrainedParameter> parameters) {
    for (const TrainedParameter& parameter : parameters) velocities_.emplace_back(parameter.values.size());
  }
  void step(const TrainStep& now, std::span<const TrainedParameter> parameters) override {
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const TrainedParameter& parameter = parameters[k];
      for (std::size_t i = 0; i < parameter.update.size(); ++i) {
        float& velocity = velocities_[k][i];
        velocity = decay * velocity + parameter.gradient[i];
        parameter.update[i] = -rate * static_cast<float>(now.scale) * velocity;
      }
    }
  }

 private:
  std::vector<std::vector<float>> velocities_;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(std::span<const TrainedParameter> parameters, std::int64_t) {
  return std::make_unique<Momentum>(parameters);
}

}  // namespace update_rule
