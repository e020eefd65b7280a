// Trains a perceptron of `layers` hidden layers, whose nonlinearity is the component, on a random teacher.
// With `alone` the judge does the same without a host. Metrics: last training loss, test error in a fresh
// host, a checksum of all parameters' bits and of the answers, seconds of the training.
#include <bit>
#include <chrono>
#include <memory>

#include "judge/component.hpp"
#include "judge/probes.hpp"
#include "lib/nn/judge/torch/component.hpp"
#include "tests/tasks/train-component/layer.hpp"

namespace {

using namespace mls;

/// The nonlinearity, by whoever computes it.
class Nonlinearity {
 public:
  virtual ~Nonlinearity() = default;
  virtual torch::Tensor forward(std::int64_t layer, const torch::Tensor& x, bool training) = 0;
  virtual std::vector<torch::Tensor> parameters() = 0;
  virtual void collect() {}
  virtual void publish() {}
  virtual void evaluate() {}
  virtual void probe() {}
};

class Own : public Nonlinearity {
 public:
  Own(std::int64_t layers, std::int64_t channels)
      : layers_(static_cast<std::size_t>(layers), Layer(channels)) {
    for (Layer& layer : layers_) layer = Layer(channels);
  }
  torch::Tensor forward(std::int64_t layer, const torch::Tensor& x, bool training) override {
    return layers_[static_cast<std::size_t>(layer)].forward(x, training);
  }
  std::vector<torch::Tensor> parameters() override {
    std::vector<torch::Tensor> all;
    for (Layer& layer : layers_) all.insert(all.end(), {layer.slope, layer.shift});
    return all;
  }

 private:
  std::vector<Layer> layers_;
};

class Hosted : public Nonlinearity {
 public:
  Hosted(judge::Run& run, std::int64_t layers, std::int64_t channels, bool probes)
      : run_(run),
        components_(run.host, begin(layers, channels), caps(layers, channels)),
        layers_(components_) {
    if (probes) components_.record(8, run.draws.rng("recordings in training"));
  }
  torch::Tensor forward(std::int64_t layer, const torch::Tensor& x, bool training) override {
    return layers_.forward(layer, x, training);
  }
  std::vector<torch::Tensor> parameters() override {
    std::vector<torch::Tensor> all;
    for (const nn::Parameter& parameter : layers_.parameters()) all.push_back(parameter.value);
    return all;
  }
  void collect() override { layers_.collect_gradients(); }
  void publish() override { layers_.publish(); }
  void evaluate() override {
    components_.continue_in_fresh_host(run_);
    components_.record(4, run_.draws.rng("recordings in evaluation"));
  }
  void probe() override {
    judge::probe_recordings(run_, components_, {.rows = true, .channels = true}, run_.draws.rng("probes"));
  }

 private:
  static Message begin(std::int64_t layers, std::int64_t channels) {
    return Message(Message("begin").set("layers", layers).set("channels", channels));
  }
  static std::vector<judge::LayerCap> caps(std::int64_t layers, std::int64_t channels) {
    return std::vector<judge::LayerCap>(static_cast<std::size_t>(layers), {2 * channels, channels});
  }

  judge::Run& run_;
  judge::Components components_;
  nn::HostedLayers layers_;
};

torch::Tensor drawn(Rng& rng, const std::vector<std::int64_t>& shape, double scale) {
  torch::Tensor tensor = torch::empty(shape);
  auto* const values = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) values[i] = static_cast<float>(rng.normal(0, scale));
  return tensor;
}

class Network {
 public:
  Network(std::int64_t layers, std::int64_t width, Nonlinearity& nonlinearity, Rng& rng)
      : nonlinearity_(nonlinearity) {
    for (std::int64_t layer = 0; layer < layers; ++layer)
      weights_.push_back(
          drawn(rng, {width, width}, 1 / std::sqrt(static_cast<double>(width))).set_requires_grad(true));
  }
  torch::Tensor forward(torch::Tensor x, bool training) {
    for (std::size_t layer = 0; layer < weights_.size(); ++layer)
      x = nonlinearity_.forward(static_cast<std::int64_t>(layer), torch::matmul(x, weights_[layer]),
                                training);
    return x;
  }
  [[nodiscard]] std::vector<torch::Tensor> parameters() const {
    std::vector<torch::Tensor> all = weights_;
    for (const torch::Tensor& parameter : nonlinearity_.parameters()) all.push_back(parameter);
    return all;
  }

 private:
  std::vector<torch::Tensor> weights_;
  Nonlinearity& nonlinearity_;
};

void descend(const std::vector<torch::Tensor>& parameters, double rate) {
  const at::NoGradGuard no_grad;
  for (torch::Tensor parameter : parameters) {
    parameter.sub_(parameter.grad().reshape(parameter.sizes()), rate);
    parameter.grad().zero_();
  }
}

std::uint32_t checksum(std::uint32_t sum, const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.detach().contiguous();
  for (std::int64_t i = 0; i < flat.numel(); ++i)
    sum = (sum ^ std::bit_cast<std::uint32_t>(flat.data_ptr<float>()[i])) * 16777619;
  return sum;
}

judge::Metrics run(judge::Run& run) {
  const std::int64_t layers = run.params.integer("layers");
  const std::int64_t width = run.params.integer("width");
  const std::int64_t batch = run.params.integer("batch");
  Rng rng = run.draws.rng("model");
  std::unique_ptr<Nonlinearity> nonlinearity;
  if (run.params.flag("alone")) {
    nonlinearity = std::make_unique<Own>(layers, width);
  } else {
    nonlinearity = std::make_unique<Hosted>(run, layers, width, run.params.flag("probes"));
  }
  Network network(layers, width, *nonlinearity, rng);
  const torch::Tensor x = drawn(rng, {batch, width}, 1);
  const torch::Tensor y = torch::sin(x);
  judge::Metrics metrics;
  const auto start = std::chrono::steady_clock::now();
  for (std::int64_t step = 0; step < run.params.integer("steps"); ++step) {
    const torch::Tensor loss = (network.forward(x, true) - y).square().mean();
    loss.backward();
    nonlinearity->collect();
    descend(network.parameters(), 0.5);
    nonlinearity->publish();
    metrics["loss"] = loss.item<double>();
  }
  metrics["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  nonlinearity->evaluate();
  const at::NoGradGuard no_grad;
  const torch::Tensor answers = network.forward(x, false);
  metrics["error"] = (answers - y).square().mean().item<double>();
  std::uint32_t sum = checksum(2166136261, answers);
  for (const torch::Tensor& parameter : network.parameters()) sum = checksum(sum, parameter);
  metrics["checksum"] = sum;
  if (run.params.flag("probes")) nonlinearity->probe();
  return metrics;
}

}  // namespace

int main(int argc, char** argv) { return judge::judge_main(argc, argv, {.prepare = nullptr, .run = run}); }
