#include "surface.hpp"

namespace {

class Momentum : public Optimizer {
 public:
  explicit Momentum(std::span<const mls::host::TrainedParameter> parameters) {
    for (const auto& parameter : parameters) momenta_.emplace_back(parameter.values.size(), 0.0F);
  }
  void step(const mls::host::TrainStep& step,
            std::span<const mls::host::TrainedParameter> parameters) override {
    const float rate = 0.05F * static_cast<float>(step.scale);
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const auto& [shape, role, values, gradient, update] = parameters[k];
      std::vector<float>& momentum = momenta_[k];
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        momentum[i] = 0.9F * momentum[i] + gradient[i];
        update[i] = -rate * momentum[i];
      }
    }
  }

 private:
  std::vector<std::vector<float>> momenta_;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(std::span<const mls::host::TrainedParameter> parameters,
                                          std::int64_t) {
  return std::make_unique<Momentum>(parameters);
}
