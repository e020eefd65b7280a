// The visible residual network of dl-normalization on random images, its batch normalisation by message (the
// host is that task's) or, with `alone`, of the judge's own. Metric: seconds of the training.
#include <memory>
#include <vector>

#include "bench/hosted_training.hpp"
#include "judge/task.hpp"
#include "lib/nn/judge/torch/networks.hpp"

namespace {

using namespace mls;

constexpr std::int64_t batch = 32;

std::unique_ptr<bench::HostedPart> hosted_part(judge::Run& run, const std::vector<nn::Place>& places) {
  std::vector<std::int64_t> channels;
  std::vector<judge::LayerCap> caps;
  for (const nn::Place& place : places) {
    channels.push_back(place.channels);
    const std::int64_t two_each = std::int64_t{2} * place.channels;
    caps.push_back({.parameters = two_each, .buffers = two_each});
  }
  Message begin("begin");
  begin.set("layers", static_cast<std::int64_t>(places.size())).add("channels", channels);
  return std::make_unique<bench::HostedPart>(run.host, begin, std::move(caps));
}

/// The same statistics and gains without a host.
class Own {
 public:
  explicit Own(const std::vector<nn::Place>& places) {
    for (const nn::Place& place : places) {
      gains_.push_back(torch::ones({place.channels}).set_requires_grad(true));
      shifts_.push_back(torch::zeros({place.channels}).set_requires_grad(true));
      means_.push_back(torch::zeros({place.channels}));
      variances_.push_back(torch::ones({place.channels}));
    }
  }
  torch::Tensor forward(std::int64_t place, const torch::Tensor& x, bool training) {
    const auto i = static_cast<std::size_t>(place);
    return torch::batch_norm(x, gains_[i], shifts_[i], means_[i], variances_[i], training, 0.1, 1e-5, false);
  }
  void add_to(std::vector<nn::Parameter>& parameters) const {
    for (std::size_t i = 0; i < gains_.size(); ++i) {
      parameters.push_back({gains_[i], false});
      parameters.push_back({shifts_[i], false});
    }
  }

 private:
  std::vector<torch::Tensor> gains_, shifts_, means_, variances_;
};

judge::Metrics run(judge::Run& run) {
  std::unique_ptr<bench::HostedPart> hosted;
  std::unique_ptr<Own> own;
  const nn::Part part = [&](std::int64_t place, const torch::Tensor& x, bool training) {
    return hosted ? hosted->forward(place, x, training) : own->forward(place, x, training);
  };
  nn::ResNet network({.channels = 3, .width = 12, .blocks = 3, .classes = 10}, part,
                     run.draws.rng("weights"));
  std::vector<nn::Parameter> parameters = network.parameters();
  if (run.params.flag("alone")) {
    own = std::make_unique<Own>(network.places());
    own->add_to(parameters);
  } else {
    hosted = hosted_part(run, network.places());
    hosted->add_to(parameters);
  }
  const torch::Tensor x = torch::randn({batch, 3, 16, 16});
  const torch::Tensor y = torch::randint(0, 10, {batch}, torch::kInt64);
  nn::Sgd sgd(parameters, {.momentum = 0.9, .weight_decay = 5e-4});
  return bench::timed(
      [&](std::int64_t) { return torch::nll_loss(torch::log_softmax(network.forward(x, true), 1), y); }, sgd,
      parameters, {.shape = {.steps = run.params.integer("steps")}, .rate = 0.01, .clip = 1}, hosted.get());
}

}  // namespace

int main(int argc, char** argv) { return judge::judge_main(argc, argv, {.prepare = nullptr, .run = run}); }
