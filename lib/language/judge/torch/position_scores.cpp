#include "lib/language/judge/torch/position_scores.hpp"

#include "lib/language/judge/recall.hpp"

namespace mls::language {

PositionScores::PositionScores(std::int64_t length) : at_(static_cast<std::size_t>(length)) {}

void PositionScores::add(const torch::Tensor& logits, const torch::Tensor& next) {
  const torch::NoGradGuard no_gradients;
  const torch::Tensor log_likelihoods = at::log_softmax(logits, -1).contiguous();
  const torch::Tensor best = at::argmax(logits, -1).contiguous();
  const torch::Tensor truth = next.contiguous();
  const std::int64_t vocabulary = logits.size(-1);
  const std::int64_t length = logits.size(1);
  for (std::int64_t i = 0; i < truth.numel(); ++i) {
    const std::int64_t token = truth.data_ptr<std::int64_t>()[i];
    if (token == unmarked) continue;
    Sums& sums = at_.at(static_cast<std::size_t>(i % length));
    sums.nll -= log_likelihoods.data_ptr<float>()[i * vocabulary + token];
    sums.hits += best.data_ptr<std::int64_t>()[i] == token ? 1 : 0;
    sums.count += 1;
  }
}

PositionScores::Sums PositionScores::over(std::int64_t from, std::int64_t to) const {
  Sums total;
  for (std::int64_t t = from; t < to; ++t) {
    const Sums& sums = at_.at(static_cast<std::size_t>(t));
    total.nll += sums.nll;
    total.hits += sums.hits;
    total.count += sums.count;
  }
  return total;
}

double PositionScores::loss(std::int64_t from, std::int64_t to) const {
  const Sums total = over(from, to);
  return total.nll / total.count;
}

double PositionScores::accuracy(std::int64_t from, std::int64_t to) const {
  const Sums total = over(from, to);
  return total.hits / total.count;
}

}  // namespace mls::language
