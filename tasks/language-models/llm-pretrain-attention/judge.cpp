// Pretrains a transformer whose attention is the host's, and scores it on held-out sequences, which may be
// longer.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "judge/gradient_probe.hpp"
#include "judge/probes.hpp"
#include "judge/task.hpp"
#include "lib/language/judge/corpus.hpp"
#include "lib/language/judge/recall.hpp"
#include "lib/language/judge/torch/gpt.hpp"
#include "lib/language/judge/torch/position_scores.hpp"
#include "lib/nn/judge/torch/component.hpp"
#include "lib/nn/judge/torch/optimizer.hpp"
#include "lib/nn/judge/torch/training.hpp"

namespace mls {
namespace {

constexpr std::size_t recorded_in_training = 8;
constexpr std::size_t recorded_in_evaluation = 32;  // nearly all calls
constexpr double watched_gradients = 5;             // about
constexpr double probe_tolerance = 1e-4;
constexpr nn::AdamOptions adamw{.beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1};

/// What is learnt from: a text, or fresh sequences of associative recall.
struct Material {
  std::int64_t vocabulary = 0;
  std::function<language::Windows(Rng&)> batch;
  language::Windows test;
};

language::Documents documents_of(const judge::Run& run, const std::string& kind) {
  const auto file = kind == "prose"  ? run.packs.file("janeaustenr", "Rdata.rdb")
                    : kind == "code" ? run.packs.file("python-stdlib", "difflib.py")
                                     : run.packs.file("brown", "ca01");
  return language::read_documents(kind, file.parent_path());
}

Material text(const judge::Run& run) {
  const language::Documents documents = documents_of(run, run.params.text("corpus"));
  const language::Alphabet alphabet(documents, run.draws.setting_rng("alphabet"));
  language::Corpus corpus(documents, alphabet, run.draws.setting_rng("order"));
  language::Windows test =
      corpus.held_out(run.params.integer("test_windows"), run.params.integer("test_context"));
  return {.vocabulary = alphabet.size(),
          .batch = [corpus = std::move(corpus), count = run.params.integer("batch"),
                    length =
                        run.params.integer("context")](Rng& rng) { return corpus.batch(count, length, rng); },
          .test = std::move(test)};
}

Material recall(const judge::Run& run) {
  const language::Recall recall({.keys = run.params.integer("keys"),
                                 .values = run.params.integer("values"),
                                 .stores = run.params.integer("stores"),
                                 .queries = run.params.integer("queries")},
                                run.draws.setting_rng("alphabet"));
  Rng test = run.draws.setting_rng("test");
  return {
      .vocabulary = recall.vocabulary(),
      .batch = [recall, count = run.params.integer("batch")](Rng& rng) { return recall.batch(count, rng); },
      .test = recall.batch(run.params.integer("test_windows"), test)};
}

Material material_of(const judge::Run& run) {
  return run.params.text("corpus") == "recall" ? recall(run) : text(run);
}

/// With `vary`, one head more or fewer than said, or as many: no method can know the size beforehand.
language::GptSpec spec_of(const judge::Run& run, std::int64_t vocabulary, bool positions) {
  std::int64_t heads = run.params.integer("heads");
  if (run.params.flag("vary"))
    heads += static_cast<std::int64_t>(run.draws.setting_rng("sizes").below(3)) - 1;
  return {.vocabulary = vocabulary,
          .width = heads * run.params.integer("head_width"),
          .layers = run.params.integer("layers"),
          .heads = heads,
          .positions = positions ? run.params.integer("context") : 0};
}

/// Every process is asked this before anything else: whether it wants learned positions.
bool ask_positions(const judge::Run& run) {
  Message question("positions");
  question.set("rng_seed", static_cast<std::int64_t>(run.draws.rng("method")() >> 1));
  return run.host.ask(question, "positions").boolean("learned");
}

judge::Components components_of(const judge::Run& run, const language::GptSpec& spec) {
  const std::int64_t d = spec.width;
  const std::vector<judge::LayerCap> caps(static_cast<std::size_t>(spec.layers),
                                          {.parameters = 26 * d * d / 5 + 24 * d, .buffers = 0});
  Message begin("begin");
  begin.set("layers", spec.layers).set("width", spec.width).set("heads", spec.heads);
  begin.set("context", run.params.integer("context"));
  return {run.host, begin, caps};
}

/// Sums over test sequences, in batches whose sizes nobody knows beforehand.
language::PositionScores scores_of(const std::function<torch::Tensor(const torch::Tensor&)>& logits,
                                   const language::Windows& test, std::int64_t largest_batch, Rng& sizes) {
  const torch::NoGradGuard no_gradients;
  const torch::Tensor tokens = language::tokens_of(test);
  const torch::Tensor next = language::next_of(test);
  language::PositionScores scores(test.length);
  for (std::int64_t from = 0; from < test.count;) {
    const auto drawn = static_cast<std::int64_t>(1 + sizes.below(static_cast<std::uint64_t>(largest_batch)));
    const std::int64_t size = std::min(drawn, test.count - from);
    scores.add(logits(tokens.narrow(0, from, size)), next.narrow(0, from, size));
    from += size;
  }
  return scores;
}

class Experiment {
 public:
  explicit Experiment(judge::Run& run)
      : run_(run),
        material_(material_of(run)),
        spec_(spec_of(run, material_.vocabulary, ask_positions(run))),
        components_(components_of(run, spec_)),
        layers_(components_),
        weights_(run.draws.rng("weights")),
        model_(spec_, weights_,
               [this](std::int64_t layer, const torch::Tensor& x) { return attention(layer, x); }) {
    run.fresh_host = [this, plain = run.fresh_host] {
      plain();
      if (ask_positions(run_) != (spec_.positions > 0))
        throw judge::invalid_output("absolute_positions() answers otherwise in evaluation than in training");
    };
  }

  judge::Metrics metrics() {
    components_.record(recorded_in_training, run_.draws.rng("recordings in training"));
    bool diverged = trained().diverged;
    components_.continue_in_fresh_host(run_);
    components_.record(recorded_in_evaluation, run_.draws.rng("recordings"));
    training_ = false;
    judge::Metrics metrics;
    try {
      if (!diverged) metrics = evaluated();
    } catch (const nn::Divergence&) {
      diverged = true;
    }
    judge::probe_recordings(run_, components_, {.rows = true, .future = true}, run_.draws.rng("probes"),
                            {.tolerance = probe_tolerance});
    probe_gradients();
    return diverged ? metrics_of_divergence() : metrics;
  }

 private:
  torch::Tensor attention(std::int64_t layer, const torch::Tensor& x) {
    const torch::Tensor y = layers_.forward(layer, x, training_);
    if (training_ && layer == watched_layer_) watch(layer, x, y);
    return y;
  }

  /// The layer to be watched in a step, in few of all; else -1.
  std::int64_t drawn_layer(Rng& rng, std::int64_t steps) const {
    if (!rng.bernoulli(watched_gradients / static_cast<double>(steps))) return -1;
    return static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(spec_.layers)));
  }

  /// Keeps this call and what is sent and comes back through it.
  void watch(std::int64_t layer, const torch::Tensor& x, const torch::Tensor& y) {
    judge::GradientRecording& kept = watched_.emplace_back();
    kept.call = layers_.recording_of(layer, x, y);
    x.register_hook([&kept](const torch::Tensor& gradient) { kept.of_x = nn::floats_of(gradient); });
    y.register_hook([&kept](const torch::Tensor& gradient) { kept.of_y = nn::floats_of(gradient); });
  }

  void keep_parameter_gradients() {
    if (watched_layer_ < 0) return;
    for (const nn::Parameter& parameter : layers_.parameters()) {
      const std::vector<float> gradient = nn::floats_of(parameter.value.grad());
      std::vector<float>& all = watched_.back().of_parameters;
      all.insert(all.end(), gradient.begin(), gradient.end());
    }
  }

  /// Asks the process that has answered the other probes.
  void probe_gradients() {
    Rng rng = run_.draws.rng("gradient probes");
    for (judge::GradientRecording& kept : watched_) {
      if (kept.of_x.empty() || kept.of_y.empty() || kept.of_parameters.size() != kept.call.parameters.size())
        continue;  // training ended there
      judge::Recording asked = kept.call;
      judge::probe_gradients(
          kept, components_.parameters(),
          [&](std::span<const float> parameters, std::span<const float> x) {
            asked.parameters.assign(parameters.begin(), parameters.end());
            return components_.ask_as_recorded(asked, {x, asked.input}, asked.output);
          },
          rng);
    }
  }

  nn::Trained trained() {
    std::vector<nn::Parameter> parameters;
    for (const language::GptParameter& parameter : model_.parameters())
      parameters.push_back({parameter.value, parameter.role == "matrix"});
    parameters.insert(parameters.end(), layers_.parameters().begin(), layers_.parameters().end());
    nn::Adam optimizer(parameters, adamw);
    Rng batches = run_.draws.setting_rng("batches");
    const std::int64_t steps = run_.params.integer("steps");
    language::Windows batch;  // graphs point into it
    Rng watching = run_.draws.rng("watched gradients");
    return nn::train({.loss =
                          [&](std::int64_t) {
                            watched_layer_ = drawn_layer(watching, steps);
                            batch = material_.batch(batches);
                            return language::mean_loss(model_.logits(language::tokens_of(batch)),
                                                       language::next_of(batch));
                          },
                      .parameters = parameters,
                      .optimizer = &optimizer,
                      .after_backward =
                          [this] {
                            layers_.collect_gradients();
                            keep_parameter_gradients();
                          },
                      .after_step = [this] { layers_.publish(); }},
                     {.shape = {.steps = steps,
                                .warm_up = static_cast<std::int64_t>(
                                    std::lround(run_.params.real("warm_up") * static_cast<double>(steps))),
                                .last = 0.05},
                      .rate = run_.params.real("rate"),
                      .clip = 1});
  }

  /// Early and late: positions that training has seen, and those of the second half.
  judge::Metrics evaluated() {
    Rng sizes = run_.draws.setting_rng("test batches");
    const language::PositionScores scores =
        scores_of([this](const torch::Tensor& tokens) { return model_.logits(tokens); }, material_.test,
                  run_.params.integer("test_batch"), sizes);
    const std::int64_t length = material_.test.length;
    const auto loss = [&](std::int64_t from, std::int64_t to) {
      const double mean = scores.loss(from, to);
      return mean < chance() ? mean : chance();  // not finite counts as chance
    };
    const auto context = std::min(run_.params.integer("context"), length);
    return {{"loss", loss(0, length)},
            {"early_loss", loss(0, context)},
            {"late_loss", loss(length / 2, length)},
            {"accuracy", scores.accuracy(0, length)}};
  }

  [[nodiscard]] double chance() const { return std::log(static_cast<double>(material_.vocabulary)); }
  [[nodiscard]] judge::Metrics metrics_of_divergence() const {
    return {{"loss", chance()}, {"early_loss", chance()}, {"late_loss", chance()}, {"accuracy", 0}};
  }

  judge::Run& run_;
  Material material_;
  language::GptSpec spec_;
  judge::Components components_;
  nn::HostedLayers layers_;
  Rng weights_;
  language::Gpt model_;
  bool training_ = true;
  std::int64_t watched_layer_ = -1;
  std::list<judge::GradientRecording> watched_;  // hooks of graphs point into it
};

judge::Metrics run(judge::Run& run) { return Experiment(run).metrics(); }

}  // namespace
}  // namespace mls

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = nullptr, .run = mls::run});
}
