// The transformer of llm-pretrain-optimizer on random text, trained with the momentum of
// tests/tasks/train-step by the host or, with `alone`, by the judge. Metric: seconds of the training.
#include <algorithm>
#include <chrono>
#include <string>

#include "judge/train.hpp"
#include "lib/language/judge/torch/pretraining.hpp"
#include "tests/tasks/train-step/momentum.hpp"

namespace {

using namespace mls;

class Model final : public judge::Trainee {
 public:
  explicit Model(language::Pretraining& training) : training_(training) {}
  [[nodiscard]] std::vector<judge::Parameter> parameters() const override {
    std::vector<judge::Parameter> parameters;
    for (const auto& parameter : training_.model().parameters())
      parameters.push_back({parameter.shape, parameter.role});
    return parameters;
  }
  [[nodiscard]] std::span<float> values() override { return training_.model().values(); }
  double gradient(std::int64_t, std::span<float> gradient) override {
    const double loss = training_.next_gradient();
    std::ranges::copy(training_.model().gradients(), gradient.begin());
    return loss;
  }

 private:
  language::Pretraining& training_;
};

void train_alone(Model& model, std::int64_t steps) {
  const std::span<float> values = model.values();
  std::vector<float> gradient(values.size());
  std::vector<float> momentum(values.size());
  std::vector<float> update(values.size());
  for (std::int64_t step = 0; step < steps; ++step) {
    (void)model.gradient(step, gradient);
    momentum_update(gradient, momentum, 0.05F, update);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += update[i];
  }
}

judge::Metrics run(judge::Run& run) {
  Rng rng = run.draws.rng("text");
  language::Documents documents(4);
  for (std::string& document : documents)
    for (int i = 0; i < 20'000; ++i) document += static_cast<char>('a' + rng.below(26));
  const language::Alphabet alphabet(documents, rng.split(1));
  const language::Corpus corpus(documents, alphabet, rng.split(2));
  language::Gpt gpt({.vocabulary = alphabet.size(), .width = 48, .layers = 3, .heads = 4}, rng);
  language::Pretraining training(std::move(gpt), corpus, {.count = 8, .length = 64}, rng.split(3));
  Model model(training);
  const std::int64_t steps = run.params.integer("steps");
  const auto start = std::chrono::steady_clock::now();
  if (run.params.flag("alone")) {
    train_alone(model, steps);
  } else {
    (void)judge::train(run.host, model, {.steps = steps, .scale = {}});
  }
  return {{"seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()}};
}

}  // namespace

int main(int argc, char** argv) { return judge::judge_main(argc, argv, {.prepare = nullptr, .run = run}); }
