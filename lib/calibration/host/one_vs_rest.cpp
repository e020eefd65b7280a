#include "lib/calibration/host/one_vs_rest.hpp"

#include <algorithm>

namespace mls::calibration {

void OneVsRest::fit(const Probabilities& prob, std::span<const int> label, const FitEvent& fit_event) {
  const auto classes = static_cast<int>(prob.cols());
  std::vector<double> score(label.size());
  std::vector<double> hit(label.size());
  maps_.clear();
  for (int k = classes == 2 ? 1 : 0; k < classes; ++k) {
    for (std::size_t i = 0; i < label.size(); ++i) {
      score[i] = prob(static_cast<Eigen::Index>(i), k);
      hit[i] = label[i] == k ? 1 : 0;
    }
    maps_.push_back(fit_event(score, hit));
  }
}

Probabilities OneVsRest::predict(const Probabilities& prob) const {
  Probabilities result(prob.rows(), prob.cols());
  for (Eigen::Index i = 0; i < prob.rows(); ++i) {
    if (prob.cols() == 2) {
      result(i, 1) = std::clamp(maps_[0](prob(i, 1)), 0.0, 1.0);
      result(i, 0) = 1 - result(i, 1);
      continue;
    }
    for (Eigen::Index k = 0; k < prob.cols(); ++k) {
      result(i, k) = std::clamp(maps_[static_cast<std::size_t>(k)](prob(i, k)), 0.0, 1.0);
    }
  }
  normalise_rows(result);
  return result;
}

}  // namespace mls::calibration
