// AdamW (Loshchilov & Hutter 2019).
#include "surface.hpp"

namespace mls {
namespace {

constexpr optimization::AdamDecays decays{.beta1 = 0.9F, .beta2 = 0.95F};
constexpr double weight_decay = 0.1;

class AdamW final : public Optimizer {
 public:
  explicit AdamW(const Setup& setup) : setup_(setup), moments_(setup.parameters.size()) {}

  void step(int, double scale, std::span<const ParameterStep> parameters) override {
    const auto rate = static_cast<float>(setup_.base_rate * scale);
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const auto& [weights, gradient, out] = parameters[k];
      const auto decay = static_cast<float>(setup_.parameters[k].role == Role::vector ? 0 : weight_decay);
      Eigen::Map<Matrix> update = out;
      update.array() = -rate * (moments_[k].direction(gradient.array(), decays) + decay * weights.array());
    }
  }

 private:
  Setup setup_;
  std::vector<optimization::AdamMoments<Array>> moments_;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(const Setup& setup, Rng&) { return std::make_unique<AdamW>(setup); }

}  // namespace mls
