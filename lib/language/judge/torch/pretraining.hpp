// Next-token training of a Gpt on one corpus: the sequence of batches is fixed, so that all that is compared
// meets the same data. What turns gradients into steps is the caller's.
#pragma once

#include <cstdint>

#include "core/rng.hpp"
#include "lib/language/judge/corpus.hpp"
#include "lib/language/judge/torch/gpt.hpp"

namespace mls::language {

struct BatchSpec {
  std::int64_t count = 8;
  std::int64_t length = 64;
};

/// Mean loss in nats on `windows` evenly spread held-out windows. Not finite, or worse than saying nothing:
/// ln of the vocabulary.
[[nodiscard]] double held_out_loss(const Gpt& model, const Corpus& corpus, std::int64_t vocabulary,
                                   std::int64_t windows, std::int64_t length);

class Pretraining {
 public:
  /// `corpus` must outlive it.
  Pretraining(Gpt model, const Corpus& corpus, const BatchSpec& batch, Rng batches)
      : model_(std::move(model)), corpus_(&corpus), batch_(batch), batches_(batches) {}

  [[nodiscard]] Gpt& model() { return model_; }
  /// Loss on the next batch; its gradients, together clipped to the norm `most`, are in model().gradients().
  double next_gradient(double most = 1);

 private:
  Gpt model_;
  const Corpus* corpus_;
  BatchSpec batch_;
  Rng batches_;
};

/// Trains on by AdamW (0.9, 0.95, decay 0.1 on matrices, clip 1) with a rate that falls linearly from `rate`
/// to 0.
void train_on(Pretraining& training, std::int64_t steps, double rate);

}  // namespace mls::language
