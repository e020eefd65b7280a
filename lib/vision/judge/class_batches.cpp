#include "lib/vision/judge/class_batches.hpp"

namespace mls::vision {

ClassBatches::ClassBatches(const std::vector<std::int64_t>& labels, int classes, int batch, Rng rng)
    : batch_(batch), rng_(rng), rows_(static_cast<std::size_t>(classes)) {
  for (std::size_t row = 0; row < labels.size(); ++row)
    rows_.at(static_cast<std::size_t>(labels[row])).push_back(static_cast<std::int64_t>(row));
}

std::vector<std::int64_t> ClassBatches::next() {
  const std::vector<std::int64_t>& rows = rows_[static_cast<std::size_t>(rng_.below(rows_.size()))];
  std::vector<std::int64_t> batch(static_cast<std::size_t>(batch_));
  for (std::int64_t& row : batch) row = rows[static_cast<std::size_t>(rng_.below(rows.size()))];
  return batch;
}

}  // namespace mls::vision
