// Many classes from a calibrator of one event (Zadrozny & Elkan 2002).
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "lib/calibration/host/probabilities.hpp"

namespace mls::calibration {

/// Calibrated probability of an event from the classifier's probability of it.
using EventMap = std::function<double(double)>;
/// Fits one: `prob` and `hit` (1 where the event happened, else 0) have the same length.
using FitEvent = std::function<EventMap(std::span<const double> prob, std::span<const double> hit)>;

/// Calibrates the event "label is k" for every class k on its own and normalises. With two classes only class
/// 1 is calibrated, class 0 gets the rest.
class OneVsRest {
 public:
  void fit(const Probabilities& prob, std::span<const int> label, const FitEvent& fit_event);
  [[nodiscard]] Probabilities predict(const Probabilities& prob) const;

 private:
  std::vector<EventMap> maps_;  // of classes 0, 1, ...; of class 1 alone when there are two
};

}  // namespace mls::calibration
