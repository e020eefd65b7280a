// What a method implements: a map from a classifier's class probabilities to calibrated ones. Read-only.
#pragma once

#include <memory>
#include <span>

#include "core/rng.hpp"
#include "lib/calibration/host/one_vs_rest.hpp"
#include "lib/calibration/host/probabilities.hpp"
#include "lib/numerics/host/isotonic.hpp"
#include "lib/numerics/host/logistic.hpp"
#include "lib/numerics/host/minimise.hpp"
#include "lib/numerics/host/natural_spline.hpp"

namespace mls::calibration {

/// One classifier is calibrated in one run: fit is called once, then predict once.
///
/// The classifier, the number of classes C and the size of the calibration set change from run to run and are
/// not announced. Class numbers and the order of rows carry no information. Arguments live
/// only during the call.
class Calibrator {
 public:
  virtual ~Calibrator() = default;

  /// Learns the map. `prob` is [n, C]: the classifier's probabilities on rows it was not trained on, each row
  /// non-negative with sum 1, exact zeros and ones included; label[i] in 0 ... C - 1 is the true class of row
  /// i. A class may be absent. `rng` is the only source of randomness allowed.
  virtual void fit(const Probabilities& prob, std::span<const int> label, Rng& rng) = 0;

  /// Calibrated probabilities [m, C] of the test rows, all of which come in one block. Every entry must be
  /// finite and non-negative, else the run is invalid. The judge divides rows by their sums, lifts entries to
  /// at least 1e-6 and divides by the sums again.
  virtual Probabilities predict(const Probabilities& prob) = 0;
};

/// Makes the calibrator of one run.
std::unique_ptr<Calibrator> make_calibrator();

}  // namespace mls::calibration
