// Adam's two moments of one array of numbers (Kingma & Ba 2015).
#pragma once

#include <cmath>

#include <Eigen/Core>

namespace mls::optimization {

struct AdamDecays {
  float beta1 = 0.9F;
  float beta2 = 0.999F;
  float epsilon = 1e-8F;
};

/// `Array` is any dynamic Eigen array type; all gradients must be as large as the first.
template <typename Array>
class AdamMoments {
 public:
  /// Takes one more gradient; returns the direction to descend, bias-corrected.
  template <typename Gradient>
  [[nodiscard]] Array direction(const Gradient& gradient, const AdamDecays& decays) {
    if (steps_ == 0) {
      first_ = Array::Zero(gradient.rows(), gradient.cols());
      second_ = first_;
    }
    ++steps_;
    first_ = decays.beta1 * first_ + (1 - decays.beta1) * gradient;
    second_ = decays.beta2 * second_ + (1 - decays.beta2) * gradient.square();
    const float grown1 = 1 - std::pow(decays.beta1, static_cast<float>(steps_));
    const float grown2 = 1 - std::pow(decays.beta2, static_cast<float>(steps_));
    return first_ / grown1 / ((second_ / grown2).sqrt() + decays.epsilon);
  }

 private:
  int steps_ = 0;
  Array first_;
  Array second_;
};

}  // namespace mls::optimization
