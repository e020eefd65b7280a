// Trains a transformer by the host's updates; scores its loss on held-out text, and that on another corpus
// after a little more training, which is the judge's.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "judge/train.hpp"
#include "lib/language/judge/corpus.hpp"
#include "lib/language/judge/torch/pretraining.hpp"
#include "lib/nn/judge/torch/optimizer.hpp"

namespace mls {
namespace {

constexpr std::int64_t held_out_windows = 64;
constexpr double usual_rate = 1e-2;
constexpr double rate_spread = 1.4;  // the rate that is told is off by up to this factor
constexpr double transfer_rate = 1e-3;

language::Documents documents_of(const judge::Run& run, const std::string& kind) {
  const auto file = kind == "prose"  ? run.packs.file("janeaustenr", "Rdata.rdb")
                    : kind == "code" ? run.packs.file("python-stdlib", "difflib.py")
                                     : run.packs.file("brown", "ca01");
  return language::read_documents(kind, file.parent_path());
}

/// The corpus of the setting and, where there is one, that to which the trained model is transferred; they
/// share their symbols.
struct Texts {
  explicit Texts(const judge::Run& run)
      : main(documents_of(run, run.params.text("corpus"))),
        other(run.params.text("transfer").empty() ? language::Documents()
                                                  : documents_of(run, run.params.text("transfer"))),
        alphabet(both(), run.draws.setting_rng("alphabet")) {}

  [[nodiscard]] language::Documents both() const {
    language::Documents all = main;
    all.insert(all.end(), other.begin(), other.end());
    return all;
  }

  language::Documents main;
  language::Documents other;
  language::Alphabet alphabet;
};

language::Gpt make_model(const judge::Run& run, std::int64_t vocabulary) {
  Rng rng = run.draws.rng("weights");
  language::Gpt model({.vocabulary = vocabulary,
                       .width = run.params.integer("width"),
                       .layers = run.params.integer("layers"),
                       .heads = run.params.integer("heads")},
                      rng);
  if (run.params.real("condition") > 1)
    language::make_ill_conditioned(model, run.params.real("condition"), run.params.real("scales"), rng);
  return model;
}

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

/// What the update rule may know besides: where parameters stand, and a learning rate to start from.
void introduce(judge::Run& run, const language::Gpt& model) {
  std::vector<std::int64_t> layers;
  std::vector<std::int64_t> fan_ins;
  for (const auto& parameter : model.parameters()) {
    layers.push_back(parameter.layer);
    fan_ins.push_back(parameter.fan_in);
  }
  const double off = std::pow(rate_spread, run.draws.setting_rng("rate").uniform(-1, 1));
  Message message("model");
  message.add("layers", layers).add("fan_ins", fan_ins);
  message.set("base_rate", usual_rate * off);
  message.set("rng_seed", static_cast<std::int64_t>(run.draws.rng("method")() >> 1));
  run.host.send(message);
}

/// Held-out loss on another corpus after `transfer_steps` steps there.
double transferred_loss(const judge::Run& run, language::Pretraining& trained, const Texts& texts,
                        const language::BatchSpec& batch) {
  const language::Corpus corpus(texts.other, texts.alphabet, run.draws.setting_rng("order of the other"));
  language::Pretraining training(std::move(trained.model()), corpus, batch,
                                 run.draws.setting_rng("batches of the other"));
  language::train_on(training, run.params.integer("transfer_steps"), transfer_rate);
  return language::held_out_loss(training.model(), corpus, texts.alphabet.size(), held_out_windows,
                                 batch.length);
}

judge::Metrics run(judge::Run& run) {
  const Texts texts(run);
  const language::Corpus corpus(texts.main, texts.alphabet, run.draws.setting_rng("order"));
  const language::BatchSpec batch{.count = run.params.integer("batch"),
                                  .length = run.params.integer("context")};
  language::Pretraining training(make_model(run, texts.alphabet.size()), corpus, batch,
                                 run.draws.setting_rng("batches"));
  introduce(run, training.model());

  const std::int64_t steps = run.params.integer("steps");
  const nn::RateShape shape{.steps = steps, .warm_up = steps / 20, .decay = nn::RateShape::Decay::linear};
  Model model(training);
  const judge::Trained trained = judge::train(
      run.host, model, {.steps = steps, .scale = [shape](std::int64_t step) { return shape.at(step); }});

  judge::Metrics metrics;
  metrics["loss"] = language::held_out_loss(training.model(), corpus, texts.alphabet.size(), held_out_windows,
                                            batch.length);
  metrics["diverged"] = trained.diverged ? 1 : 0;
  if (!texts.other.empty()) metrics["transfer"] = transferred_loss(run, training, texts, batch);
  return metrics;
}

}  // namespace
}  // namespace mls

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = nullptr, .run = mls::run});
}
