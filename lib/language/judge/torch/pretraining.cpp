#include "lib/language/judge/torch/pretraining.hpp"

#include <cmath>
#include <vector>

#include "lib/nn/judge/torch/optimizer.hpp"

namespace mls::language {
namespace {

constexpr nn::AdamOptions adamw{.beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1};

std::vector<nn::Parameter> optimised(const Gpt& model) {
  std::vector<nn::Parameter> parameters;
  for (const GptParameter& parameter : model.parameters())
    parameters.push_back({parameter.value, parameter.role == "matrix"});
  return parameters;
}

}  // namespace

double held_out_loss(const Gpt& model, const Corpus& corpus, std::int64_t vocabulary, std::int64_t windows,
                     std::int64_t length) {
  const torch::NoGradGuard no_gradients;
  const Windows held_out = corpus.held_out(windows, length);
  const double loss = mean_loss(model.logits(tokens_of(held_out)), next_of(held_out)).item<double>();
  const double chance = std::log(static_cast<double>(vocabulary));
  return loss < chance ? loss : chance;
}

double Pretraining::next_gradient(double most) {
  const Windows batch = corpus_->batch(batch_.count, batch_.length, batches_);
  model_.zero_gradients();
  const torch::Tensor loss = mean_loss(model_.logits(tokens_of(batch)), next_of(batch));
  loss.backward();
  (void)nn::clip_gradients(optimised(model_), most);
  return loss.item<double>();
}

void train_on(Pretraining& training, std::int64_t steps, double rate) {
  nn::Adam optimizer(optimised(training.model()), adamw);
  const nn::RateShape shape{.steps = steps, .decay = nn::RateShape::Decay::linear};
  for (std::int64_t step = 0; step < steps; ++step) {
    (void)training.next_gradient();
    optimizer.step(rate * shape.at(step));
  }
}

}  // namespace mls::language
