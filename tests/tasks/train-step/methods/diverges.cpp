// Steps far too long: the judge's training diverges, which is an outcome and no offence.
#include "surface.hpp"

namespace {

class Leap : public Optimizer {
 public:
  void step(const mls::host::TrainStep&, std::span<const mls::host::TrainedParameter> parameters) override {
    for (const auto& parameter : parameters)
      for (std::size_t i = 0; i < parameter.update.size(); ++i)
        parameter.update[i] = 1e30F * parameter.gradient[i];
  }
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(std::span<const mls::host::TrainedParameter>, std::int64_t) {
  return std::make_unique<Leap>();
}
