// Doubles all parameters and halves them again: they end where they began only when the host's copy is the
// judge's, to the bit.
#include "surface.hpp"

namespace {

class Mirror : public Optimizer {
 public:
  void step(const mls::host::TrainStep& step,
            std::span<const mls::host::TrainedParameter> parameters) override {
    const float factor = step.step % 2 == 0 ? 1.0F : -0.5F;
    for (const auto& parameter : parameters)
      for (std::size_t i = 0; i < parameter.update.size(); ++i)
        parameter.update[i] = factor * parameter.values[i];
  }
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(std::span<const mls::host::TrainedParameter>, std::int64_t) {
  return std::make_unique<Mirror>();
}
