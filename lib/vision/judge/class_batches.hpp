// Batches of one class each, as workers see them whose data are not identically distributed.
#pragma once

#include <cstdint>
#include <vector>

#include "core/rng.hpp"

namespace mls::vision {

class ClassBatches {
 public:
  /// `labels` from 0 to classes - 1, every class at least once.
  ClassBatches(const std::vector<std::int64_t>& labels, int classes, int batch, Rng rng);
  /// Row numbers of `batch` random rows of a random class, drawn with replacement.
  [[nodiscard]] std::vector<std::int64_t> next();

 private:
  int batch_;
  Rng rng_;
  std::vector<std::vector<std::int64_t>> rows_;
};

}  // namespace mls::vision
