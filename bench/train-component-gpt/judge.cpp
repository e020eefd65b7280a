// The transformer of llm-pretrain-attention on random tokens, its attention (rotary positions) by message
// (the host is that task's) or, with `alone`, of the judge's own. Metric: seconds of the training.
#include <cmath>
#include <memory>
#include <stdexcept>
#include <vector>

#include "bench/hosted_training.hpp"
#include "judge/task.hpp"
#include "lib/language/host/torch/heads.hpp"
#include "lib/language/judge/torch/gpt.hpp"
#include "lib/nn/judge/torch/optimizer.hpp"

namespace {

using namespace mls;

constexpr language::GptSpec spec{.vocabulary = 80, .width = 48, .layers = 3, .heads = 4};
constexpr std::int64_t batch = 8;
constexpr std::int64_t context = 96;

/// Asks what every process of the task is asked first, then for its layers.
std::unique_ptr<bench::HostedPart> hosted_part(judge::Run& run) {
  Message question("positions");
  question.set("rng_seed", std::int64_t{1});
  if (run.host.ask(question, "positions").boolean("learned"))
    throw std::runtime_error("the host is not the rotary baseline");
  const std::vector<judge::LayerCap> caps(static_cast<std::size_t>(spec.layers),
                                          {.parameters = 4 * spec.width * spec.width, .buffers = 0});
  Message begin("begin");
  begin.set("layers", spec.layers).set("width", spec.width).set("heads", spec.heads).set("context", context);
  return std::make_unique<bench::HostedPart>(run.host, begin, caps);
}

/// As the baseline has it: language::rotated is another implementation.
torch::Tensor rotated(const torch::Tensor& x) {
  const std::int64_t half = x.size(3) / 2;
  const torch::Tensor rates = torch::pow(1e4, -torch::arange(half, torch::kFloat) / half);
  const torch::Tensor angles = torch::arange(x.size(2), torch::kFloat).unsqueeze(1) * rates;
  const torch::Tensor cosines = angles.cos();
  const torch::Tensor sines = angles.sin();
  const torch::Tensor one = x.narrow(3, 0, half);
  const torch::Tensor other = x.narrow(3, half, half);
  return torch::cat({one * cosines - other * sines, one * sines + other * cosines}, 3);
}

/// The baseline's computation, operation by operation, without a host.
class Own {
 public:
  explicit Own(Rng& rng) {
    for (std::int64_t layer = 0; layer < spec.layers; ++layer) {
      inputs_.push_back(language::drawn_matrix(3 * spec.width, spec.width, rng));
      outputs_.push_back(language::drawn_matrix(spec.width, spec.width, rng));
    }
  }
  torch::Tensor forward(std::int64_t layer, const torch::Tensor& x) const {
    const auto i = static_cast<std::size_t>(layer);
    const auto parts = torch::linear(x, inputs_[i]).chunk(3, 2);
    constexpr std::int64_t head_width = spec.width / spec.heads;
    const double scale = 1 / std::sqrt(static_cast<double>(head_width));
    const torch::Tensor q = rotated(language::in_heads(parts[0], spec.heads)) * scale;
    const torch::Tensor k = rotated(language::in_heads(parts[1], spec.heads));
    const torch::Tensor v = language::in_heads(parts[2], spec.heads);
    const torch::Tensor weights = language::causal_softmax(torch::matmul(q, k.transpose(2, 3)));
    return torch::linear(language::joined(torch::matmul(weights, v)), outputs_[i]);
  }
  void add_to(std::vector<nn::Parameter>& parameters) const {
    for (const auto* matrices : {&inputs_, &outputs_})
      for (const torch::Tensor& matrix : *matrices) parameters.push_back({matrix, true});
  }

 private:
  std::vector<torch::Tensor> inputs_;  // queries, keys, values
  std::vector<torch::Tensor> outputs_;
};

judge::Metrics run(judge::Run& run) {
  Rng rng = run.draws.rng("weights");
  std::unique_ptr<bench::HostedPart> hosted;
  std::unique_ptr<Own> own;
  const language::Gpt model(spec, rng, [&](std::int64_t layer, const torch::Tensor& x) {
    return hosted ? hosted->forward(layer, x, true) : own->forward(layer, x);
  });
  std::vector<nn::Parameter> parameters;
  for (const language::GptParameter& parameter : model.parameters())
    parameters.push_back({parameter.value, parameter.role == "matrix"});
  if (run.params.flag("alone")) {
    own = std::make_unique<Own>(rng);
    own->add_to(parameters);
  } else {
    hosted = hosted_part(run);
    hosted->add_to(parameters);
  }
  const torch::Tensor tokens = torch::randint(0, spec.vocabulary, {batch, context}, torch::kInt64);
  const torch::Tensor next = torch::randint(0, spec.vocabulary, {batch, context}, torch::kInt64);
  nn::Adam optimizer(parameters, {.beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1});
  return bench::timed(
      [&](std::int64_t) { return language::mean_loss(model.logits(tokens), next); }, optimizer, parameters,
      {.shape = {.steps = run.params.integer("steps")}, .rate = 0.001, .clip = 1}, hosted.get());
}

}  // namespace

int main(int argc, char** argv) { return judge::judge_main(argc, argv, {.prepare = nullptr, .run = run}); }
