// The visible deep network of dl-activation-function on random images, its ReLU by message (the host is that
// task's) or, with `alone`, of the judge's own. Metric: seconds of the training.
#include <memory>

#include "bench/hosted_training.hpp"
#include "lib/nn/judge/torch/networks.hpp"
#include "lib/nn/judge/torch/pointwise.hpp"

namespace {

using namespace mls;

constexpr std::int64_t batch = 64;

Message begin(const std::vector<nn::Place>& places, const std::vector<std::int64_t>& channels) {
  Message message("begin");
  message.set("layers", static_cast<std::int64_t>(places.size())).add("channels", channels);
  message.set("normalized", false).set("convolutional", true);
  return message;
}

judge::Metrics run(judge::Run& run) {
  const std::int64_t steps = run.params.integer("steps");
  std::unique_ptr<nn::PointwiseComponent> hosted;
  const nn::Part part = [&](std::int64_t place, const torch::Tensor& x, bool training) {
    return hosted ? hosted->forward(place, x, training) : torch::relu(x);
  };
  nn::PlainCnn network({.channels = 1, .width = 16, .depth = 10, .classes = 10}, part,
                       run.draws.rng("weights"));
  std::vector<nn::Parameter> parameters = network.parameters();
  if (!run.params.flag("alone")) {
    const std::vector<nn::Place> places = network.places();
    const std::vector<std::int64_t> channels(places.size(), 16);
    const std::vector<judge::LayerCap> caps(places.size(), {.parameters = 40, .buffers = 0});
    hosted = std::make_unique<nn::PointwiseComponent>(run, begin(places, channels), caps,
                                                      steps * static_cast<std::int64_t>(places.size()));
  }
  const torch::Tensor x = torch::randn({batch, 1, 14, 14});
  const torch::Tensor y = torch::randint(0, 10, {batch}, torch::kInt64);
  nn::Sgd optimizer(parameters, {});
  return bench::timed(
      [&](std::int64_t) { return torch::nll_loss(torch::log_softmax(network.forward(x, true), 1), y); },
      optimizer, parameters, {.shape = {.steps = steps}, .rate = 0.001, .clip = 1}, hosted.get());
}

}  // namespace

int main(int argc, char** argv) { return judge::judge_main(argc, argv, {.prepare = nullptr, .run = run}); }
