// Null method: shrinks all weights, whatever the gradient.
#include "surface.hpp"

namespace mls {
namespace {

class Null final : public Optimizer {
 public:
  void step(int, double scale, std::span<const ParameterStep> parameters) override {
    for (const ParameterStep& parameter : parameters) {
      Eigen::Map<Matrix> update = parameter.update;
      update = static_cast<float>(-0.01 * scale) * parameter.weights;
    }
  }
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(const Setup&, Rng&) { return std::make_unique<Null>(); }

}  // namespace mls
